r"""The two-point bound, strengthened by how many balls can lie near one: numbers in doubles.

In the two-point bound f is negative beyond the minimum distance r = 1. It may be positive a little farther
out if one pays for it. Let M(e) bound the number of points in the shell 1 <= |x| <= 1 + e with mutual
distances at least 1, and 0 < e_1 < ... < e_m. If

    f^ >= 0,  f^(0) = 1,    f(x) <= h_i  for  1 + e_{i-1} <= |x| <= 1 + e_i  (e_0 = 0),
    h_1 >= h_2 >= ... >= h_m >= 0,    f(x) <= 0  for  |x| >= 1 + e_m,

then the density is at most vol(B_n) 2^{-n} (f(0) + sum_i h_i (M(e_i) - M(e_{i-1}))), M(e_0) := 0. For a
centre sees at most M(e_i) others within the first i shells, and by partial summation the sum of f over all
of them is at most the sum over i.

Points of the shell seen from its centre: two of them at distances a, b <= 1 + e form an angle of cosine at
most (a^2 + b^2 - 1)/(2ab) <= 1 - 1/(2 (1 + e)^2) = s. So M may be a bound on spherical codes, and it is an
integer.
"""

import math
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from mathlib.checks import check_integer
from mathlib.packing.semidefinite.interior_point import minimise
from mathlib.packing.spherical_codes.number import spherical_code_number
from mathlib.packing.three_point.solver.program import Program, natural_scale
from mathlib.packing.three_point.spec import ThreePointSpec

__all__ = ["StrengthenedBound", "strengthened_two_point_bound"]

_WIDEST = 0.54  # the largest cosine: shells up to 1 + e = 1.043
_SAMPLES, _MOST_SHELLS = 6, 8
_MARGIN = 3e-4  # of a cosine before the code number passes an integer
_DOUBT = 1e-2  # of a code number, which is known by sampling only
_SLACK = 1e-9


@dataclass(frozen=True, repr=False)
class StrengthenedBound:
    """What the strengthened programme gives in doubles: a number that nobody has proved.

    Attributes
    ----------
    n : int
    value : float
        vol(B_n) 2^{-n} (f(0) + sum of h_i (M_i - M_{i-1})).
    shells : tuple of (outer radius 1 + e_i, M_i, h_i)
    coefficients : ndarray
        c_j in f = sum_j c_j L_j(2 pi scale |x|^2) e^{-pi scale |x|^2}.
    scale : float
    """

    n: int
    value: float
    shells: tuple
    coefficients: np.ndarray
    scale: float

    def __repr__(self):
        return (
            f"value {self.value:.6f} for n = {self.n}, {len(self.shells)} shells "
            "(doubles: a number, not a proved bound)"
        )


def strengthened_two_point_bound(
    n: int, *, degree: int = 27, code_degree: int = 8
) -> StrengthenedBound:
    """Return the strengthened two-point bound of R^n, as a number in double precision.

    Parameters
    ----------
    n : int
        The dimension, from 3 to 9.
    degree : int
        The degree of the polynomial factor of f in |x|^2; odd, from 9 to 41.
    code_degree : int
        The degree of the semidefinite bounds M(e) on codes; see `spherical_code_number`.

    Returns
    -------
    StrengthenedBound

    Raises
    ------
    ValueError
        For arguments outside the ranges.

    Notes
    -----
    Cost: some ten bounds on spherical codes, 10 s for code_degree 8, a minute for 10; the rest is a linear
    programme of a second.

    References
    ----------
    D. de Laat, F. Oliveira, F. Vallentin, Upper bounds for packings of spheres of several radii, Forum of
    Mathematics, Sigma 2 (2014): for n = 4 they print 0.644422.

    Examples
    --------
    >>> strengthened_two_point_bound(4, degree=13, code_degree=4)
    value 0.64... for n = 4, ... shells (doubles: a number, not a proved bound)
    """
    n = check_integer("n", n, 3, 9, "the dimension")
    degree = check_integer("degree", degree, 9, 41, "and odd")
    if degree % 2 == 0:
        raise ValueError(f"degree must be odd; got {degree}: f or f^ would have the wrong sign far out.")
    code_degree = check_integer("code_degree", code_degree, 2, 10, "that of the bounds on codes")
    cosines, counts = _shells(n, code_degree)
    radii = 1 / np.sqrt(2 * (1 - cosines))
    with threadpool_limits(1):
        return _solve(n, degree, radii, counts)


def _shells(n, code_degree):
    """Cosines s_1 < s_2 < ... just before the code number passes an integer, and the integers M_i there."""
    sampled = np.linspace(0.5, _WIDEST, _SAMPLES)
    numbers = [spherical_code_number(n, float(s), degree=code_degree) for s in sampled]
    steps = np.arange(math.floor(numbers[0]) + 1, math.floor(numbers[-1]) + 1)
    steps = steps[np.unique(np.linspace(0, len(steps) - 1, _MOST_SHELLS).round().astype(int))]
    cosines = np.interp(steps, numbers, sampled) - _MARGIN
    cosines = np.append(cosines[cosines > 0.5], _WIDEST)
    counts = [spherical_code_number(n, float(s), degree=code_degree) for s in cosines[:-1]]
    return cosines, np.floor(np.array([*counts, numbers[-1]]) + _DOUBT)


def _solve(n, degree, radii, counts):
    """The linear programme in c and h, on grids that are fine against the oscillations of the functions."""
    shells = len(radii)
    program = Program(ThreePointSpec(n, 1.5, degree, (1,), natural_scale(n)))
    end, unit = math.sqrt(4 * degree + 2 * n + 40), math.sqrt(2 * math.pi * program.spec.scale)
    tail = end * np.geomspace(1, 100, 200)[1:]
    transform, constants = program.transform_rows(np.r_[np.linspace(0, end, 3000), tail])
    blocks = [(transform[:, :degree], np.zeros((len(transform), shells)), -constants - _SLACK)]
    inner = 1.0
    for i, outer in enumerate(radii):
        x = np.linspace(inner, outer, 200)
        values, constants = program.radial_rows(x)
        blocks.append((values[:, :degree], -np.tile(np.eye(shells)[i], (len(x), 1)), -constants))
        inner = outer
    beyond, constants = program.outside_rows(np.r_[np.linspace(inner * unit, end, 3000), tail])
    blocks.append((beyond[:, :degree], np.zeros((len(beyond), shells)), -constants - _SLACK))
    order = np.eye(shells, k=1) - np.eye(shells)  # h_{i+1} - h_i <= 0 and -h_m <= 0
    blocks.append((np.zeros((shells, degree)), order, np.zeros(shells)))
    rows = np.vstack([np.hstack(block[:2]) for block in blocks])
    limits = np.concatenate([block[2] for block in blocks])
    norms = np.linalg.norm(rows, axis=1)
    usable = norms > 1e-9  # f^(0) = 1 is a constant
    objective, constant = program.objective()
    cost = np.r_[objective[:degree], np.diff(counts, prepend=0)]
    size = np.abs(cost).max()
    found = minimise(
        cost / size,
        rows[usable] / norms[usable, None],
        limits[usable] / norms[usable],
        [],
        offset=constant / size,
        tolerance=1e-7,
    )
    c = (program.particular + program.null_space @ found.w[:degree]) / program.norms
    value = program.factor * (cost @ found.w + constant)
    table = zip(radii.tolist(), counts.astype(int).tolist(), found.w[degree:].tolist(), strict=True)
    return StrengthenedBound(n, float(value), tuple(table), c, program.spec.scale)
