"""Triangle meshes: closed oriented surfaces in space."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mathlib.checks import check_finite, shown
from mathlib.fields import settle

__all__ = ["TriangleMesh", "check_mesh"]


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
    edges : ndarray of shape (3m/2, 2)
        Each edge once, from the smaller to the larger vertex, sorted: the order and direction of one-forms.

    Raises
    ------
    ValueError
        If a triangle is degenerate, an edge does not occur once in each direction, or the triangles at a
        vertex do not form one cycle.

    Examples
    --------
    >>> TriangleMesh(np.eye(4)[:, :3], [(0, 1, 2), (3, 1, 0), (3, 2, 1), (3, 0, 2)])
    mesh of 4 vertices and 4 triangles, Euler number 2
    """

    vertices: Any
    triangles: Any

    def __post_init__(self):
        vertices, triangles = check_finite("vertices", self.vertices, (-1, 3)).copy(), _rows(self.triangles)
        n = len(vertices)
        if not n or len(np.unique(triangles)) < n or triangles.min() < 0 or triangles.max() >= n:
            got = f"{shown(vertices.tolist())} and {shown(triangles.tolist())}"
            raise ValueError(f"vertices and triangles must use all {n} vertices, no others; got {got}.")
        _check_surface(triangles.tolist())
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
        pairs = np.concatenate([self.triangles[:, [k, k - 2]] for k in range(3)])
        return np.unique(np.sort(pairs, axis=1), axis=0)

    def __repr__(self) -> str:
        n, m = len(self.vertices), len(self.triangles)
        return f"mesh of {n} vertices and {m} triangles, Euler number {n - m // 2}"


def check_mesh(mesh) -> TriangleMesh:
    """Return a TriangleMesh; refuse everything else."""
    if not isinstance(mesh, TriangleMesh):
        raise ValueError(f"mesh must be a TriangleMesh; got {shown(mesh)}.")
    return mesh


def _rows(triangles) -> np.ndarray:
    given = np.asarray(triangles)
    if given.ndim != 2 or given.shape[1] != 3 or not len(given) or given.dtype.kind not in "iu":
        raise ValueError(f"triangles must be rows of three integers; got {shown(triangles)}.")
    return given.astype(np.int64)


def _check_surface(triangles):
    """Each directed edge once, with its reverse; the triangles at a vertex in one cycle."""
    third = {(t[k], t[k - 2]): t[k - 1] for t in triangles for k in range(3)}  # of a directed edge's triangle
    if len(third) < 3 * len(triangles) or any(u == v for u, v in third):
        raise ValueError(
            "triangles must form an oriented manifold; a directed edge occurs twice, or is a loop. Turn "
            "triangles so that neighbours run through their edge in opposite directions."
        )
    boundary = next(((u, v) for u, v in third if (v, u) not in third), None)
    if boundary is not None:
        raise ValueError(f"triangles must form a closed surface; {boundary} has one on one side only.")
    left, seen = set(third), set()
    while left:
        u, v = left.pop()
        if u in seen:
            raise ValueError(f"triangles must form a manifold; those at vertex {u} form several cycles.")
        seen.add(u)
        while (u, v := third[u, v]) in left:
            left.remove((u, v))
