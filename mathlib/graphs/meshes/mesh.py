"""Triangle meshes of closed oriented surfaces, spheres among them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import ConvexHull, QhullError

from mathlib.checks import check_finite, check_integer, shown
from mathlib.fields import settle

__all__ = ["TriangleMesh", "icosphere", "sphere_hull"]

_LARGEST_LEVEL = 8
_UNIT = 1e-9
_FLAT = 1e-10


@dataclass(frozen=True, repr=False, eq=False)
class TriangleMesh:
    """A closed oriented surface of triangles in space.

    Parameters
    ----------
    vertices : array_like of shape (n, 3)
        Coordinates.
    triangles : array_like of shape (m, 3)
        Vertices of each triangle, counterclockwise from outside.

    Attributes
    ----------
    vertices, triangles : ndarray
        Read-only.
    edges : ndarray of shape (3m/2, 2)
        Each edge once, from the smaller to the larger vertex, sorted: the order and direction of one-forms.

    Raises
    ------
    ValueError
        If a triangle is degenerate, a directed edge does not occur once in each direction, or the triangles
        at a vertex do not form one cycle.

    Examples
    --------
    >>> TriangleMesh(np.eye(4)[:, :3], [(0, 1, 2), (3, 1, 0), (3, 2, 1), (3, 0, 2)])
    mesh of 4 vertices and 4 triangles, Euler number 2
    """

    vertices: ArrayLike
    triangles: ArrayLike

    def __post_init__(self):
        vertices = check_finite("vertices", self.vertices, (-1, 3)).copy()
        if not len(vertices):
            raise ValueError(f"vertices must be four or more points; got {shown(self.vertices)}.")
        given = np.asarray(self.triangles)
        if given.ndim != 2 or given.shape[1] != 3 or not len(given) or given.dtype.kind not in "iu":
            raise ValueError(f"triangles must be rows of three integers; got {shown(self.triangles)}.")
        triangles, n = given.astype(np.int64), len(vertices)
        if triangles.min() < 0 or triangles.max() >= n or len(np.unique(triangles)) < n:
            raise ValueError(f"triangles must use all {n} vertices, no others; got {shown(given.tolist())}.")
        _check_surface(triangles, n)
        a, b, c = (vertices[triangles[:, k]] for k in range(3))
        flat = np.linalg.norm(np.cross(b - a, c - a), axis=1) == 0
        if flat.any():
            raise ValueError(f"triangles must have area; {triangles[flat][0].tolist()} has none.")
        for array in (vertices, triangles):
            array.setflags(write=False)
        settle(self, vertices=vertices, triangles=triangles)

    @cached_property
    def edges(self) -> np.ndarray:
        """Each edge once, from the smaller to the larger vertex, sorted."""
        pairs = np.concatenate([self.triangles[:, [k, (k + 1) % 3]] for k in range(3)])  # type: ignore[call-overload, index]
        return np.unique(np.sort(pairs, axis=1), axis=0)

    def __repr__(self) -> str:
        n, m = len(self.vertices), len(self.triangles)  # type: ignore[arg-type]
        return f"mesh of {n} vertices and {m} triangles, Euler number {n - m // 2}"


def _check_surface(triangles, n):
    """Each directed edge once, with its reverse; the triangles at a vertex in one cycle."""
    after: dict[tuple[int, int], int] = {}
    for a, b, c in triangles.tolist():
        for u, v, w in ((a, b, c), (b, c, a), (c, a, b)):
            if u == v or (u, v) in after:
                raise ValueError(
                    f"triangles must form an oriented manifold; the directed edge {(u, v)} occurs twice, or "
                    "is a loop. Turn triangles so that neighbours run through it in opposite directions."
                )
            after[u, v] = w
    boundary = next(((u, v) for u, v in after if (v, u) not in after), None)
    if boundary is not None:
        raise ValueError(f"triangles must form a closed surface; {boundary} has one on one side only.")
    degree, first = np.bincount(triangles.ravel(), minlength=n), dict(list(after))
    for u, start in first.items():
        v, steps = after[u, start], 1
        while v != start:
            v, steps = after[u, v], steps + 1
        if steps != degree[u]:
            raise ValueError(f"triangles must form a manifold; those at vertex {u} form several cycles.")


def icosphere(level: int) -> TriangleMesh:
    """Return the icosahedron, each triangle cut into four again and again, on the unit sphere.

    Parameters
    ----------
    level : int
        From 0 to 8; 10 * 4^level + 2 vertices. Midpoints are projected to the sphere at every level.

    Returns
    -------
    TriangleMesh

    Examples
    --------
    >>> icosphere(2)
    mesh of 162 vertices and 320 triangles, Euler number 2
    """
    level = check_integer("level", level, 0, _LARGEST_LEVEL, "how often triangles are cut")
    g = (1 + 5**0.5) / 2
    corners = [(s * a, t * b, 0.0) for a, b in ((1.0, g),) for s in (-1, 1) for t in (-1, 1)]
    points = np.array([np.roll(p, k) for k in range(3) for p in corners])
    mesh = sphere_hull(points / np.linalg.norm(points, axis=1)[:, None])
    vertices, triangles = np.asarray(mesh.vertices), np.asarray(mesh.triangles)
    for _ in range(level):
        pairs = np.stack([triangles[:, [k, (k + 1) % 3]] for k in range(3)], axis=1)  # (m, 3, 2)
        edges, place = np.unique(np.sort(pairs.reshape(-1, 2), axis=1), axis=0, return_inverse=True)
        middle = place.reshape(-1, 3) + len(vertices)
        sums = vertices[edges].sum(axis=1)
        vertices = np.concatenate([vertices, sums / np.linalg.norm(sums, axis=1)[:, None]])
        (a, b, c), (ab, bc, ca) = triangles.T, middle.T
        cut = ((a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca))
        triangles = np.concatenate([np.stack(t, axis=1) for t in cut])
    return TriangleMesh(vertices, triangles)


def sphere_hull(points: ArrayLike) -> TriangleMesh:
    """Return the convex hull of points on the unit sphere.

    With the centre strictly inside and no two coplanar faces all cotangent weights of edges are positive.

    Parameters
    ----------
    points : array_like of shape (n, 3)
        Of length 1, to 1e-9; at least 4.

    Returns
    -------
    TriangleMesh
        Its vertices are the points, in the order given.

    Raises
    ------
    ValueError
        If a point has another length, the centre is not strictly inside, or two faces are coplanar.

    Examples
    --------
    >>> sphere_hull([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)])
    mesh of 6 vertices and 8 triangles, Euler number 2
    """
    X = check_finite("points", points, (-1, 3))
    off = np.abs(np.linalg.norm(X, axis=1) - 1).max(initial=0)
    if off > _UNIT:
        raise ValueError(f"points must have length 1; got one off by {off:.3g}. Divide by the lengths.")
    try:
        hull = ConvexHull(X)
    except (QhullError, ValueError):
        raise ValueError(f"points must be at least 4, not in one plane; got {shown(X.tolist())}.") from None
    if (hull.equations[:, 3] > -_FLAT).any():
        raise ValueError("points must have the centre strictly inside their hull; it is not. Add points.")
    normals, neighbours = hull.equations[:, :3], hull.neighbors
    opposite = X[np.setdiff1d(np.arange(len(X)), hull.vertices)]
    same = np.linalg.norm(normals[:, None] - normals[neighbours], axis=2).min()
    if len(opposite) or same < _FLAT:
        raise ValueError(
            "points must differ, and no two faces of their hull be coplanar; move them a little."
        )
    triangles = hull.simplices.astype(np.int64)
    a, b, c = (X[triangles[:, k]] for k in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) < 0
    triangles[inward] = triangles[inward][:, [0, 2, 1]]
    return TriangleMesh(X, triangles)
