"""What a benchmark measures: printed as it comes, and kept as JSON where `make bench` asks for it.

    from table import Table, arguments, interleave

    def main():
        options = arguments(__doc__, rounds=5).parse_args()
        with Table("jl", __doc__, options) as table:
            times = interleave({"ours": ours, "theirs": theirs}, options.rounds)
            table.compare("d = 4096", ours=("FastJL", times["ours"]), peer=("SciPy", times["theirs"]))
            table.time("the census of 9 elements", [seconds(census, 9)[0]], target=120)

Every benchmark takes `--quick`, `--rounds N` and `--json FILE`. A ratio is the peer's cost divided by ours,
round by round, so above 1 ours is the cheaper; its spread is that of the rounds. Costs are processor seconds
of one thread, so that other work on the machine counts little, unless `clock` or `unit` says otherwise.
"""

import argparse
import json
import math
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import psutil
from threadpoolctl import threadpool_limits  # comes with scikit-learn

PACKAGES = ("numpy", "scipy", "numba", "scikit-learn", "cvxpy", "python-flint", "python-sat")


def arguments(doc: str, rounds: int) -> argparse.ArgumentParser:
    """The options that every benchmark has; add its own to what this returns."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds")
    parser.add_argument("--rounds", type=int, default=None, help=f"default {rounds}, with --quick 2")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.set_defaults(usual_rounds=rounds)
    return parser


def seconds(function: Callable, *arguments, clock: Callable = time.process_time, **options) -> tuple:
    """The processor seconds of a call, and its result."""
    started = clock()
    result = function(*arguments, **options)
    return clock() - started, result


def interleave(
    calls: dict[str, Callable], rounds: int, *, clock: Callable = time.process_time
) -> dict[str, list[float]]:
    """Seconds of each call in each round, all calls one right after the other in every round.

    So a drift of the machine meets all of them. One round more is run first and not counted: it compiles.
    """
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            spent = seconds(call, clock=clock)[0]
            if number:
                taken[name].append(spent)
    return taken


def spread(values: Sequence[float]) -> str:
    """Median and range, to three digits.

    >>> spread([2.0, 1.0, 4.0]), spread([0.00123456])
    ('2 (1 to 4)', '0.00123')
    """
    low, middle, high = (f"{v:.3g}" for v in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} to {high})" if len(values) > 1 else middle


class Table:
    """The figures of one benchmark; a context in which numerical libraries use one thread.

    Parameters
    ----------
    topic : str
        A topic of mathlib, or "runner".
    doc : str
        The docstring of the benchmark: its first line is the title, the rest says what is compared and how.
    options : argparse.Namespace
        What `arguments(...)` has parsed. `options.rounds` is set here where it was not given.
    heading : str
        What a page calls it; by default the title of the topic, in its topic.toml.
    """

    def __init__(self, topic: str, doc: str, options: argparse.Namespace, heading: str = "") -> None:
        if options.rounds is None:
            options.rounds = 2 if options.quick else options.usual_rounds
        if options.rounds < 1:
            raise SystemExit("--rounds must be at least 1")
        paragraphs = [" ".join(part.split()) for part in doc.strip().split("\n\n")]
        self._file = options.json
        self._shown: tuple[str, str] | None = None
        self.record = {
            "topic": topic,
            "heading": heading,
            "title": paragraphs[0],
            "about": [part for part in paragraphs[1:] if not part.startswith("python ")],
            "rounds": options.rounds,
            "quick": options.quick,
            "machine": machine(),
            "ratios": [],
            "times": [],
        }

    def __enter__(self) -> "Table":
        self._limits = threadpool_limits(1)
        about = self.record["machine"]
        print(f"{self.record['title']}\n{about['processor']}, {about['processors']} processors; ", end="")
        print(f"{self.record['rounds']} rounds; median (range)", flush=True)
        return self

    def __exit__(self, kind, *_: object) -> None:
        self._limits.restore_original_limits()
        if kind is None and self._file:
            self._file.write_text(json.dumps(self.record, indent=1, allow_nan=False) + "\n")

    def compare(
        self,
        case: str,
        *,
        ours: tuple[str, Sequence[float]],
        peer: tuple[str, Sequence[float]],
        unit: str = "s",
        clock: str = "processor",
        remark: str = "",
        quote: bool = False,
    ) -> None:
        """A row: our cost and a peer's on the same case, each (name, one value a round).

        `clock` is "processor" or "wall", and counts for seconds only; `remark` says what the costs do not,
        say what was left out; `quote` puts the row among the few that the README shows.
        """
        (our_name, our_costs), (peer_name, peer_costs) = ours, peer
        _check(our_name, our_costs)
        _check(peer_name, peer_costs)
        if len(our_costs) != len(peer_costs):
            raise ValueError(f"{len(our_costs)} rounds of {our_name}, but {len(peer_costs)} of {peer_name}")
        if clock not in ("processor", "wall"):
            raise ValueError(f"clock must be 'processor' or 'wall', given {clock!r}")
        ratios = [theirs / mine for mine, theirs in zip(our_costs, peer_costs, strict=True)]
        self.record["ratios"].append(
            {"case": case, "ours": our_name, "peer": peer_name, "unit": unit, "clock": clock}
            | {"our_costs": list(map(float, our_costs)), "peer_costs": list(map(float, peer_costs))}
            | {"ratio": _summary(ratios), "remark": remark, "quote": quote}
        )
        if self._shown != (case, our_name):
            print(f"\n{case}\n    {our_name:30} {spread(our_costs)} {unit}")
            self._shown = case, our_name
        print(f"    {peer_name:30} {spread(peer_costs)} {unit}; ratio {spread(ratios)}", end="")
        print(f"; {remark}" if remark else "", flush=True)

    def time(
        self, what: str, costs: Sequence[float], *, target: float | None = None, unit: str = "s", remark=""
    ) -> None:
        """A figure without a peer, beside the one that this collection promises where there is one."""
        _check(what, costs)
        self.record["times"].append(
            {"what": what, "unit": unit, "costs": list(map(float, costs)), "cost": _summary(costs)}
            | {"target": target, "remark": remark}
        )
        self._shown = None
        promised = f", target {target:g} {unit}" if target is not None else ""
        print(f"{what:50} {spread(costs)} {unit}{promised}", end="")
        print(f"; {remark}" if remark else "", flush=True)


def _check(name: str, costs: Sequence[float]) -> None:
    if not len(costs) or not all(math.isfinite(cost) and cost > 0 for cost in costs):
        raise ValueError(f"the costs of {name!r} must be positive numbers, one a round; given {costs!r}")


def _summary(values: Sequence[float]) -> dict[str, float]:
    low, middle, high = min(values), statistics.median(values), max(values)
    return {"median": float(middle), "low": float(low), "high": float(high)}


def machine() -> dict:
    """What the figures depend on besides the code."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    """The model as Linux names it; elsewhere what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
