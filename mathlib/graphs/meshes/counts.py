"""Certified numbers of Laplace eigenvalues below given numbers."""

from numpy.typing import ArrayLike

from mathlib.checks import check_choice, check_finite
from mathlib.fields import entries
from mathlib.graphs.checker.mesh import LARGEST, VERTEX_STARS, EigenvalueCounts, counts_below
from mathlib.graphs.objects.mesh import TriangleMesh, check_mesh

__all__ = ["count_eigenvalues_below", "eigenvalue_counts"]


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
    Ball arithmetic from the coordinates on: 0.1 s for 162 vertices, 0.5 s for 642.

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> eigenvalue_counts(icosphere(1), [1, 4])
    1 below 1, 4 below 4
    """
    size = len(check_mesh(mesh).vertices)
    check_choice("vertex", vertex, VERTEX_STARS)
    numbers = tuple(check_finite("sigmas", entries("sigmas", sigmas, 1, 100), (-1,)).tolist())
    if size > LARGEST:
        text = f"mesh must have at most {LARGEST} vertices; got {size}. Larger: laplacian_spectrum."
        raise ValueError(text)
    counts = counts_below(mesh.vertices, mesh.triangles, vertex, numbers)
    return EigenvalueCounts(mesh.vertices, mesh.triangles, vertex, numbers, counts)


def count_eigenvalues_below(mesh: TriangleMesh, sigma: float, vertex: str = "voronoi") -> int:
    """Count the eigenvalues of L x = lambda star0 x strictly below a number; the count is proved.

    Parameters
    ----------
    mesh : TriangleMesh
    sigma : float
    vertex : {"voronoi", "barycentric"}

    Returns
    -------
    int

    See Also
    --------
    eigenvalue_counts : several numbers at once, with limits, errors, and a certificate to save.

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> count_eigenvalues_below(icosphere(1), 4)
    4
    """
    number = float(check_finite("sigma", sigma, ()))
    return eigenvalue_counts(mesh, [number], vertex).counts[0]
