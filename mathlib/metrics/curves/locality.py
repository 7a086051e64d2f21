"""The locality constant of a curve: a search for far pairs, and a finite proof that none is farther."""

from fractions import Fraction
from typing import Any

from mathlib.checks import check_choice, shown
from mathlib.metrics.curves.curve import SpaceFillingCurve, check_curve
from mathlib.metrics.curves.proof import NORMS, LocalityProof, Tail
from mathlib.metrics.curves.search import FarPairs, squared

__all__ = ["locality_constant"]

_MOST_STATES = 3000
_MOST_FAMILIES = 200
_LEVELS = 12


def locality_constant(curve: SpaceFillingCurve, norm: str) -> LocalityProof:
    r"""Find how far a curve goes in a short time, with a proof: :math:`\sup |c(s) - c(t)|^2 / |s - t|`.

    Parameters
    ----------
    curve : SpaceFillingCurve
        A continuous one.
    norm : {"l1", "l2", "linf"}

    Returns
    -------
    LocalityProof
        `value` is the constant; None if only `lower` < `upper` was proved.

    Raises
    ------
    ValueError
        If the curve jumps: then there is no such constant.

    Notes
    -----
    Pairs of cells are cut into pairs of smaller ones as long as they may hold a larger ratio than the
    largest that was found. Pairs that come back in the same position, only larger, lead to two points of
    the curve; of their ratio it is then tried to prove that none is larger. Milliseconds for Hilbert's and
    Peano's curves.

    References
    ----------
    K. E. Bauman, "The dilation factor of the Peano-Hilbert curve", Mathematical Notes 80 (2006); E. V.
    Shchepin, K. E. Bauman, "Minimal Peano curve", Proceedings of the Steklov Institute 263 (2008).

    Examples
    --------
    >>> from mathlib.metrics import hilbert
    >>> proof = locality_constant(hilbert, "l2")
    >>> proof.value, proof.tight
    (Fraction(6, 1), (Fraction(23, 48), Fraction(25, 48)))
    >>> print(proof.verify())
    Of this curve of 4 pieces sup |c(s) - c(t)|^2 / |s - t| is 6 in the l2 norm.
    """
    check_curve(curve)
    check_choice("norm", norm, NORMS)
    if not curve.continuous:
        raise ValueError(
            f"curve must be continuous, or the ratio has no bound; got {shown(curve)}. Turn its pieces."
        )
    pairs = FarPairs(curve, norm)
    before = failed = None
    while pairs.level < _LEVELS and pairs.step():
        if pairs.cycle is None:
            continue
        ratio, times = pairs.cycle
        if before == ratio != failed and ratio >= pairs.best * (1 - 1e-9):
            closed = _Closing(curve, norm, ratio).run()
            if closed:
                return LocalityProof(curve, norm, ratio, ratio, ratio, *closed, times)
            failed = ratio
        before = ratio
    return _bracket(curve, norm, *pairs.cycle)  # type: ignore[misc]  # every curve has pairs that come back


def _bracket(curve, norm, lower, times) -> LocalityProof:
    """The best pair that was found, and an upper bound that can be proved, as near as that goes."""
    for k in range(10, -10, -1):
        upper = lower * (1 + Fraction(2) ** -k)
        closed = _Closing(curve, norm, upper).run()
        if closed:
            return LocalityProof(curve, norm, None, lower, upper, *closed, times)
    raise AssertionError("every continuous curve of this kind has a bound")


