"""Cellular sheaves on graphs: cohomology over the integers, harmonic extension in fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import Any

import flint
import numpy as np

from mathlib.checks import check_integer, shown
from mathlib.fields import entries, rational, settle
from mathlib.graphs.cohomology.certificates import HarmonicExtension, SheafCohomology
from mathlib.graphs.cohomology.maps import checked_maps, coboundary_rows, starts
from mathlib.graphs.cohomology.smith import smith_form

__all__ = ["AmbiguousExtension", "Sheaf"]


class AmbiguousExtension(ValueError):
    """A nonzero section vanishes on the boundary, so that no harmonic extension is the only one.

    Parameters
    ----------
    text : str
        What the error says.
    section : tuple of tuples of Fraction

    Attributes
    ----------
    section : tuple of tuples of Fraction
        Such a section, a vector for each vertex.
    """

    def __init__(self, text: str, section: tuple[tuple[Fraction, ...], ...] = ()):
        super().__init__(text)
        self.section = section


@dataclass(frozen=True, repr=False)
class Sheaf:
    """A sheaf on a graph: a vector space on each vertex and edge, and maps from vertices to their edges.

    (delta x)_e = F_head x_head - F_tail x_tail

    Parameters
    ----------
    stalks : list of int
        The dimensions of the spaces at the vertices 0, 1, ...
    edges : list of (tail, head, F_tail, F_head)
        Two different vertices, and matrices of shape (dimension at the edge, dimension at the vertex):
        lists of rows of integers, Fractions or floats, which count as the fractions that they are.

    Raises
    ------
    ValueError
        If an edge is a loop, or a matrix does not fit the stalk of its vertex.

    References
    ----------
    J. Hansen, R. Ghrist, Toward a spectral theory of cellular sheaves (2019); T. Gebhart, J. Hansen,
    P. Schrater, Knowledge Sheaves, arXiv 2110.03789.

    Examples
    --------
    >>> turn, one = [[-1, 0], [0, -1]], [[1, 0], [0, 1]]
    >>> Sheaf([2, 2, 2], [(0, 1, turn, one), (1, 2, one, one), (2, 0, one, one)]).cohomology()
    H^0 = 0; H^1 = Z/2 + Z/2
    """

    stalks: Sequence[int]
    edges: Sequence[Any]

    def __post_init__(self):
        stalks, edges = checked_maps(self.stalks, self.edges)
        settle(self, stalks=stalks, edges=edges)

    def laplacian(self) -> np.ndarray:
        """Return the sheaf Laplacian delta' delta.

        Returns
        -------
        ndarray of shape (d, d)
            float64, d the sum of the dimensions at the vertices.
        """
        rows = coboundary_rows(self.stalks, self.edges)
        delta = np.zeros((len(rows), sum(self.stalks)))
        for k, row in enumerate(rows):
            for c, x in row.items():
                delta[k, c] = float(x)
        return delta.T @ delta

    def cohomology(self) -> "SheafCohomology":
        """Compute H^0 = ker delta and H^1 = coker delta over the integers.

        Returns
        -------
        SheafCohomology
            `.h0` and `.h1` are ranks, `.torsion` the invariant factors of H^1 above 1, ascending.

        Raises
        ------
        ValueError
            If a map has an entry that is not an integer.

        Notes
        -----
        For a cycle whose maps but one are unimodular, with the holonomy A around it: ker(A - I) and
        coker(A - I).
        """
        rows = coboundary_rows(self.stalks, self.edges)
        if any(x.denominator != 1 for row in rows for x in row.values()):
            raise ValueError("the maps must be integers: got other entries. Multiply both maps of an edge.")
        form = smith_form({k: {c: int(x) for c, x in row.items()} for k, row in enumerate(rows) if row})
        ranks = sum(self.stalks) - form.rank, len(rows) - form.rank
        return SheafCohomology(self.stalks, self.edges, *ranks, form.torsion, form)

    def harmonic_extension(self, boundary: Mapping[int, Any]) -> "HarmonicExtension":
        """Extend values at some vertices to all so that |delta x|^2 is least.

        Parameters
        ----------
        boundary : dict
            For some vertices the vector there, a list of integers, Fractions or floats.

        Returns
        -------
        HarmonicExtension
            `.values[v]` and `.energy`, in Fractions.

        Raises
        ------
        AmbiguousExtension
            If a nonzero section vanishes on the boundary; `.section` is one.

        Notes
        -----
        The conditions (L x)_v = 0 at the other vertices are solved exactly. On a path with maps R_1, ...,
        R_k between its ends, and identities into the edges, the energy is (y - Rx)' W^-1 (y - Rx) with
        R = R_k ... R_1, W = sum P_i P_i', P_i = R_k ... R_(i+1).

        Examples
        --------
        >>> path = Sheaf([1, 1, 1], [(0, 1, [[1]], [[1]]), (1, 2, [[1]], [[1]])])
        >>> path.harmonic_extension({0: [0], 2: [1]}).values[1]
        (Fraction(1, 2),)
        """
        if not isinstance(boundary, Mapping):
            raise ValueError(f"boundary must be a dict from vertices to vectors; got {shown(boundary)}.")
        given = {}
        for v, value in boundary.items():
            v = check_integer("a vertex of boundary", v, 0, len(self.stalks) - 1)
            vector = entries(f"boundary[{v}]", value, self.stalks[v], self.stalks[v])
            given[v] = [rational(f"boundary[{v}][{k}]", x) for k, x in enumerate(vector)]
        start, rows = starts(self.stalks), coboundary_rows(self.stalks, self.edges)
        x = {start[v] + k: value for v, vector in given.items() for k, value in enumerate(vector)}
        free = [c for c in range(start[-1]) if c not in x]
        x |= zip(free, _least_squares(rows, free, x, start), strict=True)
        values = tuple(tuple(x[c] for c in range(a, b)) for a, b in pairwise(start))
        energy = sum((sum((f * x[c] for c, f in row.items()), Fraction(0)) ** 2 for row in rows), Fraction(0))
        return HarmonicExtension(self.stalks, self.edges, tuple(sorted(given)), values, energy)

    def __repr__(self) -> str:
        return (
            f"sheaf with {len(self.stalks)} vertices, {len(self.edges)} edges, stalks of {sum(self.stalks)}"
        )


def _least_squares(rows, free, known, start):
    """Solve the normal equations in the free columns, exactly."""
    if not free:
        return []
    place = {c: k for k, c in enumerate(free)}
    normal = [[Fraction(0)] * len(free) for _ in free]
    right = [Fraction(0)] * len(free)
    for row in rows:
        constant = sum((f * known[c] for c, f in row.items() if c in known), Fraction(0))
        inner = [(place[c], f) for c, f in row.items() if c in place]
        for a, f in inner:
            right[a] -= f * constant
            for b, g in inner:
                normal[a][b] += f * g
    scale = lcm(*(x.denominator for row in normal for x in row))
    matrix = flint.fmpz_mat([[int(x * scale) for x in row] for row in normal])
    if matrix.rank() < len(free):
        raise AmbiguousExtension(
            "a nonzero section vanishes on the boundary: the extension is not unique. Give values at more "
            "vertices; the attribute `section` is such a section.",
            _sections(matrix, free, start),
        )
    column = flint.fmpq_mat(len(right), 1, [flint.fmpq(x.numerator, x.denominator) * scale for x in right])
    solved = flint.fmpq_mat(matrix).solve(column)
    return [Fraction(int(solved[k, 0].p), int(solved[k, 0].q)) for k in range(len(free))]


def _sections(matrix, free, start):
    """A nonzero vector in the kernel, as one vector for each vertex."""
    kernel, _ = matrix.nullspace()
    column = [int(kernel[k, 0]) for k in range(len(free))]
    divisor = gcd(*column) * (1 if next(x for x in column if x) > 0 else -1)
    vector = {c: x // divisor for c, x in zip(free, column, strict=True)}
    return tuple(tuple(Fraction(vector.get(c, 0)) for c in range(a, b)) for a, b in pairwise(start))
