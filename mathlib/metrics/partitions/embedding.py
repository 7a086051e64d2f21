"""Maps of ultrametrics to the plane: clusters of points packed around each other."""

import numpy as np

from mathlib.metrics.partitions.planar import UltrametricEmbedding
from mathlib.metrics.partitions.ultrametric import Tree, Ultrametric, as_ultrametric, ultrametric_lower_bound

__all__ = ["embed_ultrametric"]

_DIRECTIONS = 48
_TURNS = 6
_LARGE = 4000  # pairs of points, from which on fewer angles are tried
_PASSES = 40
_MOST_SCALES = 10**12


def embed_ultrametric(tree: Tree) -> UltrametricEmbedding:
    """Draw an ultrametric in the plane, with a lower bound for every drawing.

    Parameters
    ----------
    tree : Ultrametric or (label, children)

    Returns
    -------
    UltrametricEmbedding
        `points`, leaves depth-first; the least distortion in the plane lies between `lower` and `upper`, and
        that of these points is at most `upper`.

    Raises
    ------
    ValueError
        If the largest label is more than 10^12 times the smallest: doubles would not hold the points.

    Notes
    -----
    From the leaves up, the drawings of the children of a node are packed as closely as their distance
    allows: in rows, in a ring, or one by one, each slid inwards along the direction, and turned by the
    angle, that leave the least diameter; then the outermost are taken out and slid in again as long as that
    helps. The best of these is kept. Rows of equal boxes alone are the nested grids of the textbooks. Half a
    second for 100 points, a quarter of a minute for 1000.

    Examples
    --------
    >>> leaf = (0, [])
    >>> embed_ultrametric((1, [leaf] * 7))
    distortion of an ultrametric of 7 points in the plane from 1.6457513 to 2
    """
    root = as_ultrametric(tree)
    smallest = min((v.label for v in root.nodes() if v.children), default=root.label)
    if root.label > _MOST_SCALES * smallest:
        got = f"{float(smallest):.3g} below {float(root.label):.3g}"
        raise ValueError(f"tree must have labels within a factor of 10^12; got {got}. Draw clusters apart.")
    points = _drawn(root)
    return UltrametricEmbedding(root, points, ultrametric_lower_bound(root, 2), _stretch(root, points))


def _drawn(v: Ultrametric) -> np.ndarray:
    """Points for the leaves below a node, none nearer than the labels say."""
    if not v.children:
        return np.zeros((1, 2))
    clouds = [_centred(_drawn(c)) for c in v.children]
    gap = float(v.label)
    order = sorted(range(len(clouds)), key=lambda i: -_width(clouds[i]))
    layouts = [_rows(clouds, order, gap, rows) for rows in range(1, len(clouds) + 1)]
    rings = [_ring(clouds, order, gap, inner) for inner in range(2 if len(clouds) > 3 else 1)]
    layouts = [*sorted(layouts, key=_width_of)[:2], *rings, _slid(clouds, order, gap)]
    layouts = [_improved(layout, gap) for layout in layouts]
    return np.concatenate(min(layouts, key=_width_of))


