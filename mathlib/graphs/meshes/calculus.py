"""Discrete exterior calculus on a mesh: Hodge stars, the spectrum of the Laplacian, Hodge decomposition."""

from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike
from scipy.linalg import eigh
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh, splu

from mathlib.checks import check_choice, check_finite, check_integer
from mathlib.graphs.checker.mesh import VERTEX_STARS
from mathlib.graphs.objects.mesh import TriangleMesh, check_mesh

__all__ = [
    "HodgeDecomposition", "HodgeStars", "LaplacianSpectrum", "derivatives", "hodge_decomposition",
    "hodge_stars", "laplacian_spectrum",
]  # fmt: skip

_DENSE = 400


@dataclass(frozen=True, repr=False, eq=False)
class HodgeStars:
    """Diagonal Hodge stars: of vertices (areas), of edges (ratios of lengths), of triangles (1 / area).

    Attributes
    ----------
    star0 : ndarray of shape (n,)
    star1 : ndarray of shape (number of edges,)
    star2 : ndarray of shape (m,)
    """

    star0: np.ndarray
    star1: np.ndarray
    star2: np.ndarray

    def __repr__(self) -> str:
        least = ", ".join(f"star{k} from {getattr(self, f'star{k}').min():.3g}" for k in range(3))
        return f"Hodge stars: {least}"


@dataclass(frozen=True, repr=False, eq=False)
class LaplacianSpectrum:
    """The smallest eigenvalues of L x = lambda star0 x.

    Attributes
    ----------
    values : ndarray of shape (k,)
        Ascending.
    vectors : ndarray of shape (n, k)
        Orthonormal for star0.
    """

    values: np.ndarray
    vectors: np.ndarray

    def __repr__(self) -> str:
        return f"{len(self.values)} eigenvalues from {self.values[0]:.6g} to {self.values[-1]:.6g}"


@dataclass(frozen=True, repr=False, eq=False)
class HodgeDecomposition:
    """A one-form as a gradient, a curl and a harmonic rest, orthogonal for star1.

    Attributes
    ----------
    exact, coexact, harmonic : ndarray of shape (number of edges,)
    """

    exact: np.ndarray
    coexact: np.ndarray
    harmonic: np.ndarray


def hodge_stars(mesh: TriangleMesh, vertex: str = "voronoi", edge: str = "cotan") -> HodgeStars:
    """Compute the diagonal Hodge stars of a mesh.

    Parameters
    ----------
    mesh : TriangleMesh
    vertex : {"voronoi", "barycentric"}
        Areas at vertices: sum of cot(opposite angle) |e|^2 / 8 over edges, from circumcentres, or a third of
        the triangles. Both add up to the area.
    edge : {"cotan", "barycentric"}
        (cot a + cot b)/2 for the angles opposite an edge, which may be negative; or the length of the dual
        edge through the barycentres over that of the edge, always positive.

    Returns
    -------
    HodgeStars

    References
    ----------
    U. Pinkall, K. Polthier (1993); M. Desbrun, A. Hirani, M. Leok, J. Marsden, Discrete exterior calculus
    (2005).

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> stars = hodge_stars(icosphere(0))
    >>> bool(np.allclose(stars.star0.sum(), (1 / stars.star2).sum())), bool((stars.star1 > 0).all())
    (True, True)
    """
    check_choice("vertex", vertex, VERTEX_STARS)
    check_choice("edge", edge, ("cotan", "barycentric"))
    V, T, E = check_mesh(mesh).vertices, mesh.triangles, mesh.edges
    a, b, c = (V[T[:, k]] for k in range(3))
    area, centres = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2, (a + b + c) / 3
    star0, star1 = np.zeros(len(V)), np.zeros(len(E))
    for k in range(3):
        o, i, j = T[:, k], T[:, k - 2], T[:, k - 1]
        cot = np.einsum("ij,ij->i", V[i] - V[o], V[j] - V[o]) / (2 * area)
        squared = ((V[i] - V[j]) ** 2).sum(axis=1)
        dual = np.linalg.norm(centres - (V[i] + V[j]) / 2, axis=1) / np.sqrt(squared)
        np.add.at(star1, _edge_numbers(E, i, j, len(V)), cot / 2 if edge == "cotan" else dual)
        for end in (i, j):
            np.add.at(star0, end, cot * squared / 8 if vertex == "voronoi" else area / 6)
    return HodgeStars(star0, star1, 1 / area)


def _edge_numbers(edges, i, j, n):
    return np.searchsorted(edges[:, 0] * n + edges[:, 1], np.minimum(i, j) * n + np.maximum(i, j))


