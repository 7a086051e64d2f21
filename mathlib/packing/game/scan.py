"""What each choice is worth: one formulation for each dimension, varied in one choice at a time.

The formulations are several times as dear as those of the game, with 110 to 260 variables, so that the answer
says something about the bounds that are worth certifying.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm.auto import tqdm

from mathlib.certificates import FileName
from mathlib.checks import check_flag, check_integer
from mathlib.fields import entries
from mathlib.packing.game.evaluation import Cache, evaluate, game_slack
from mathlib.packing.three_point.solver.program import natural_scale
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["Scanned", "middle_formulation", "scan_choices", "shipped_scan", "variations"]


@dataclass(frozen=True)
class Scanned:
    """One evaluation of a scan.

    Attributes
    ----------
    n : int
    choice : str
        Which choice differs from the middle formulation: "ring", "degree2", "angular degree", "block widths",
        "scale" or "slack"; "middle" for that one itself.
    setting : float
        R/r, degree2, K, the change of all widths, the factor of the scale, or that of the slack.
    value : float
        The bound in doubles; infinite if there is none.
    """

    n: int
    choice: str
    setting: float
    value: float


def middle_formulation(n) -> ThreePointSpec:
    """The formulation in dimension n that is varied.

    >>> spec = middle_formulation(9)
    >>> spec.R, spec.degree2, len(spec.blocks) - 1
    (1.3, 27, 18)
    """
    blocks = (6,) + (4,) * 8 + (3,) * 6 + (2,) * 4
    return ThreePointSpec(n, 1.6 if n < 8 else 1.3, 25 if n < 8 else 27, blocks, natural_scale(n))


def variations(n) -> list:
    """All formulations of the scan: (choice, setting, spec, factor of the slack)."""
    middle = middle_formulation(n)
    angular = len(middle.blocks) - 1
    found = [("middle", 0.0, middle, 1.0)]
    for R in (middle.R - 0.2, middle.R - 0.1, middle.R + 0.1):
        found.append(("ring", round(R, 2), replace(middle, R=round(R, 2)), 1.0))
    for degree2 in (middle.degree2 - 8, middle.degree2 + 8):
        found.append(("degree2", degree2, replace(middle, degree2=degree2), 1.0))
    for K in (angular - 6, angular + 6):
        blocks = (middle.blocks + (2,) * 6)[: K + 1]
        found.append(("angular degree", K, replace(middle, blocks=blocks), 1.0))
    for change in (-1, 1):
        blocks = tuple(m + change for m in middle.blocks)
        found.append(("block widths", change, replace(middle, blocks=blocks), 1.0))
    for factor in (0.8, 1.25):
        found.append(("scale", factor, replace(middle, scale=round(factor * middle.scale, 4)), 1.0))
    for factor in (0.1, 10.0):
        found.append(("slack", factor, middle, factor))
    return found


def scan_choices(
    dimensions: Sequence[int], *, cache: FileName | None = None, progress: bool = False
) -> tuple[Scanned, ...]:
    """Evaluate all variations in some dimensions.

    Parameters
    ----------
    dimensions : sequence of int
        From 3 to 16.
    cache : str or path, optional
        A folder of evaluations: an interrupted scan goes on from there.
    progress : bool
        Show a bar.

    Returns
    -------
    tuple of Scanned
        Fourteen rows a dimension; `shipped_scan()` has those of all dimensions.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Fourteen evaluations a dimension, of five to fifteen seconds each.

    Examples
    --------
    >>> rows = scan_choices([4])  # doctest: +SKIP
    """
    given = enumerate(entries("dimensions", dimensions, 1, 14))
    dimensions = [check_integer(f"dimensions[{i}]", n, 3, 16) for i, n in given]
    check_flag("progress", progress)
    kept, rows = Cache(cache), []
    todo = [(n, *variation) for n in dimensions for variation in variations(n)]
    for n, choice, setting, spec, factor in tqdm(todo, desc="formulations", disable=not progress):
        result = kept.find(spec, factor * game_slack(n), evaluate)
        rows.append(Scanned(n, choice, float(setting), result.value))
    return tuple(rows)


def shipped_scan() -> tuple[Scanned, ...]:
    """Return the scan that ships with this package: dimensions 3 to 16.

    Returns
    -------
    tuple of Scanned

    Examples
    --------
    >>> sorted({row.n for row in shipped_scan()})
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    """
    text = (Path(__file__).parent / "scan.json").read_text(encoding="utf-8")
    rows = (row | {"value": math.inf if row["value"] is None else row["value"]} for row in json.loads(text))
    return tuple(Scanned(**row) for row in rows)
