"""Rooted trees by size, and how many classes of graphs the trees to each size tell apart."""

from functools import cache

import numpy as np

from mathlib.graphs.counting.enumeration import row_labels
from mathlib.graphs.objects.graph import Graph

__all__ = ["classes_by_tree_size", "rooted_trees", "tree_from_children"]


@cache
def rooted_trees(largest: int) -> tuple[list[tuple[int, ...]], list[int]]:
    """All rooted trees to a size, smallest first: the subtrees below each root by number, and the sizes."""
    trees: list[tuple[int, ...]] = [()]
    sizes = [1]

    def add(left, highest, children):
        if left == 0:
            trees.append(tuple(children))
            sizes.append(size)
            return
        for child in range(highest, -1, -1):
            if sizes[child] <= left:
                add(left - sizes[child], child, [*children, child])

    for size in range(2, largest + 1):
        add(size - 1, len(trees) - 1, [])
    return trees, sizes


def tree_from_children(trees, number) -> Graph:
    """The tree of a number as a Graph, root 0."""
    edges, stack, n = [], [(number, 0)], 1
    while stack:
        tree, root = stack.pop()
        for child in trees[tree]:
            edges.append((root, n))
            stack.append((child, n))
            n += 1
    return Graph(n, edges)


def classes_by_tree_size(adjacency: np.ndarray, classes: np.ndarray, largest: int) -> tuple[int, ...]:
    """How many classes the trees to size 1, 2, ... tell apart, until they are the given ones.

    Only graphs that are not yet in the class where they end are looked at again.
    """
    trees, sizes = rooted_trees(largest)
    key = np.zeros(len(adjacency), dtype=np.int64)
    target, out = int(classes.max()) + 1, []
    vectors: list[np.ndarray] = []
    number = 0
    for size in range(1, largest + 1):
        while number < len(trees) and sizes[number] == size:
            vector = np.ones(adjacency.shape[:2], dtype=np.int64)
            for child in trees[number]:
                vector = vector * np.matmul(adjacency, vectors[child][..., None])[..., 0]
            vectors.append(vector)
            key = row_labels(np.stack([key, vector.sum(axis=1)], axis=1))
            number += 1
        ends = np.unique(np.stack([key, classes], axis=1), axis=0)
        mixed = np.bincount(ends[:, 0]) > 1
        out.append(target - (len(ends) - len(np.unique(ends[:, 0]))))
        if out[-1] == target:
            break
        kept = mixed[key]
        adjacency, classes, key = adjacency[kept], classes[kept], key[kept]
        vectors = [vector[kept] for vector in vectors]
    return tuple(out)
