"""Where to put the elements of a poset on paper: the coordinates behind every Hasse diagram here.

The layers are those of the longest chain: an element stands at height k if the longest chain below it has k
elements. Within the layers, the order comes from barycentre sweeps (Sugiyama, Tagawa and Toda, 1981): each
element moves to the mean place of its neighbours in the layer below, then above, and so on, from several
starts, and the order with the fewest crossings is kept. An edge that skips a layer holds a place there, a
dummy, so that it never has to run through an element. Last, the elements are moved to the mean of their
neighbours as far as their distances allow, which makes edges straight and symmetric posets symmetric.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import isotonic_regression

from mathlib.posets.order.poset import Poset
from mathlib.posets.order.relations import levels

__all__ = ["Layout", "boolean_layout", "free_bend", "hasse_layout"]

#: Least distance between neighbours in a layer, elements or dummies.
_SPACE = 1.0
#: A straight edge stays this far away from all other elements; otherwise it bends through its dummies.
_CLEARANCE = 0.3
#: Least distance between layers, and the multiple of the widest edge that it must not fall below: flat edges
#: come too near to the neighbours of their ends.
_RISE, _LEAST_SLOPE = 1.0, 0.3
_STARTS, _SWEEPS = 8, 8


@dataclass(frozen=True)
class Layout:
    """Coordinates of a Hasse diagram.

    Attributes
    ----------
    places : dict from labels to (x, y)
        y is proportional to the number of elements of the longest chain below. Elements are at least 1 apart.
    paths : dict from covers (lower, upper) to arrays of shape (k, 2)
        The corners of the line to draw, from the lower to the upper element: two unless it has to bend.
    """

    places: dict
    paths: dict

    def extent(self) -> list:
        """All points that must be on the page: the elements, and the corners of lines that bend."""
        return [*self.places.values(), *(tuple(corner) for path in self.paths.values() for corner in path)]


def hasse_layout(poset: Poset) -> Layout:
    """Coordinates for the Hasse diagram of a poset, its connected components side by side.

    Cost: seconds for some hundred elements, milliseconds for ten.

    >>> from mathlib.posets import chain
    >>> hasse_layout(chain(3)).places
    {0: (0.0, 0.0), 1: (0.0, 1.0), 2: (0.0, 2.0)}
    """
    places: dict = {}
    paths: dict = {}
    right = 0.0
    for part in poset.components():
        layout = _connected_layout(part)
        xs = [x for x, _ in layout.places.values()] + [
            x for path in layout.paths.values() for x in path[:, 0]
        ]
        shift = right - min(xs)
        places |= {label: (x + shift, y) for label, (x, y) in layout.places.items()}
        paths |= {cover: path + np.array([shift, 0.0]) for cover, path in layout.paths.items()}
        right = shift + max(xs) + _SPACE
    widest = max((np.abs(np.diff(path[:, 0])).max() for path in paths.values()), default=0)
    rise = max(_RISE, _LEAST_SLOPE * widest)
    return Layout(
        {label: (places[label][0], rise * places[label][1]) for label in poset.labels},
        {cover: paths[cover] * np.array([1.0, rise]) for cover in poset.covers},
    )


def boolean_layout(w: int) -> dict[int, tuple[float, float]]:
    """Coordinates of the 2^w subsets of {0, ..., w-1}, each given by the integer with these bits.

    The y-coordinate is the size of the set. Each layer is spread evenly, the smaller ones wider, in the order
    of the sums of the members, so that the picture is the familiar one for w <= 3.

    >>> boolean_layout(2)
    {0: (0.0, 0.0), 1: (-0.5, 1.0), 2: (0.5, 1.0), 3: (0.0, 2.0)}
    """
    layers: list[list[int]] = [[] for _ in range(w + 1)]
    for s in range(1 << w):
        layers[s.bit_count()].append(s)
    widest = max(map(len, layers))
    places = {}
    for size, layer in enumerate(layers):
        space = (widest / len(layer)) ** 0.5
        layer.sort(key=lambda s: (sum(i for i in range(w) if s >> i & 1), s))
        for k, s in enumerate(layer):
            places[s] = (space * (k - (len(layer) - 1) / 2), float(size))
    return dict(sorted(places.items()))


def free_bend(start, end, places) -> float:
    """The least bend of an arc from start to end that keeps it away from all other places."""
    start, end = np.array(start), np.array(end)
    others = [p for p in map(np.array, places) if not np.allclose(p, start) and not np.allclose(p, end)]
    if not others:
        return 0.0
    t = np.linspace(0, 1, 41)[:, None]
    normal = np.array([end[1] - start[1], start[0] - end[0]])

    def clearance(bend):
        control = (start + end) / 2 + bend * normal
        arc = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
        return min(np.linalg.norm(arc - p, axis=1).min() for p in others)

    bends = (0.0, 0.12, -0.12, 0.24, -0.24, 0.4, -0.4)
    return next((bend for bend in bends if clearance(bend) > 0.3), max(bends, key=clearance))


def _connected_layout(poset: Poset) -> Layout:
    position = {label: i for i, label in enumerate(poset.labels)}
    covers = [(position[x], position[y]) for x, y in poset.covers]
    level = levels(poset.below, poset.cover_masks)
    chains, dummies = _with_dummies(covers, level)
    level = level + dummies
    links = sorted({pair for chain in chains for pair in pairwise(chain)})
    layers = _ordered(level, links)
    x = _coordinates(layers, links)
    points = np.column_stack([x, level]).astype(float)
    places = {label: (float(points[i, 0]), float(points[i, 1])) for label, i in position.items()}
    elements = points[: len(poset)]
    paths = {}
    for cover, chain in zip(poset.covers, chains, strict=True):
        ends = points[[chain[0], chain[-1]]]
        paths[cover] = (
            ends if _is_clear(ends, np.delete(elements, [chain[0], chain[-1]], 0)) else points[chain]
        )
    return Layout(places, paths)


def _with_dummies(covers, level) -> tuple[list[list[int]], list[int]]:
    """Each cover as a chain of vertices on consecutive layers, and the layers of the dummies added."""
    chains: list[list[int]] = []
    dummies: list[int] = []
    for low, high in covers:
        chain = [low]
        for between in range(level[low] + 1, level[high]):
            chain.append(len(level) + len(dummies))
            dummies.append(between)
        chains.append([*chain, high])
    return chains, dummies


def _ordered(level, links) -> list[list[int]]:
    """The vertices of each layer from left to right, with few crossings of links."""
    layers: list[list[int]] = [[] for _ in range(max(level) + 1)]
    for vertex, here in enumerate(level):
        layers[here].append(vertex)
    neighbours: dict[str, list[list[int]]] = {"up": [[] for _ in level], "down": [[] for _ in level]}
    for low, high in links:
        neighbours["up"][low].append(high)
        neighbours["down"][high].append(low)
    rng = np.random.default_rng(0)
    best: list[list[int]] = []
    fewest = (math.inf, math.inf)
    for start in range(_STARTS if len(level) < 100 else 2):
        order = [list(layer) if start == 0 else rng.permutation(layer).tolist() for layer in layers]
        for sweep in range(_SWEEPS):
            _sweep(order, neighbours, upwards=sweep % 2 == 0)
            score = _crossings(order, links), _total_length(order, links)
            if score < fewest:
                best, fewest = [list(layer) for layer in order], score
    return best


def _sweep(order, neighbours, *, upwards: bool) -> None:
    """Sort each layer by the mean place of the neighbours in the layer before it."""
    indices = range(1, len(order)) if upwards else range(len(order) - 2, -1, -1)
    direction = neighbours["down" if upwards else "up"]
    for k in indices:
        before = order[k - 1 if upwards else k + 1]
        place = {vertex: i - (len(before) - 1) / 2 for i, vertex in enumerate(before)}
        middle = (len(order[k]) - 1) / 2
        wanted = {
            vertex: np.mean([place[u] for u in direction[vertex]]) if direction[vertex] else i - middle
            for i, vertex in enumerate(order[k])
        }
        order[k].sort(key=wanted.__getitem__)


def _places(order) -> dict[int, float]:
    return {vertex: i - (len(layer) - 1) / 2 for layer in order for i, vertex in enumerate(layer)}


def _crossings(order, links) -> int:
    """Two links between the same layers cross iff their ends are in opposite orders."""
    place = _places(order)
    layer_of = {vertex: k for k, layer in enumerate(order) for vertex in layer}
    total = 0
    for k in range(len(order) - 1):
        ends = np.array([(place[u], place[v]) for u, v in links if layer_of[u] == k]).reshape(-1, 2)
        low, high = (column[:, None] - column[None, :] for column in ends.T)
        total += int((low * high < 0).sum()) // 2
    return total


def _total_length(order, links) -> float:
    place = _places(order)
    return round(sum(abs(place[u] - place[v]) for u, v in links), 6)


def _coordinates(layers, links) -> np.ndarray:
    """x-coordinates: each vertex near the mean of its neighbours, in the given order."""
    x = np.zeros(sum(map(len, layers)))
    around: list[list[int]] = [[] for _ in x]
    for low, high in links:
        around[low].append(high)
        around[high].append(low)
    gaps = [_SPACE * np.arange(len(layer)) for layer in layers]
    for layer, gap in zip(layers, gaps, strict=True):
        x[layer] = gap - gap[-1] / 2
    for sweep in range(40):
        for k in range(len(layers)) if sweep % 2 else range(len(layers) - 1, -1, -1):
            layer = layers[k]
            wanted = np.array([np.mean(x[around[v]]) if around[v] else x[v] for v in layer])
            # The nearest places that keep order and distances: isotonic regression of what is wanted.
            x[layer] = isotonic_regression(wanted - gaps[k]).x + gaps[k]
    x -= (x.min() + x.max()) / 2
    # On a grid of halves more edges are upright. Neighbours stay apart: x + 1 is rounded as x is.
    return np.floor(2 * np.round(x, 6) + 0.5) / 2


def _is_clear(ends: np.ndarray, others: np.ndarray) -> bool:
    """Whether the segment between two points stays away from all the others."""
    start, direction = ends[0], ends[1] - ends[0]
    along = np.clip((others - start) @ direction / (direction @ direction), 0, 1)
    distances = np.linalg.norm(start + along[:, None] * direction - others, axis=1)
    return bool((distances >= _CLEARANCE).all())
