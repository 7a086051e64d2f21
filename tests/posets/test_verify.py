"""The independent checker: right files pass, every kind of damage is named, and it imports nothing heavy."""

import json
import os
import subprocess
import sys

import pytest

from mathlib.errors import CertificateError
from mathlib.posets import Embedding, fence, grid, hypercube_width
from mathlib.posets.certificates.check import check_file
from mathlib.verify import main

HEAVY = (
    "numpy",
    "numba",
    "scipy",
    "pysat",
    "matplotlib",
    "mathlib.posets.order.poset",
    "mathlib.posets.certificates.embedding",
)


@pytest.fixture
def record():
    return hypercube_width(fence(4)).embedding.to_dict()


def test_a_right_file(tmp_path, capsys):
    embedding = hypercube_width(grid(3, 3)).embedding
    embedding.save(tmp_path / "grid.json")
    assert main([str(tmp_path / "grid.json")]) == 0
    printed = capsys.readouterr().out
    assert f"A poset on 9 elements has h* <= {embedding.height} and dim2 <= {embedding.width}" in printed


def test_it_imports_only_the_standard_library(tmp_path):
    hypercube_width(fence(4)).embedding.save(tmp_path / "fence.json")
    program = (
        "import runpy, sys\n"
        f"sys.argv = ['verify', {str(tmp_path / 'fence.json')!r}]\n"
        "try:\n    runpy.run_module('mathlib.verify', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n    print('status', end.code)\n"
        f"print('heavy', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "status 0\nheavy []" in done.stdout


DAMAGE = {
    "field 'kind'": lambda r: r.update(kind="other"),
    "field 'labels': is missing": lambda r: r.pop("labels"),
    "field 'labels': must be a list": lambda r: r.update(labels=4),
    "field 'labels': two elements": lambda r: r.update(labels=[0, 1, 2, 2]),
    "field 'labels', entry 1": lambda r: r["labels"].__setitem__(1, 1.5),
    "field 'covers', entry 0": lambda r: r["covers"].__setitem__(0, [0, 4]),
    "field 'covers', entry 1": lambda r: r["covers"].__setitem__(1, [True, 1]),
    "field 'covers', entry 2": lambda r: r["covers"].__setitem__(2, [0]),
    "field 'covers': the relations go in a circle": lambda r: r["covers"].append([1, 0]),
    "field 'sets': 3 sets for 4": lambda r: r["sets"].pop(),
    "field 'sets', the set of 2: must list": lambda r: r["sets"].__setitem__(2, "01"),
    "field 'sets', the set of 3: must list": lambda r: r["sets"].__setitem__(3, [[0]]),
    "field 'sets', the set of 1: lists": lambda r: r["sets"][1].append(r["sets"][1][0]),
    "field 'height': the file states 1, the sets have 2": lambda r: r.update(height=1),
    "field 'width': the file states 2, the sets have 3": lambda r: r.update(width=2),
    "x=0 lies below y=1, but": lambda r: r["sets"].__setitem__(1, []),
    "x=0 does not lie below y=1, but every": lambda r: r["covers"].remove([0, 1]),
}


@pytest.mark.parametrize("message", DAMAGE)
def test_damage_is_named(message, record):
    DAMAGE[message](record)
    with pytest.raises(CertificateError) as error:
        check_file(record)
    assert str(error.value).startswith(message)


def test_status_one_when_one_file_of_three_is_wrong(tmp_path, capsys, record):
    good, bad, none = (tmp_path / name for name in ("good.json", "bad.json", "none.json"))
    good.write_text(json.dumps(record))
    bad.write_text(json.dumps(record | {"height": 1}))
    assert main([str(good), str(bad), str(none)]) == 1
    printed = capsys.readouterr().out
    assert (printed.count(": A poset on"), printed.count("NOT PROVED")) == (1, 2)


def test_it_agrees_with_the_embedding_on_every_small_change(record):
    """Flip one membership at a time: both checkers must say the same."""
    embedding = Embedding.from_dict(record)
    outcomes = set()
    for x in embedding.poset:
        for i in embedding.ground:
            changed = Embedding(embedding.poset, embedding.sets | {x: embedding.sets[x] ^ {i}})
            outcomes.add(
                (_accepts(changed.verify), _accepts(lambda changed=changed: check_file(changed.to_dict())))
            )
    assert outcomes <= {(False, False), (True, True)}
    assert (False, False) in outcomes


def _accepts(action) -> bool:
    try:
        action()
    except ValueError:
        return False
    return True


def test_one_line_a_file_whatever_it_is(tmp_path, record):
    """In bounded time and memory; run as the command, so that a crash would be seen."""
    files = {
        "good.json": json.dumps(record),
        "empty.json": "",
        "text.json": "a representation",
        "deep.json": "[" * 1_000_000,
        "deep_labels.json": json.dumps(record)[:-1] + ', "x": ' + "[" * 900 + "]" * 900 + "}",
        "deep_label.json": json.dumps(record | {"labels": 0}).replace(
            '"labels": 0', '"labels": [' + "[" * 900 + "]" * 900 + "]"
        ),
        "number.json": json.dumps(record | {"height": 0}).replace('"height": 0', '"height": ' + "1" * 5000),
        "long.json": json.dumps(record | {"kind": "x" * 100_000}),
        "lines.json": json.dumps(record | {"kind": "a\nb\u2028c\u0085d"}),
        "surrogate.json": json.dumps(record | {"labels": ["\ud800", 1, 2, 3]}),
        "twins.json": json.dumps(record | {"labels": list(range(9999)), "covers": [], "sets": [[]] * 9999}),
        "many.json": json.dumps(record | {"labels": list(range(10_001))}),
        "same_hash.json": json.dumps(record | {"sets": [[k * (2**61 - 1) for k in range(3000)], [], [], []]}),
        "wide.json": json.dumps(
            {"kind": "embedding", "labels": list(range(9000)), "covers": []}
            | {"sets": [[20 * x + i for i in range(20)] for x in range(9000)], "height": 20, "width": 180_000}
        ),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogatepass")
    (tmp_path / "latin.json").write_bytes(json.dumps(record).encode() + b"\xff")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(10**12)
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    (tmp_path / "two\nlines.json").write_text(json.dumps(record))
    names = [
        *files,
        *("latin huge folder pipe loop missing two\nlines".replace(" ", ".json ") + ".json").split(" "),
    ]
    given = [str(tmp_path / name) for name in names] + ["/dev/zero", "/dev/null", "/dev/tty", "", "x" * 5000]
    done = subprocess.run(
        [sys.executable, "-m", "mathlib.verify", *given],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(given)
    assert all(": NOT PROVED: " in line or ": A poset on " in line for line in lines)
    proved = [line.split(": ")[0].rpartition("/")[2] for line in lines if ": A poset on" in line]
    assert proved == ["good.json", "deep_labels.json", "surrogate.json", "two\\nlines.json"]
    assert max(map(len, lines)) < 6000


def test_loading_is_as_careful(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", tmp_path, "/dev/zero"):
        with pytest.raises(CertificateError, match="not a regular file"):
            Embedding.load(name)
    (tmp_path / "latin").write_bytes(b"\xff")
    with pytest.raises(CertificateError, match="utf-8"):
        Embedding.load(tmp_path / "latin")
    with pytest.raises(CertificateError, match="cannot be read"):
        Embedding.load(tmp_path / "none")