class _Closing:
    """A finite set of pairs of cells such that |c(s) - c(t)|^2 <= C |s - t| in all, if it can be found."""

    def __init__(self, curve, norm, C):
        self.curve, self.norm, self.C = curve, norm, C
        self.base, self.n = curve.base, curve.base**2
        self.parts = curve.children.tolist()
        self.tails: list[Tail] = []

    def run(self) -> tuple[Any, Any] | None:
        """The pairs and the tails of a proof; None if they do not close up."""
        root = self.parts[0]
        front = [
            (root[j][0] - root[i][0], root[j][1] - root[i][1], j - i, root[i][2], root[j][2])
            for i in range(self.n)
            for j in range(i + 1, self.n)
        ]
        front, covered = [s for s in front if self._open(s)], set()
        states: dict[Any, None] = {}
        for level in range(_LEVELS):
            below: dict[Any, None] = {}
            for s in front:
                if s in states or s in covered:
                    continue
                tail = self._tail(s) if level > 1 else None
                if tail:
                    self.tails.append(tail)
                    (ax, ay), gamma, families = tail
                    covered |= {(ax + x, ay + y, gamma + t, *ways) for x, y, t, *ways in families}
                else:
                    states[s] = None
                    below |= dict.fromkeys(self._cut(s))
            front = [s for s in below if s not in states and s not in covered]
            if not front:
                return tuple(states), tuple(self.tails)
            if len(states) + len(front) > _MOST_STATES:
                return None
        return None

    def _open(self, s) -> bool:
        """Whether two points in the cells could have a ratio above C."""
        x, y = abs(s[0]) + 1, abs(s[1]) + 1
        far = x * x + y * y if self.norm == "l2" else (x + y) ** 2 if self.norm == "l1" else max(x, y) ** 2
        return far * self.C.denominator > self.C.numerator * (s[2] - 1)

    def _pieces(self, one, two):
        """The steps from each piece of the first cell to each of the second."""
        for i, (a, b, way) in enumerate(self.parts[one]):
            for j, (e, f, other) in enumerate(self.parts[two]):
                yield e - a, f - b, j - i, way, other

    def _cut(self, s):
        for x, y, t, one, two in self._pieces(*s[3:]):
            part = (self.base * s[0] + x, self.base * s[1] + y, self.n * s[2] + t, one, two)
            if self._open(part):
                yield part

    def _tail(self, s):
        """A tail that contains s, if s has a part in the same ways whose limit attains C."""
        layer = [s]
        for period in (1, 2, 3, 4):
            layer = [part for u in layer for part in self._cut(u)]
            if len(layer) > _MOST_FAMILIES:
                return None
            K = self.base**period
            for u in layer:
                if u[3:] != s[3:]:
                    continue
                ax, ay = (Fraction(u[k] - s[k], K - 1) for k in (0, 1))
                gamma = Fraction(u[2] - s[2], K * K - 1)
                if gamma > 0 and squared(self.norm, ax, ay) == self.C * gamma:
                    families = self._families(ax, ay, gamma, (s[0] - ax, s[1] - ay, s[2] - gamma, *s[3:]))
                    if families:
                        return Tail((ax, ay), gamma, families)
        return None

    def _families(self, ax, ay, gamma, first):
        """All families into which one falls, if they are few."""
        found, front = {first: None}, [first]
        while front:
            bx, by, delta, *ways = front.pop()
            for x, y, t, one, two in self._pieces(*ways):
                part = (self.base * bx + x, self.base * by + y, self.n * delta + t, one, two)
                if part not in found and self._open_somewhere(ax, ay, gamma, *part[:3]):
                    found[part] = None
                    front.append(part)
            if len(found) > _MOST_FAMILIES:
                return None
        return tuple(found)

    def _open_somewhere(self, ax, ay, gamma, bx, by, delta) -> bool:
        """False only if C (t - 1) is at least the largest distance squared for all z >= 1.

        With x = ax z + bx and z = 1 + w the difference is a polynomial in w; it is nonnegative if its
        coefficients are. Signs before x and y stand for their absolute values.
        """
        p, q, r = self.C * gamma, 2 * self.C * gamma, self.C * (gamma + delta - 1)
        for u in (1, -1):
            for v in (1, -1):
                X, Y = (u * ax, u * (ax + bx) + 1), (v * ay, v * (ay + by) + 1)
                for lead, rest in _lines(self.norm, X, Y):
                    p1, q1, r1 = p, q, r
                    for k, m in zip(lead, rest, strict=True):
                        p1, q1, r1 = p1 - k * k, q1 - 2 * k * m, r1 - m * m
                    if min(p1, q1, r1) < 0:
                        return True
        return False


def _lines(norm, X, Y):
    """Linear functions of w, as (leads, rests), whose sum of squares is the square of the norm."""
    if norm == "l2":
        return [((X[0], Y[0]), (X[1], Y[1]))]
    if norm == "l1":
        return [((X[0] + Y[0],), (X[1] + Y[1],))]
    return [((X[0],), (X[1],)), ((Y[0],), (Y[1],))]
