"""The exchange method for three-point bounds: rows for the places where a solution breaks a condition.

Solve with some of the rows, look for the local maxima of each condition, add them as rows, and solve again.
No row is ever removed. `solve_three_point` goes on until the checker is content, the referee of the game in
`mathlib.packing.game` until the search finds nothing more.
"""

import json
import math
import zlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from mathlib.packing.semidefinite.interior_point import minimise
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.solver.conditions import Far, Mixed, Outside, Transform, Triangle
from mathlib.packing.three_point.solver.program import Program
from mathlib.packing.three_point.unproved import unproved_triangles

__all__ = ["Exchange", "save_points"]

_CURVE_SLACK = 1e-9  # of rows of norm one in f2 and f2^
_LEADING_SLACK = 1e-12
_GAPS = 1e-4, 1e-5  # relative, of the first rounds and of the last ones
_FAR_OFF = 1000.0  # violations, in units of the slack, above which the first gap will do
_NEAR = 1.0  # a local maximum becomes a row if it is so many slacks below the limit, or higher
_MOST_NEW = 400  # rows of one condition a round


class Exchange:
    """The rows so far, and the solution that fits them.

    Parameters
    ----------
    spec : ThreePointSpec
    slack : float
    precision : str
        "double" or "extended".

    Attributes
    ----------
    conditions : list
        The five conditions, which know their rows and their maxima.
    points : dict
        For each condition the points that were added to its initial ones.
    found : InteriorPoint
        The last solution.
    gap : float
        The relative gap at which the next round will stop.
    final : bool
        Whether the last solution has the smallest of these gaps.
    """

    def __init__(self, spec, slack, precision="double"):
        self.spec, self.program, self.found = spec, Program(spec), None
        self.precision, self.gap, self.final = precision, _GAPS[0], False
        curve = min(_CURVE_SLACK, slack)
        self.conditions = [kind(self.program, curve) for kind in (Transform, Outside, Mixed)]
        self.conditions += [kind(self.program, slack) for kind in (Triangle, Far)]
        self._rows, self._limits, self.points = [], [], {}
        for condition in self.conditions:
            initial = condition.initial()
            self.points[condition.name] = initial[:0]
            self._append(*condition.rows(initial), condition.limits(initial))
        self._append(*self.program.leading_rows(), -_LEADING_SLACK)

    @property
    def n_rows(self):
        """The number of rows so far."""
        return sum(map(len, self._limits))

    def rows(self):
        """The rows of norm one and their limits, as two arrays."""
        self._rows, self._limits = [np.vstack(self._rows)], [np.concatenate(self._limits)]
        return self._rows[0], self._limits[0]

    @property
    def value(self):
        """What the bound would be, if the solution satisfied every condition."""
        return self.program.value(self.found.w)

    def add(self, condition, points):
        """Make rows of the points."""
        self.points[condition.name] = np.vstack([self.points[condition.name], points])
        self._append(*condition.rows(points), condition.limits(points))

    def _append(self, matrix, constants, limits):
        """Rows of norm one. That of f2^(0), a constant, would be nothing but rounding, and is left out."""
        norms = np.linalg.norm(matrix, axis=1)
        usable = norms > 1e-9 * norms.max()
        self._rows.append(matrix[usable] / norms[usable, None])
        self._limits.append((limits - constants)[usable] / norms[usable])

    def solve(self, gap):
        """Solve with the rows so far."""
        rows, limits = self.rows()
        vector, constant = self.program.objective()
        scale = np.abs(vector).max()
        self.found = minimise(
            vector / scale,
            rows,
            limits,
            self.program.places,
            offset=constant / scale,
            tolerance=gap,
            precision=self.precision,
        )
        return self.found

    def round(self, generation):
        """Solve, and add rows where it breaks a condition; return the violations of each."""
        self.final = self.gap == _GAPS[1]
        self.solve(self.gap)
        violations = self.look_for_violations(generation)
        if max(violations.values()) < _FAR_OFF:
            self.gap = _GAPS[1]
        return violations

    def look_for_violations(self, generation):
        """Add the local maxima; return the largest violation of each condition, in units of the slack."""
        worst = {}
        for condition in self.conditions:
            points, values = condition.maxima(self.found.w, generation)
            limits = condition.limits(points)
            violations = (values - limits) / -limits
            worst[condition.name] = float(violations.max(initial=-math.inf))
            order = np.argsort(-violations, kind="stable")
            order = order[violations[order] > -_NEAR][:_MOST_NEW]
            if order.size:
                self.add(condition, np.unique(points[order].round(10), axis=0))
        return worst

    def certificate(self) -> ThreePointCertificate:
        """The solution in exact numbers."""
        return self.program.certificate(self.found.w)

    def ask_the_checker(self, certificate):
        """Add the triangles where the checker could not prove (D1) or (D2); return their number."""
        count = 0
        for number, condition in enumerate(self.conditions[-2:], start=1):
            triangles = unproved_triangles(certificate, number).triangles
            if len(triangles):
                self.add(condition, condition.of_triangles(triangles))
                count += len(triangles)
        return count

    def save(self, path):
        """Write the points to a file; an interrupt leaves the old one in place."""
        save_points(path, self.spec, self.points)

    def resume(self, path):
        """Add the points of a file."""
        foreign = f"checkpoint must be a file that solve_three_point has written; got {str(path)!r}"
        try:
            with np.load(path) as data:
                spec = json.loads(str(data["spec"]))
                points = {condition.name: data[condition.name] for condition in self.conditions}
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile, zlib.error) as error:
            raise ValueError(f"{foreign} ({type(error).__name__}).") from None
        if spec != repr(self.spec):
            raise ValueError(
                f"checkpoint must belong to {self.spec!r}; got {str(path)!r} for {str(spec)[:300]}."
            )
        for name, found in points.items():
            fits = found.dtype == float and found.ndim == 2 and found.shape[1:] == self.points[name].shape[1:]
            if not (fits and np.isfinite(found).all()):
                raise ValueError(f"{foreign}: its {name} are no points.")
        self.add_all(points)

    def add_all(self, points):
        """Make rows of the points of each condition."""
        for condition in self.conditions:
            if len(points[condition.name]):
                self.add(condition, points[condition.name])


def save_points(path, spec, points):
    """Write the points of each condition to a file at once: an interrupt leaves the old one in place."""
    part = Path(path).with_name(Path(path).name + ".part")
    with part.open("wb") as file:  # by name, NumPy would append a suffix
        np.savez(file, spec=json.dumps(repr(spec)), **points)
    part.replace(path)
