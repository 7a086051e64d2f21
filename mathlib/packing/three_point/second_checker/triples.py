"""Prove (D1) and (D2) box by box; `boxes` proves one box, here is where they come from."""

from itertools import product

import numpy as np

from mathlib.errors import CertificateError
from mathlib.packing.three_point.second_checker import boxes

__all__ = ["Boxes", "prove_triples", "sides_of"]

NAMES = {
    1: "(D1) F(a,b;c) + F(a,c;b) + F(b,c;a) <= 0 for a, b, c in [r, R]",
    2: "(D2) F(a,b;c) <= 0 for a, b in [r, R], R <= c <= a + b",
}
# A file must not be able to ask for endless work; the certificates that ship take up to 72,000 boxes.
_MOST_BOXES = 2_000_000
_AT_ONCE = 10_000  # boxes in one call of compiled code, some tenths of a second: then Ctrl-C is heard
_PARTS = 4  # of each side to begin with


class Boxes:
    """The boxes of a condition: iterating proves them, and gives those of which it cannot be proved.

    For each of these it gives the box, a word for what is wrong, and the place in its coordinates with the
    value there, in units of the size of the matrices.

    Parameters
    ----------
    condition : int
        1 for (D1), 2 for (D2).
    numbers : Numbers

    Attributes
    ----------
    count, cells : int
        How many boxes and cells there were so far.
    """

    def __init__(self, condition, numbers):
        self.condition, self.count, self.cells = condition, 0, 0
        self._arguments = *numbers, *boxes.workspace(numbers.A)
        lowest = np.array([-1.0, -1.0, -1.0 if condition == 1 else 0.0])
        self._waiting = []
        self.cut(np.array([lowest, [1.0, 1.0, 1.0]]), _PARTS)

    def __iter__(self):
        while self._waiting:
            box, place = self._waiting.pop(), np.zeros(4)
            middle_and_half = np.concatenate([box.mean(axis=0), (box[1] - box[0]) / 2])
            found = boxes.prove(self.condition, middle_and_half, _AT_ONCE, place, *self._arguments)
            outcome, count, cells = found
            self.count, self.cells = self.count + count, self.cells + cells
            if outcome == boxes.TOO_MANY and self.count < _MOST_BOXES:
                self.cut(box)
            elif outcome == boxes.TOO_MANY:
                yield box, f"is not proved after {self.count} boxes", place
                return
            elif outcome != boxes.PROVED:
                yield box, "does not hold" if outcome == boxes.VIOLATED else "cannot be proved", place

    def cut(self, box, per_side=2):
        """Put parts of a box in its place, but for those where all of a > b or, in (D1), b > c."""
        ends = np.linspace(box[0], box[1], per_side + 1)
        for i, j, k in product(range(per_side), repeat=3):
            part = np.array([[ends[i + s, 0], ends[j + s, 1], ends[k + s, 2]] for s in (0, 1)])
            if part[0, 0] < part[1, 1] and (self.condition == 2 or part[0, 1] < part[1, 2]):
                self._waiting.append(part)


def sides_of(condition, places, r, R):
    """The sides a, b, c of triangles from their coordinates, shape (N, 3)."""
    sides = (R + r) / 2 + (R - r) / 2 * places[:, :3]
    if condition == 2:
        a, b, t = sides[:, 0], sides[:, 1], places[:, 2]
        sides[:, 2] = np.sqrt((a + b) ** 2 * (1 - t) + R**2 * t)
    return sides


def prove_triples(condition, numbers, r, R):
    """Prove (D1) or (D2); return the numbers of boxes and of cells, or raise CertificateError."""
    search = Boxes(condition, numbers)
    for _, verb, place in search:
        a, b, c = sides_of(condition, place[None], float(r), float(R))[0]
        raise CertificateError(
            f"{NAMES[condition]} {verb} at a = {a:.9g}, b = {b:.9g}, c = {c:.9g}: "
            f"value {place[3]:.3g} times the size of the matrices"
        )
    return search.count, search.cells
