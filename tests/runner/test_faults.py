"""Over 200 runs in which all goes wrong at random: nothing is falsely good, nothing lost, nothing left.

Notebooks raise, exit, kill their kernel or the process around it, hang, eat memory, leave children, hide
them, or share memory with them; their files are damaged, or edited while they wait; the disk fills up; the
runner is interrupted or killed at random moments. After each round what is stored is compared with what the
notebooks were made to do. One seed decides all but the speed of the machine.
"""

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil
import pytest

from tests.runner.conftest import FILES, Bench, claim_cell, wait_until

pytestmark = pytest.mark.slow

SEED = 20261126
NAMES = [f"t/{number}" for number in range(6)]
MEMORY = 0.4  # GiB; a kernel and the process around it take a third of that
# Python's own word when the runner is killed outright while it asks for a process: whoever connects to the
# forkserver and hangs up before sending anything provokes it.
FORKSERVER_ALONE = re.compile(
    r'Traceback \(most recent call last\):\n  File "<string>"(?:.(?!Traceback))*?'
    r'/multiprocessing/forkserver\.py"(?:.(?!Traceback))*?\nEOFError\n',
    re.DOTALL,
)
KILLS = 15  # of runners
SLEEP = "import time; time.sleep(600)"
# A daemon that keeps nothing of its kernel: no environment, no session, no parent.
HIDE = """import os, sys, time
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)"], {})
time.sleep(0.2)"""
SHARE = """import os, time
array = bytearray(b"1") * (60 << 20)
for _ in range(6):
    if not os.fork():
        time.sleep(600)
time.sleep(0.5)"""
ODD = "odd bytes"  # a fault of the file, not of a cell
# What a notebook does, the source of it, and the status that its run then has.
FAULTS = {
    "nothing": ("", "ok"),
    "false claim": (claim_cell("false", holds="False"), "ok"),
    "raise": ("raise ValueError('no')", "failed"),
    "exit": ("import sys; sys.exit(0)", "failed"),
    "vanish": ("import os; os._exit(0)", "died"),
    "kill": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died"),
    "kill the parent": (f"import os, signal; os.kill(os.getppid(), signal.SIGKILL)\n{SLEEP}", "died"),
    "abort": ("import os; os.abort()", "died"),
    "hang": ("while True:\n    pass", "timeout"),
    "sleep": (SLEEP, "timeout"),
    "stop": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
    "eat": ("hoard = []\nwhile True:\n    hoard.append(bytearray(10**7))", "memory"),
    "leave a child": (
        "import os, subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "os._exit(1)",
        "died",
    ),
    "hide a child": (HIDE, "ok"),
    "hide a child and vanish": (f"{HIDE}\nos._exit(1)", "died"),
    "hide a child and kill the parent": (
        f"{HIDE}\nimport signal; os.kill(os.getppid(), signal.SIGKILL)\n{SLEEP}",
        "died",
    ),
    "share": (SHARE, "ok"),
    ODD: ("", "failed"),
}
HARMLESS = ("nothing", "hide a child", "share")


