"""The price of a move: one formulation evaluated, at most once.

The evaluation of a formulation is the optimum of its sampled programme, found by the exchange method in
doubles: a number, no bound, which is what a search needs. `solve_three_point` makes a bound of the best one.
"""

import hashlib
import json
import math
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from mathlib.checks import shown
from mathlib.packing.three_point.solver.bound import default_three_point_spec
from mathlib.packing.three_point.solver.exchange import Exchange
from mathlib.packing.three_point.solver.rounds import usual_slack

__all__ = ["Cache", "Result", "evaluate", "game_slack"]

_MOST_ROUNDS = 40
_REACHED = 1.0  # the share of the slack that violations may use up
_METHOD = 1  # part of the key of a cached result: to be raised when `evaluate` gives other numbers


@dataclass(frozen=True)
class Result:
    """What an evaluation found.

    Attributes
    ----------
    value : float
        The bound in doubles; infinite where the programme has no solution or was not settled.
    seconds : float
        Processor time of the solver.
    remark : str
        Why there is no value of the programme; empty if there is one.
    """

    value: float
    seconds: float
    remark: str = ""


def game_slack(n) -> float:
    """The slack of all formulations in dimension n: three times the usual one of the default formulation."""
    return 3 * usual_slack(default_three_point_spec(n))


def evaluate(spec, slack) -> Result:
    """Solve the programme of a formulation in doubles, on one thread.

    Parameters
    ----------
    spec : ThreePointSpec
    slack : float
        How far below zero the sums in (D1) and (D2) are to stay. One slack for all formulations makes their
        values comparable.

    Returns
    -------
    Result
        Accurate to the relative gap of the solver, 1e-5.

    Examples
    --------
    >>> from mathlib.packing import ThreePointSpec
    >>> result = evaluate(ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4), 1e-5)
    >>> round(result.value, 3)
    0.694
    """
    start = time.process_time()
    value, remark = math.inf, f"not settled in {_MOST_ROUNDS} rounds"
    with threadpool_limits(1):
        try:
            exchange = Exchange(spec, slack)
            for generation in range(_MOST_ROUNDS):
                violations = exchange.round(generation)
                if exchange.final and max(violations.values()) < _REACHED:
                    value, remark = exchange.value, ""
                    break
        except ArithmeticError as error:
            remark = str(error)
    return Result(value, time.process_time() - start, remark)


class Cache:
    """Results by formulation and slack, in memory or in a folder with one small file each.

    Several processes may use one folder: files are written whole and never changed.

    Parameters
    ----------
    folder : path, optional
        Made if it does not exist; "~" is the home folder. Without it, results live as long as the cache.

    Examples
    --------
    >>> from mathlib.packing import ThreePointSpec
    >>> cache, spec = Cache(), ThreePointSpec(4, R=1.5, degree2=9, blocks=(3, 2, 2, 2, 2), scale=1.4)
    >>> cache.get(spec, 1e-5) is None
    True
    >>> cache.put(spec, 1e-5, Result(0.65, seconds=0.4))
    >>> cache.get(spec, 1e-5)
    Result(value=0.65, seconds=0.4, remark='')
    """

    def __init__(self, folder=None):
        self.folder, self._known = None, {}
        if folder is None:
            return
        if not isinstance(folder, str | os.PathLike):
            raise ValueError(f"cache must be the path of a folder, or None; got {shown(folder)}.")
        self.folder = Path(folder).expanduser()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"cache must be a folder that can be made; got {shown(str(folder))}: {error}."
            ) from None

    def get(self, spec, slack) -> Result | None:
        """The result, or None if there is none; a damaged file counts as none."""
        key = _key(spec, slack)
        if key not in self._known and self.folder is not None:
            try:
                stored = json.loads(self._path(key).read_text(encoding="utf-8"))
                if stored["key"] == key:
                    self._known[key] = Result(**stored["result"])
            except (OSError, ValueError, KeyError, TypeError):
                pass
        return self._known.get(key)

    def put(self, spec, slack, result):
        """Keep a result."""
        key = _key(spec, slack)
        self._known[key] = result
        if self.folder is not None:
            path = self._path(key)
            part = path.with_suffix(f".{os.getpid()}.part")
            part.write_text(json.dumps({"key": key, "result": asdict(result)}), encoding="utf-8")
            part.replace(path)

    def find(self, spec, slack, solve) -> Result:
        """The result that is kept, or that of solve(spec, slack), which is kept from then on."""
        result = self.get(spec, slack)
        if result is None:
            result = solve(spec, slack)
            self.put(spec, slack, result)
        return result

    def _path(self, key):
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def _key(spec, slack):
    return json.dumps({"method": _METHOD, "slack": slack, **asdict(spec)}, sort_keys=True)