def _rows(clouds, order, gap, rows):
    """Boxes around the clouds in rows, each as high as its highest box."""
    placed: list[np.ndarray] = [np.empty(0)] * len(clouds)
    y, columns = 0.0, -(-len(clouds) // rows)
    for start in range(0, len(clouds), columns):
        members, x = order[start : start + columns], 0.0
        for i in members:
            low, high = clouds[i].min(axis=0), clouds[i].max(axis=0)
            placed[i] = clouds[i] - low + (x, y)
            x += high[0] - low[0] + gap
        y += max(np.ptp(clouds[i][:, 1]) for i in members) + gap
    return placed


def _ring(clouds, order, gap, inner):
    """Circles around the clouds in a ring, and the largest of them in the middle if `inner` is 1."""
    placed: list[np.ndarray] = [np.empty(0)] * len(clouds)
    radii = [np.hypot(*cloud.T).max() for cloud in clouds]
    outer = order[inner:]
    sides = [radii[i] + radii[j] + gap for i, j in zip(outer, outer[1:] + outer[:1], strict=True)]
    radius = max(sides) / 2 / np.sin(np.pi / len(outer))
    if inner:
        placed[order[0]] = clouds[order[0]]
        radius = max(radius, radii[order[0]] + radii[outer[0]] + gap)
    for k, i in enumerate(outer):
        turn = 2 * np.pi * k / len(outer)
        placed[i] = clouds[i] + radius * (1 + 1e-12) * np.array([np.cos(turn), np.sin(turn)])
    return placed


def _slid(clouds, order, gap):
    """The largest cloud, and the others slid towards what is there."""
    placed: list[np.ndarray] = [np.empty(0)] * len(clouds)
    there = placed[order[0]] = clouds[order[0]]
    for i in order[1:]:
        placed[i] = _slide(clouds[i], there, gap)
        there = np.concatenate([there, placed[i]])
    return placed


def _slide(cloud, there, gap):
    """The cloud, turned and moved inwards until it touches, so that the diameter is least.

    A point p moved to p + r u is at least `gap` from q unless r is below the end of a chord of a circle.
    """
    middle = (there.max(axis=0) + there.min(axis=0)) / 2
    angle = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    u = np.stack([np.cos(angle), np.sin(angle)])
    best = None
    turns = 1 if len(cloud) == 1 else _TURNS if len(cloud) * len(there) < _LARGE else 2
    for turn in np.pi * np.arange(turns) / turns:
        turned = cloud @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        w = ((there - middle)[:, None] - turned).reshape(-1, 2)
        along, square = w @ u, (w**2).sum(axis=1)[:, None]
        chord = gap * gap * (1 + 1e-12) - (square - along**2)
        ends = np.where(chord > 0, along + np.sqrt(np.maximum(chord, 0)), 0)
        r = ends.max(axis=0)
        far = (square - 2 * r * along + r * r).max(axis=0)
        k = int(far.argmin())
        if best is None or far[k] < best[0]:
            best = far[k], turned + middle + r[k] * u[:, k]
    return best[1]


def _improved(placed, gap):
    """Take out a cloud at an end of the diameter and slide it in again, as long as that helps."""
    placed, width = list(placed), _width_of(placed)
    if len(placed) < 3:
        return placed
    passes = min(_PASSES, 10**6 // sum(map(len, placed)) ** 2)  # each costs the square of the points
    for _ in range(passes):
        owner = np.repeat(np.arange(len(placed)), [len(p) for p in placed])
        ends = owner[list(_farthest(np.concatenate(placed)))]
        for i in dict.fromkeys(ends.tolist()):
            rest = [p for j, p in enumerate(placed) if j != i]
            moved = _slide(_centred(placed[i]), np.concatenate(rest), gap)
            changed = [*placed[:i], moved, *placed[i + 1 :]]
            if _width_of(changed) < width * (1 - 1e-9):
                placed, width = changed, _width_of(changed)
                break
        else:
            return placed
    return placed


def _centred(points):
    return points - (points.max(axis=0) + points.min(axis=0)) / 2


def _gaps(points):
    return ((points[:, None] - points) ** 2).sum(axis=-1)


def _farthest(points):
    return divmod(int(_gaps(points).argmax()), len(points))


def _width(points) -> float:
    return float(_gaps(points).max())


def _width_of(placed) -> float:
    return _width(np.concatenate(placed))


def _stretch(root, points) -> float:
    """The distortion of the points, rounded up by more than doubles can be off."""
    if len(points) < 2:
        return 1.0
    i, j = np.triu_indices(len(points), 1)
    ratios = np.hypot(*(points[i] - points[j]).T) / root.distances()[i, j]
    return max(1.0, float(ratios.max() / ratios.min() * (1 + 2**-45)))