def odd(dice, path):
    """Damage a file in one of the ways that files are damaged."""
    text = path.read_text()
    half = r"\ud800"
    damaged = dice.choice([
        text[: len(text) // 2],
        "\ufeff" + text,
        text.replace("begin", half),
        text.replace('"nbformat": 4', '"nbformat": 3'),
        text.replace('"cells": [', '"cells": [3, '),
    ])  # fmt: skip
    path.write_bytes(damaged.encode() if dice.random() < 0.8 else damaged.encode() + b"\xe9")


@dataclass
class World:
    """What the notebooks were made to do, and what was stored before the round at work."""

    bench: Bench
    dice: random.Random
    limit: float
    token: int = 0
    made: dict[str, tuple[int, str]] = field(default_factory=dict)  # name -> (token, fault)
    before: dict[str, bytes] = field(default_factory=dict)  # name -> its run.json
    ended: int = 0  # runs that came to a record
    right: int = 0  # of those without a fault, the good ones
    faultless: int = 0

    def rewrite(self, faults, extra="", largest=250_000):
        """New notebooks, each with one of the faults in one of its cells, and a size that `extra` may use."""
        self.before = {name: self.stored(name) for name in NAMES if self.stored(name)}
        for name in NAMES:
            self.token += 1
            fault = self.dice.choice(faults)
            cells = [
                "print('begin', token)",
                claim_cell("the token", measured="token"),
                extra or "1",
                f"{FILES}open(files + '/done', 'w').write(str(token))\nprint('end', token)",
            ]
            if FAULTS[fault][0]:
                cells.insert(self.dice.randrange(5), FAULTS[fault][0])
            size = self.dice.randrange(0, largest)
            parameters = f"seed: int = 0\ntoken: int = {self.token}\nsize: int = {size}"
            path = self.bench.write(name, *cells, parameters=parameters)
            if fault == ODD:
                odd(self.dice, path)
            self.made[name] = (self.token, fault)

    def stored(self, name):
        path = self.bench.output / name / "run.json"
        # A runner that is killed between two renames leaves the old result where the next one takes it from.
        paths = [path, *self.bench.output.glob(f".staging/*/aside/{name}/run.json")]
        return next((path.read_bytes() for path in paths if path.exists()), None)

    def check(self, *, disturbed):
        """Compare what is stored with what was made; returns the names whose runs are good."""
        good = set()
        for name in NAMES:
            token, fault = self.made[name]
            token = None if fault == ODD else token
            stored = self.stored(name)
            story = f"{name}, token {token}, {fault}: {stored}"
            if stored == self.before.get(name):
                assert disturbed, f"never ran: {story}"  # but what there was is still there, unchanged
                if stored is None:
                    continue
                record = json.loads(stored)
            else:
                assert stored is not None, f"lost: {story}"
                record = json.loads(stored)
                assert record["parameters"].get("token") == token, f"neither old nor new: {story}"
                self.judge(record, fault, story, disk_may_fill=disturbed == "disk")
            if record["status"] == "ok":
                self.assert_whole(name, record)
            current = record["parameters"].get("token") == token
            if current and record["status"] == "ok" and all(c["holds"] for c in record["claims"]):
                good.add(name)
        return good

    def judge(self, record, fault, story, disk_may_fill):
        """A new record says what its notebook did, or that there was no time or no room for it."""
        self.ended += 1
        expected = FAULTS[fault][1]
        slow = record["status"] == "timeout" and record["seconds"] >= self.limit
        full = disk_may_fill and record["status"] in ("failed", "died")
        assert record["status"] == expected or slow or full, story
        assert (record["error"] is None) == (record["status"] == "ok"), story
        if record["status"] == "ok":
            assert all(c["holds"] for c in record["claims"]) == (fault in HARMLESS), story
        self.faultless += fault in HARMLESS
        self.right += fault in HARMLESS and record["status"] == "ok"

    def edit(self):
        """Write something else to two of the notebooks; returns what puts the old text back."""
        paths = [self.bench.notebooks / f"{name}.ipynb" for name in self.dice.sample(NAMES, 2)]
        texts = [path.read_bytes() for path in paths]
        for path in paths:
            path.write_text(self.dice.choice(["", "{", path.read_bytes().decode(errors="replace") * 2]))
        return lambda: [path.write_bytes(text) for path, text in zip(paths, texts, strict=True)]

    def assert_whole(self, name, record):
        """A run that is said to have come to its end did so, and everything is there."""
        token = record["parameters"]["token"]
        folder = self.bench.output / name
        assert record["cells"]["done"] == record["cells"]["total"]
        assert (folder / "files/done").read_text() == str(token)
        assert self.bench.outputs(name).startswith(f"begin {token}\n")
        assert self.bench.outputs(name).endswith(f"end {token}\n")
        assert token in [c["measured"] for c in record["claims"]]

    def assert_listed(self, good):
        """Up to date is what is good, and nothing else."""
        listed = json.loads(self.bench.run("--list", "--json").stdout)
        assert {entry["name"] for entry in listed if entry["state"] == "up to date"} == good

    def assert_clean(self):
        assert self.bench.settle(10) == []
        assert not list(self.bench.output.parent.glob("mx-*"))

    def options(self):
        return ("--jobs", "2", "--timeout", f"{self.limit:g}", "--memory", str(MEMORY))


def new_world(bench, number):
    """A hang is ended after 2 s, or on a slow machine after four times what a good run takes."""
    bench.write("calibrate", "1", "2")
    bench.run("--force", "--jobs", "2")
    bench.run("--force", "--jobs", "2")
    limit = max(2.0, 4 * bench.record("calibrate")["seconds"])
    (bench.notebooks / "calibrate.ipynb").unlink()
    return World(bench, random.Random(SEED + number), limit)


def plain_round(world):
    """Every notebook comes to its own end, and the exit status says whether all are good."""
    started = time.monotonic()
    left = set(world.bench.output.glob(".staging/run-*"))  # by a runner that was killed
    process = world.bench.start(*world.options())
    while not set(world.bench.output.glob(".staging/run-*")) - left and process.poll() is None:
        time.sleep(0.01)  # until all has been planned
    undo = world.edit()
    out, err = process.communicate(timeout=300)
    undo()
    seconds = time.monotonic() - started
    good = world.check(disturbed="")
    assert process.returncode == (0 if len(good) == len(NAMES) else 1), out + err
    assert "Traceback" not in out + err
    for name, run in world.bench.summary().items():
        assert run == {**run, **{k: v for k, v in world.bench.record(name).items() if k != "environment"}}
    world.assert_listed(good)
    world.assert_clean()
    return seconds


def disturbed_round(world, number, seconds):
    """A signal at a random moment; then either it had ended already or what was at work left no record."""
    process = world.bench.start(*world.options())
    while not list(world.bench.output.glob(".staging/run-*")) and process.poll() is None:
        time.sleep(0.01)  # until Python itself has started, an interrupt is answered by Python
    time.sleep(world.dice.uniform(0, seconds))
    to_all = number != signal.SIGKILL and world.dice.random() < 0.5
    started = time.monotonic()
    (os.killpg if to_all else os.kill)(process.pid, number)
    out, err = process.communicate(timeout=60)
    stopped = process.returncode not in (0, 1)
    assert not stopped or process.returncode in (128 + number, -number), out + err
    if number == signal.SIGKILL:
        err = FORKSERVER_ALONE.sub("", err)
    assert "Traceback" not in out + err
    assert not stopped or time.monotonic() - started < 10  # a quiet machine takes one
    good = world.check(disturbed="signal" if stopped else "")
    if number == signal.SIGKILL:
        assert world.bench.survivors() == []
    else:
        world.assert_clean()
    world.assert_listed(good)


def test_faults_at_random(bench):
    world = new_world(bench, 0)
    kinds = list(FAULTS)
    often = ["nothing"] * 5 + kinds  # a third of the notebooks is good
    seconds = 5.0
    for number in [None, None, signal.SIGINT, signal.SIGKILL, None, signal.SIGTERM] * 7:
        world.rewrite(often)
        if number is None:
            seconds = plain_round(world)
        else:
            disturbed_round(world, number, seconds)
    world.rewrite(kinds)
    plain_round(world)  # what the last round left is cleared away
    assert world.ended >= 160, world.ended
    assert world.right > world.faultless / 2, (world.right, world.faultless)


def kill_workers_and_runner(bench, dice):
    """Kill some workers and their runner within milliseconds, in any order."""
    gate = bench.output.parent / "gate"
    shutil.rmtree(gate, ignore_errors=True)
    gate.mkdir()
    names = ["t/0", "t/1", "t/2"]
    for name in names:
        bench.write(name, HIDE, f"open({str(gate / name[2:])!r}, 'w').close()", SLEEP)
    process = bench.start("--force", "--jobs", "3")
    wait_until(lambda: len(list(gate.iterdir())) == len(names))
    workers = []
    for child in psutil.Process(process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "ipykernel_patient" in " ".join(child.cmdline()):
                workers.append(child.parent())
    assert len(workers) == len(names)
    victims = [*dice.sample(workers, dice.randrange(1, 4)), process]
    dice.shuffle(victims)
    for victim in victims:
        with suppress(psutil.NoSuchProcess):  # its guard was faster
            victim.kill()
        time.sleep(dice.choice([0, dice.uniform(0, 0.03)]))
    process.communicate()


def test_whoever_kills_workers_and_runner_at_once_leaves_nothing(bench):
    dice = random.Random(SEED + 3)
    for _ in range(KILLS):
        kill_workers_and_runner(bench, dice)
        assert bench.survivors() == []


@pytest.fixture
def small_disk(bench):
    """The results on a file system of one megabyte; where none can be mounted, files of 100 kB at most."""
    bench.output.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(bench.output)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    yield {} if mounted else {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10**5, 10**5))}
    if mounted:
        subprocess.run(["umount", "--lazy", str(bench.output)], check=True)


