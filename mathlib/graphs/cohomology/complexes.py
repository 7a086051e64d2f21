"""Finite simplicial complexes and their homology over the integers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, ClassVar

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_count, check_integer, shown
from mathlib.fields import entries, settle
from mathlib.graphs.checker.cohomology import check_homology, read_homology
from mathlib.graphs.cohomology.smith import SmithForm, form_from_dict, group_text, smith_form
from mathlib.graphs.nested import integer_tuples, lists

__all__ = ["Homology", "SimplicialComplex", "csaszar_torus", "klein_bottle", "projective_plane", "torus"]

_LARGEST_SIMPLEX = 13
_MOST_FACES = 10**6


@dataclass(frozen=True, repr=False)
class SimplicialComplex:
    """A finite simplicial complex, given by simplices that contain all others.

    Parameters
    ----------
    facets : iterable of iterables of int
        Simplices of at most 13 different vertices, integers >= 0; their faces belong to the complex too.

    Attributes
    ----------
    facets : tuple of tuples of int
        As given, each sorted, without repetition.
    faces : tuple of tuples
        All simplices of dimension 0, 1, ..., each sorted.

    Raises
    ------
    ValueError
        If there is no facet, or one is no set of vertices.

    Examples
    --------
    >>> SimplicialComplex([(0, 1), (1, 2), (0, 2)]).homology()
    H_0 = Z; H_1 = Z
    """

    facets: Sequence[Sequence[int]]

    def __post_init__(self):
        try:
            given = [tuple(facet) for facet in self.facets]
        except TypeError:
            raise ValueError(f"facets must be lists of vertices; got {shown(self.facets)}.") from None
        if not given:
            raise ValueError(f"facets must be one or more simplices; got {shown(self.facets)}.")
        checked = {tuple(sorted(_simplex(k, facet))) for k, facet in enumerate(given)}
        if sum(2 ** len(facet) for facet in checked) > 8 * _MOST_FACES:
            raise ValueError(f"facets must have at most {_MOST_FACES} faces; got {len(checked)} facets.")
        settle(self, facets=tuple(sorted(checked)))

    @cached_property
    def faces(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """All simplices by dimension, sorted."""
        levels: list[set] = [set() for _ in range(max(map(len, self.facets)))]
        for facet in self.facets:
            for size in range(1, len(facet) + 1):
                levels[size - 1].update(combinations(facet, size))
        return tuple(tuple(sorted(level)) for level in levels)

    def boundary(self, k: int) -> dict[int, dict[int, int]]:
        """Return the boundary map from k-simplices to (k-1)-simplices, nonzero entries by row and column.

        Parameters
        ----------
        k : int
            From 1 to the dimension.

        Returns
        -------
        dict of dict of int
        """
        k = check_integer("k", k, 1, len(self.faces) - 1, "a dimension")
        index = {face: i for i, face in enumerate(self.faces[k - 1])}
        rows: dict[int, dict[int, int]] = {}
        for j, face in enumerate(self.faces[k]):
            for i in range(k + 1):
                rows.setdefault(index[face[:i] + face[i + 1 :]], {})[j] = (-1) ** i
        return rows

    def homology(self) -> "Homology":
        """Compute the homology groups over the integers, with the transforms that prove them.

        Returns
        -------
        Homology
            `.betti` and `.torsion` by degree, not reduced; `.verify()` replays the elimination.

        Notes
        -----
        Pivots 1 and -1 come first; a closed surface of 10^4 triangles takes about a second.
        """
        forms = [smith_form(self.boundary(k)) for k in range(1, len(self.faces))]
        ranks = [0, *(form.rank for form in forms), 0]
        betti = [len(level) - ranks[k] - ranks[k + 1] for k, level in enumerate(self.faces)]
        torsion = [*(form.torsion for form in forms), ()]
        return Homology(tuple(map(tuple, self.facets)), tuple(betti), tuple(torsion), tuple(forms))

    def __repr__(self) -> str:
        sizes = ", ".join(str(len(level)) for level in self.faces)
        return f"simplicial complex with ({sizes}) simplices by dimension"


def _simplex(k, facet):
    vertices = entries(f"facets[{k}]", facet, 1, _LARGEST_SIMPLEX)
    found = [check_integer(f"facets[{k}]", v, 0, 2**53, "a vertex") for v in vertices]
    if len(set(found)) < len(found):
        raise ValueError(f"facets[{k}] must have different vertices; got {shown(facet)}.")
    return found


@dataclass(frozen=True, repr=False)
class Homology(Certificate):
    """The homology groups of a simplicial complex over the integers, with their proof.

    Attributes
    ----------
    facets : tuple of tuples of int
    betti : tuple of int
        The rank of H_0, H_1, ..., not reduced.
    torsion : tuple of tuples of int
        The invariant factors above 1 of each, each dividing the next.
    smith : tuple
        For each boundary map its pivots 1 or -1, in order, and for what they leave unimodular matrices with
        left S right = D, and their inverses.

    Examples
    --------
    >>> projective_plane().homology().verify().bound
    (1, 0, 0)
    """

    facets: tuple[tuple[int, ...], ...]
    betti: tuple[int, ...]
    torsion: tuple[tuple[int, ...], ...]
    smith: tuple[SmithForm, ...]

    kind: ClassVar[str] = "homology"

    def __post_init__(self):
        for name, depth in (("facets", 2), ("betti", 1), ("torsion", 2)):
            settle(self, **{name: integer_tuples(name, getattr(self, name), depth)})
        if not self.facets or len(self.betti) != max(map(len, self.facets)):
            name, value = ("facets", self.facets) if not self.facets else ("betti", self.betti)
            raise ValueError(f"{name} must be one or more, betti one for each dimension; got {shown(value)}.")
        settle(self, smith=entries("smith", self.smith, 0, _LARGEST_SIMPLEX))
        if not all(isinstance(form, SmithForm) for form in self.smith):
            raise ValueError(f"smith must hold Smith forms; got {shown(self.smith)}.")

    @property
    def bound(self) -> tuple[int, ...]:
        """The Betti numbers."""
        return self.betti

    def verify(self) -> Verified:
        """Replay the elimination of each boundary map; CertificateError names what does not hold."""
        conditions = {
            "pivots": "1 or -1 when they are used",
            "left S right = D": "in integers, with inverses",
        }
        return self._verified(check_homology, conditions, "exact")

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        return {
            "kind": self.kind,
            "facets": lists(self.facets),
            "betti": list(self.betti),
            "torsion": lists(self.torsion),
            "smith": [form.to_dict() for form in self.smith],
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Homology":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_homology(data)
        forms = [form_from_dict(form) for form in found["smith"]]
        return cls(
            tuple(found["facets"]), tuple(found["betti"]), tuple(map(tuple, found["torsion"])), tuple(forms)
        )

    def __repr__(self) -> str:
        groups = zip(self.betti, self.torsion, strict=True)
        return "; ".join(f"H_{k} = {group_text(b, t)}" for k, (b, t) in enumerate(groups))


def projective_plane() -> SimplicialComplex:
    """Return the projective plane with 6 vertices, half of the icosahedron.

    Returns
    -------
    SimplicialComplex

    Examples
    --------
    >>> projective_plane().homology()
    H_0 = Z; H_1 = Z/2; H_2 = 0
    """
    around = [(0, 1, 4), (0, 1, 5), (0, 2, 3), (0, 2, 5), (0, 3, 4)]
    return SimplicialComplex([*around, (1, 2, 3), (1, 2, 4), (1, 3, 5), (2, 4, 5), (3, 4, 5)])


def csaszar_torus() -> SimplicialComplex:
    """Return Csaszar's torus with 7 vertices, in which every two are joined.

    Returns
    -------
    SimplicialComplex

    Examples
    --------
    >>> csaszar_torus().homology()
    H_0 = Z; H_1 = Z^2; H_2 = Z
    """
    turns = [(i, (i + step) % 7, (i + 3) % 7) for i in range(7) for step in (1, 2)]
    return SimplicialComplex(turns)


def torus(m: int, n: int) -> SimplicialComplex:
    """Return an m by n grid with opposite sides glued, each square cut by a diagonal.

    Parameters
    ----------
    m, n : int
        At least 3.

    Returns
    -------
    SimplicialComplex

    Examples
    --------
    >>> torus(3, 4).homology()
    H_0 = Z; H_1 = Z^2; H_2 = Z
    """
    return _glued_grid(m, n, lambda i, j, m, n: (i % m) * n + j % n)


def klein_bottle(m: int, n: int) -> SimplicialComplex:
    """Return an m by n grid glued to a Klein bottle, each square cut by a diagonal.

    Parameters
    ----------
    m, n : int
        At least 3. The end of the first direction is glued after a reflection of the second.

    Returns
    -------
    SimplicialComplex

    Examples
    --------
    >>> klein_bottle(3, 3).homology()
    H_0 = Z; H_1 = Z + Z/2; H_2 = 0
    """
    return _glued_grid(m, n, lambda i, j, m, n: (-j) % n if i == m else i * n + j % n)


def _glued_grid(m, n, place):
    m, n = check_count("m", m, 3, "the length of the grid"), check_count("n", n, 3, "its width")
    squares = [(i, j) for i in range(m) for j in range(n)]
    corners = [[place(i + a, j + b, m, n) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))] for i, j in squares]
    return SimplicialComplex([t for a, b, c, d in corners for t in ((a, b, c), (a, c, d))])
