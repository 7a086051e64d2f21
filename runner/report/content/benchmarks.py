"""What `make bench` has measured: our costs beside those of peers, from results/benchmarks.json."""

import math
from dataclasses import dataclass
from statistics import StatisticsError, median
from typing import Any

from runner.errors import UsageError
from runner.notebooks.topics import Topic
from runner.report.content.records import UNREADABLE, Damaged, loaded
from runner.settings import ROOT


@dataclass(frozen=True)
class Ratio:
    """Our cost and a peer's on one case; `ratio` is the peer's divided by ours, as low, median, high."""

    case: str
    ours: str
    peer: str
    unit: str
    clock: str
    our_cost: float
    peer_cost: float
    ratio: tuple[float, float, float]
    remark: str
    quote: bool


@dataclass(frozen=True)
class Time:
    """A figure without a peer, as low, median, high, beside the one that is promised."""

    what: str
    unit: str
    cost: tuple[float, float, float]
    target: float | None
    remark: str

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.cost[1] <= self.target


@dataclass(frozen=True)
class Benchmark:
    """What one file of benchmarks/ has measured, when and where."""

    topic: str
    title: str
    about: list[str]
    rounds: int
    quick: bool
    measured: str
    machine: dict[str, Any]
    ratios: list[Ratio]
    times: list[Time]
    heading: str = ""


def read_benchmarks(content: bytes) -> list[Benchmark]:
    """The benchmarks of a benchmarks.json, or Damaged."""
    try:
        return [_benchmark(record) for record in loaded(content)["benchmarks"]]
    except (*UNREADABLE, StatisticsError, UsageError) as error:
        raise Damaged(f"not readable benchmarks ({type(error).__name__}: {error})") from None


def _benchmark(record: dict[str, Any]) -> Benchmark:
    topic = str(record["topic"])
    return Benchmark(
        topic=topic,
        heading=str(
            record.get("heading") or Topic.read(ROOT / "notebooks" / topic, topic.capitalize()).title
        ),
        title=str(record["title"]),
        about=[str(text) for text in record["about"]],
        rounds=int(record["rounds"]),
        quick=bool(record["quick"]),
        measured=str(record["measured"]),
        machine=dict(record["machine"]),
        ratios=[_ratio(row) for row in record["ratios"]],
        times=[_time(row) for row in record["times"]],
    )


def _ratio(row: dict[str, Any]) -> Ratio:
    return Ratio(
        case=str(row["case"]),
        ours=str(row["ours"]),
        peer=str(row["peer"]),
        unit=str(row["unit"]),
        clock=str(row["clock"]),
        our_cost=median(row["our_costs"]),
        peer_cost=median(row["peer_costs"]),
        ratio=_spread(row["ratio"]),
        remark=str(row["remark"]),
        quote=bool(row["quote"]),
    )


def _time(row: dict[str, Any]) -> Time:
    target = None if row["target"] is None else float(row["target"])
    texts = {name: str(row[name]) for name in ("what", "unit", "remark")}
    return Time(**texts, cost=_spread(row["cost"]), target=target)


def _spread(summary: dict[str, float]) -> tuple[float, float, float]:
    low, middle, high = (float(summary[name]) for name in ("low", "median", "high"))
    if not 0 < low <= middle <= high < math.inf:
        raise ValueError(f"not a spread: {summary}")
    return low, middle, high