def test_a_disk_that_fills_up_at_random_loses_nothing_and_makes_nothing_good(bench, small_disk):
    world = new_world(bench, 1)
    full = 0
    for round_ in range(24):
        # Which results find room, some 20 of eight rounds, depends on which of two notebooks is first.
        if round_ >= 8 and world.ended >= 20:
            break
        use = f"{FILES}open(files + '/big', 'wb').write(bytes(size))" if round_ % 2 else "print('x' * size)"
        world.rewrite(["nothing", "nothing", "raise"], extra=use, largest=450_000)
        done = subprocess.run(
            bench.command(*world.options()), capture_output=True, text=True, timeout=300, **small_disk
        )
        good = world.check(disturbed="disk")
        assert done.returncode in ((0, 1) if len(good) == len(NAMES) else (1, 2)), done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        assert bench.settle(10) == []
        full += "No space left" in done.stdout + done.stderr or "File too large" in done.stdout + done.stderr
        for name in world.dice.sample(NAMES, 3):  # somebody makes room
            subprocess.run(["rm", "-rf", str(bench.output / name)], check=True)
    assert full >= 2
    assert world.ended >= 20
    assert world.right > 0


def test_a_sweep_killed_at_random_moments_comes_to_the_right_table(bench):
    dice = random.Random(SEED + 2)
    payload = '{"version": 1, "name": "square", "value": n * n}'
    record = f'display({{"application/vnd.mathlib.record+json": {payload}}}, raw=True)'
    bench.write("t/01", "import time; time.sleep(0.2)", record, parameters="seed: int = 0\nn: int = 0")
    call = ("sweep", "t/01", "--grid", "n=0:12", "--jobs", "2")
    for _ in range(5):
        process = bench.start(*call)
        time.sleep(dice.uniform(0.5, 4))
        process.kill()
        process.communicate()
    done = bench.run(*call)
    rows = json.loads(bench.run(*call, "--json").stdout)
    assert [row["square"] for row in rows] == [n * n for n in range(12)]
    assert "12 of 12 runs are good" in done.stdout
    assert bench.settle(10) == []