def derivatives(mesh: TriangleMesh) -> tuple[sp.csr_array, sp.csr_array]:
    """The matrices of d from vertices to edges, and from edges to triangles."""
    T, E, n = mesh.triangles, mesh.edges, len(mesh.vertices)
    rows = np.repeat(np.arange(len(E)), 2)
    d0 = sp.csr_array((np.tile([-1.0, 1.0], len(E)), (rows, E.ravel())), shape=(len(E), n))
    i, j = T.ravel(), np.roll(T, -1, axis=1).ravel()
    signs = np.where(i < j, 1.0, -1.0)
    places = (np.repeat(np.arange(len(T)), 3), _edge_numbers(E, i, j, n))
    return d0, sp.csr_array((signs, places), shape=(len(T), len(E)))


def laplacian_spectrum(
    mesh: TriangleMesh, k: int, vertex: str = "voronoi", edge: str = "cotan"
) -> LaplacianSpectrum:
    """Compute the k smallest eigenvalues of L x = lambda star0 x, L = d' star1 d.

    Parameters
    ----------
    mesh : TriangleMesh
    k : int
        From 1 to the number of vertices.
    vertex, edge : str
        As for `hodge_stars`.

    Returns
    -------
    LaplacianSpectrum

    Raises
    ------
    ValueError
        If star0 is not positive.

    Notes
    -----
    Sparse, by Lanczos's method at a shift below 0: 1 s for 40962 vertices and k = 16. On the unit sphere
    the limits are l(l + 1), 2l + 1 times. For vertices on the unit sphere lambda_1 <= 2/(1 - |c|^2) with the
    centroid c for star0, if that is positive and adds up to the area.

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> laplacian_spectrum(icosphere(1), 4).values.round(6).tolist()[1:]
    [2.0, 2.0, 2.0]
    """
    stars, n = hodge_stars(mesh, vertex, edge), len(mesh.vertices)
    k = check_integer("k", k, 1, n, "the number of eigenvalues")
    if (stars.star0 <= 0).any():
        instead = ' Use vertex="barycentric".' if vertex == "voronoi" else ""
        raise ValueError(f"star0 must be positive; got {stars.star0.min():.3g} as least entry.{instead}")
    d0, _ = derivatives(mesh)
    L = (d0.T @ sp.diags_array(stars.star1) @ d0).tocsc()
    if n <= _DENSE or k > n // 3:
        values, vectors = eigh(L.toarray(), np.diag(stars.star0), subset_by_index=[0, k - 1])
    else:
        start = np.random.default_rng(0).normal(size=n)  # the values do not depend on it
        mass = sp.diags_array(stars.star0).tocsc()
        shift = -1 / stars.star0.sum()
        values, vectors = _left_on_interrupt(lambda: eigsh(L, k, mass, sigma=shift, v0=start))
        order = np.argsort(values)
        values, vectors = values[order], vectors[:, order]
    return LaplacianSpectrum(values, vectors)


def hodge_decomposition(mesh: TriangleMesh, one_form: ArrayLike) -> HodgeDecomposition:
    """Write a one-form as d a + star1^-1 d' b + h with d h = 0 and d' star1 h = 0.

    Parameters
    ----------
    mesh : TriangleMesh
    one_form : array_like of shape (number of edges,)
        A number for each edge of `mesh.edges`, in its direction.

    Returns
    -------
    HodgeDecomposition
        With cotangent weights. On a sphere the harmonic part is 0; on a surface of genus g the harmonic
        forms have dimension 2g.

    Raises
    ------
    ValueError
        If star1 is not positive: the parts would not be orthogonal, or not exist.

    References
    ----------
    B. Eckmann (1944).

    Examples
    --------
    >>> from mathlib.graphs import icosphere
    >>> parts = hodge_decomposition(icosphere(1), np.arange(120.0))
    >>> bool(np.abs(parts.harmonic).max() < 1e-9)
    True
    """
    form = check_finite("one_form", one_form, (len(check_mesh(mesh).edges),))
    star1 = hodge_stars(mesh).star1
    if (star1 <= 1e-12 * np.abs(star1).max()).any():
        raise ValueError(f"star1 must be positive; got {star1.min():.3g} as least entry. Move the vertices.")
    d0, d1 = derivatives(mesh)
    weight, inverse = sp.diags_array(star1), sp.diags_array(1 / star1)
    exact = d0 @ _solve(d0.T @ weight @ d0, d0.T @ (star1 * form))
    coexact = inverse @ (d1.T @ _solve(d1 @ inverse @ d1.T, d1 @ form))
    return HodgeDecomposition(exact, coexact, form - exact - coexact)


def _left_on_interrupt(call):
    """Do in a thread, which Ctrl-C leaves behind, what does not hear it: SuperLU factors for seconds."""
    future: Future = Future()

    def work():
        try:
            future.set_result(call())
        except Exception as error:
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    return future.result()


def _solve(matrix, right):
    """Solve a Laplacian's system; the value at one vertex of each component is 0."""
    labels = connected_components(matrix, directed=False)[1]
    free = np.setdiff1d(np.arange(len(right)), np.unique(labels, return_index=True)[1])
    out = np.zeros(len(right))
    system = matrix.tocsc()[free][:, free]
    out[free] = _left_on_interrupt(lambda: splu(system).solve(right[free]))
    return out
