"""Meshes whose vertices lie on the unit sphere."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import ConvexHull, QhullError

from mathlib.checks import check_finite, check_integer, shown
from mathlib.graphs.objects.mesh import TriangleMesh

__all__ = ["icosphere", "sphere_hull"]

_LARGEST_LEVEL = 8
_UNIT = 1e-9
_FLAT = 1e-10


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
    golden = (1 + 5**0.5) / 2
    corners = [(s, t * golden, 0.0) for s in (-1, 1) for t in (-1, 1)]
    points = np.array([np.roll(p, k) for k in range(3) for p in corners])
    mesh = sphere_hull(points / np.linalg.norm(points, axis=1)[:, None])
    vertices, triangles = mesh.vertices, mesh.triangles
    for _ in range(level):
        pairs = np.stack([triangles[:, [k, k - 2]] for k in range(3)], axis=1)  # (m, 3, 2)
        edges, place = np.unique(np.sort(pairs.reshape(-1, 2), axis=1), axis=0, return_inverse=True)
        (a, b, c), (ab, bc, ca) = triangles.T, (place.reshape(-1, 3) + len(vertices)).T
        sums = vertices[edges].sum(axis=1)
        vertices = np.concatenate([vertices, sums / np.linalg.norm(sums, axis=1)[:, None]])
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
    normals, offsets = hull.equations[:, :3], hull.equations[:, 3]
    if (offsets > -_FLAT).any():
        raise ValueError("points must have the centre strictly inside their hull; it is not. Add points.")
    apart = np.linalg.norm(normals[:, None] - normals[hull.neighbors], axis=2)
    if len(hull.vertices) < len(X) or apart.min() < _FLAT:
        raise ValueError("points must differ, no two faces of their hull be coplanar; move them a little.")
    triangles = hull.simplices.astype(np.int64)
    a, b, c = (X[triangles[:, k]] for k in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) < 0
    triangles[inward] = triangles[inward][:, [0, 2, 1]]
    return TriangleMesh(X, triangles)
