"""The formulations that the game is about: how one is drawn, changed by a move, and measured by numbers."""

import math
from dataclasses import dataclass, replace

import numpy as np

from mathlib.packing.three_point.solver.program import natural_scale
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["Space"]

_WIDEST, _LONGEST = 10, 20  # the largest block, and the highest degree in the angle
_SHORTEST = 5  # kernels of lower degree are rarely negative enough
_DEGREES = range(7, 36, 2)  # degree2 is odd
_TAIL, _WIDEST_BLOCK, _DEGREE2 = (f", paid by {what}" for what in ("the tail", "the widest", "degree2"))
_BLOCK_CHANGES = [("grow", ""), ("grow", _TAIL), ("grow", _DEGREE2), ("shrink", "")]
_OTHER_CHANGES = ["lengthen", "lengthen" + _WIDEST_BLOCK, "lengthen" + _DEGREE2, "shorten"]
_OTHER_CHANGES += ["raise degree2", "raise degree2" + _TAIL, "raise degree2" + _WIDEST_BLOCK, "lower degree2"]


@dataclass(frozen=True)
class Space:
    """All formulations of a three-point bound in dimension n with a limited number of variables.

    A formulation is a ThreePointSpec. Its continuous part is (R, scale); the rest, (degree2, blocks), is its
    shape, and a move changes the shape. From degree 1 in the angle on, a block is never larger than the one
    before: the more a function turns, the less detail along the length it needs.

    Attributes
    ----------
    n : int
        The dimension.
    most_variables : int
        The price limit: a move that would exceed it has to give up something else, its payment.
    R_range, scale_range : pair of float
        R/r, and the factor of the Gaussian in units of `natural_scale(n)`.

    Examples
    --------
    >>> space = Space(4, most_variables=60)
    >>> spec = space.draw(np.random.default_rng(0))
    >>> spec.variables <= 60 and spec in space
    True
    >>> sorted(space.moves(spec))[:2]
    ['grow 0', 'grow 1']
    """

    n: int
    most_variables: int
    R_range: tuple[float, float] = (1.1, 1.9)
    scale_range: tuple[float, float] = (0.6, 1.6)

    def __contains__(self, spec):
        tail = spec.blocks[1:]
        return (
            spec.n == self.n
            and spec.variables <= self.most_variables
            and spec.degree2 in _DEGREES
            and _SHORTEST < len(spec.blocks) <= _LONGEST + 1
            and 2 <= spec.blocks[0] <= _WIDEST
            and all(1 <= m <= _WIDEST for m in tail)
            and list(tail) == sorted(tail, reverse=True)
        )

    # drawing

    def draw(self, rng, decided=()) -> ThreePointSpec:
        """A random formulation: R, scale, degrees and price uniform, the blocks grown at random.

        `decided` is the beginning of its `components`, if that is given; some formulation must have it.
        """
        R, scale = self.draw_continuous(rng)
        spec = None
        while spec is None or spec not in self:
            angular, degree2 = rng.integers(_SHORTEST, _LONGEST + 1), rng.choice(_DEGREES)
            components = [*decided, *[int(angular), int(degree2), 2][len(decided) :]]
            blocks = components[2:] + [1] * (components[0] + 3 - len(components))
            spec = ThreePointSpec(self.n, R, components[1], tuple(blocks), scale)
        price, full = self.most_variables * (1 + rng.random()) / 2, set(range(len(decided) - 2))
        while spec.variables < price and len(full) < len(spec.blocks):
            k = int(rng.integers(len(spec.blocks)))
            if k in full:
                continue
            grown = _grow(spec, k)
            if grown in self:
                spec, full = grown, set(range(len(decided) - 2))
            else:
                full.add(k)
        return spec

    @staticmethod
    def components(spec) -> tuple[int, ...]:
        """The shape as a sequence of decisions: degree in the angle, degree2, m_0, m_1, ..."""
        return (len(spec.blocks) - 1, spec.degree2, *spec.blocks)

    def draw_continuous(self, rng, near=None, width=0.1):
        """A pair (R, scale): uniform, or normal around that of a formulation, `width` ranges wide."""
        low, high = self._box()
        if near is None:
            place = rng.random(2)
        else:
            centre = (np.array([near.R, math.log(near.scale)]) - low) / (high - low)
            place = np.clip(centre + width * rng.standard_normal(2), 0, 1)
        R, log_scale = low + place * (high - low)
        return round(float(R), 4), round(math.exp(log_scale), 4)

    def _box(self):
        scales = np.log(np.array(self.scale_range) * natural_scale(self.n))
        return np.array([self.R_range[0], scales[0]]), np.array([self.R_range[1], scales[1]])

    def place(self, spec, R, scale):
        """The formulation with another continuous part, cut to the ranges."""
        low, high = (scale_limit * natural_scale(self.n) for scale_limit in self.scale_range)
        R = min(max(R, self.R_range[0]), self.R_range[1])
        return replace(spec, R=round(R, 4), scale=round(min(max(scale, low), high), 4))

    # moves

    def moves(self, spec) -> dict:
        """All formulations one move away, by the name of the move."""
        found = {name: self._move(spec, name) for name in self._names(spec)}
        return {name: moved for name, moved in found.items() if moved is not None}

    def random_move(self, spec, rng):
        """The name and the result of one of the moves, each equally likely."""
        names = self._names(spec)
        while True:
            name = names[rng.integers(len(names))]
            moved = self._move(spec, name)
            if moved is not None:
                return name, moved

    @staticmethod
    def _names(spec):
        """What may be tried: every change, without and with each of its payments."""
        names = [f"{change} {k}{paid}" for k in range(len(spec.blocks)) for change, paid in _BLOCK_CHANGES]
        return names + _OTHER_CHANGES

    def _move(self, spec, name):
        """The formulation after a move; None where it leads out of the space or needs no payment."""
        change, _, payment = name.partition(", paid by ")
        moved = _changed(spec, change)
        if moved is None or (moved.variables > self.most_variables) != bool(payment):
            return None
        if payment:
            moved = self._paid(moved, payment)
        return moved if moved is not None and moved in self and moved != spec else None

    def _paid(self, spec, payment):
        """The formulation made smaller in one way until it is cheap enough; None if that does not work."""
        while spec.variables > self.most_variables:
            blocks = spec.blocks
            if payment == "degree2":
                if spec.degree2 <= _DEGREES[0]:
                    return None
                spec = replace(spec, degree2=spec.degree2 - 2)
            elif payment == "the tail":
                if len(blocks) <= _SHORTEST + 1:
                    return None
                spec = replace(spec, blocks=blocks[:-1] + ((blocks[-1] - 1,) if blocks[-1] > 1 else ()))
            else:
                widest = max(blocks[1:])
                if widest == 1:
                    return None
                spec = _grow(spec, max(k for k, m in enumerate(blocks) if k and m == widest), by=-1)
        return spec

    # numbers

    def features(self, spec) -> np.ndarray:
        """The formulation as numbers of order one, in which similar formulations are close."""
        low, high = self._box()
        R, scale = (np.array([spec.R, math.log(spec.scale)]) - low) / (high - low)
        return np.array(
            [
                2 * R,
                2 * scale,
                spec.degree2 / 12,
                len(spec.blocks) / 6,
                spec.blocks[0] / 3,
                spec.blocks[1] / 3,
                spec.blocks[3] / 2,
                spec.blocks[5] / 2,
                sum(spec.blocks) / 15,
            ]
        )


def _changed(spec, change):
    """A formulation with a change that is no payment; None where there is no such formulation."""
    match change.split():
        case ["grow", k]:
            return _grow(spec, int(k))
        case ["shrink", k]:
            return _grow(spec, int(k), by=-1)
        case ["lengthen"]:
            return replace(spec, blocks=(*spec.blocks, 1))
        case ["shorten"]:
            return replace(spec, blocks=spec.blocks[:-1]) if len(spec.blocks) > 1 else None
        case ["raise", "degree2"]:
            return replace(spec, degree2=spec.degree2 + 2)
        case _:
            return replace(spec, degree2=spec.degree2 - 2) if spec.degree2 > 2 else None


def _grow(spec, k, by=1):
    """One block changed in size."""
    sizes = list(spec.blocks)
    sizes[k] += by
    return replace(spec, blocks=tuple(sizes)) if 1 <= sizes[k] <= 32 else None
