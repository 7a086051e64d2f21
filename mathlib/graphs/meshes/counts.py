"""Certified numbers of Laplace eigenvalues below given numbers."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_choice, check_finite, check_integer
from mathlib.errors import CertificateError
from mathlib.fields import entries, rational, settle
from mathlib.graphs.checker.mesh import check_counts, counts_below, read_counts
from mathlib.graphs.meshes.calculus import VERTEX_STARS, check_mesh
from mathlib.graphs.meshes.mesh import TriangleMesh

__all__ = ["EigenvalueCounts", "count_eigenvalues_below", "eigenvalue_counts"]

_LARGEST = 700


@dataclass(frozen=True, repr=False, eq=False)
class EigenvalueCounts(Certificate):
    """How many eigenvalues of L x = lambda star0 x, with cotangent weights, lie below given numbers.

    Attributes
    ----------
    vertices, triangles : ndarray
        The mesh.
    vertex : {"voronoi", "barycentric"}
    sigmas : tuple of float
    counts : tuple of int
        For each the number of eigenvalues strictly below it.

    Examples
    --------
    >>> from mathlib.graphs import eigenvalue_counts, icosphere
    >>> eigenvalue_counts(icosphere(0), [1]).verify().bound
    (1,)
    """

    vertices: np.ndarray
    triangles: np.ndarray
    vertex: str
    sigmas: tuple[float, ...]
    counts: tuple[int, ...]

    kind: ClassVar[str] = "eigenvalue-counts"

    def __post_init__(self):
        mesh = TriangleMesh(self.vertices, self.triangles)
        check_choice("vertex", self.vertex, VERTEX_STARS)
        sigmas = entries("sigmas", self.sigmas, 1, 100)
        counts = entries("counts", self.counts, len(sigmas), len(sigmas))
        n = len(mesh.vertices)
        settle(
            self,
            vertices=mesh.vertices,
            triangles=mesh.triangles,
            sigmas=tuple(float(rational(f"sigmas[{k}]", x)) for k, x in enumerate(sigmas)),
            counts=tuple(check_integer(f"counts[{k}]", c, 0, n) for k, c in enumerate(counts)),
        )

    def __eq__(self, other) -> bool:
        return isinstance(other, EigenvalueCounts) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.sigmas, self.counts))

    @property
    def bound(self) -> tuple[int, ...]:
        """The counts."""
        return self.counts

    def verify(self) -> Verified:
        """Count again in balls; CertificateError names a count that does not hold."""
        conditions = {"star0 > 0": "in balls", "inertia": "Gershgorin discs miss 0 (Sylvester)"}
        return self._verified(check_counts, conditions, "ball arithmetic")

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        return {
            "kind": self.kind,
            "vertices": [[str(Fraction(x)) for x in p] for p in self.vertices.tolist()],
            "triangles": self.triangles.tolist(),
            "vertex": self.vertex,
            "sigmas": [str(Fraction(s)) for s in self.sigmas],
            "counts": list(self.counts),
        }

    @classmethod
    def from_dict(cls, data: Any) -> "EigenvalueCounts":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_counts(data)
        vertices = np.array(found["vertices"], dtype=float)
        sigmas = tuple(map(float, found["sigmas"]))
        try:
            return cls(
                vertices, np.array(found["triangles"]), found["vertex"], sigmas, tuple(found["counts"])
            )
        except ValueError as error:
            raise CertificateError(f"field {error}") from None

    def __repr__(self) -> str:
        return ", ".join(f"{c} below {s:.6g}" for s, c in zip(self.sigmas, self.counts, strict=True))


def eigenvalue_counts(mesh: TriangleMesh, sigmas: ArrayLike, vertex: str = "voronoi") -> EigenvalueCounts:
    """Count the eigenvalues of a mesh below several numbers, with proof.

    Parameters
    ----------
    mesh : TriangleMesh
        With at most 700 vertices.
    sigmas : array_like of shape (m,)
    vertex : {"voronoi", "barycentric"}
        As for `hodge_stars`; the weights of edges are those of cotangents.

    Returns
    -------
    EigenvalueCounts
        `.counts`, the numbers of eigenvalues of L x = lambda star0 x strictly below each of them.

    Raises
    ------
    ValueError
        If the mesh is too large, or a number is too near to an eigenvalue for a proof.

    Notes
    -----
    Ball arithmetic from the coordinates on: 0.1 s for 162 vertices, 3 s for 642.

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> eigenvalue_counts(icosphere(1), [1, 4])
    1 below 1, 4 below 4
    """
    mesh = check_mesh(mesh)
    check_choice("vertex", vertex, VERTEX_STARS)
    numbers = check_finite("sigmas", sigmas, (-1,))
    vertices, triangles = np.asarray(mesh.vertices), np.asarray(mesh.triangles)
    if not 1 <= len(numbers) <= 100:
        raise ValueError(f"sigmas must be 1 to 100 numbers; got {len(numbers)}.")
    if len(vertices) > _LARGEST:
        raise ValueError(
            f"mesh must have at most {_LARGEST} vertices; got {len(vertices)}. Larger: laplacian_spectrum."
        )
    fractions = [Fraction(x) for x in numbers.tolist()]
    counts = counts_below(vertices.tolist(), triangles.tolist(), vertex, fractions)
    return EigenvalueCounts(vertices, triangles, vertex, tuple(numbers.tolist()), tuple(counts))


def count_eigenvalues_below(mesh: TriangleMesh, sigma: float, vertex: str = "voronoi") -> int:
    """Count the eigenvalues of L x = lambda star0 x strictly below a number; the count is proved.

    Parameters
    ----------
    mesh : TriangleMesh
        With at most 700 vertices.
    sigma : float
    vertex : {"voronoi", "barycentric"}

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the mesh is too large, or sigma is too near to an eigenvalue for a proof.

    See Also
    --------
    eigenvalue_counts : several numbers at once, with a certificate to save.

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> count_eigenvalues_below(icosphere(1), 4)
    4
    """
    number = float(check_finite("sigma", sigma, ()))
    return eigenvalue_counts(mesh, [number], vertex).counts[0]
