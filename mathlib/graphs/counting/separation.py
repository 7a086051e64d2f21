"""Whether a class of patterns tells two graphs apart, with a certificate of either answer."""

from itertools import chain

import numpy as np

from mathlib.checks import check_choice
from mathlib.graphs.counting.certificates import PATTERNS, DifferentGraphs, EquivalentGraphs
from mathlib.graphs.counting.homomorphisms import hom_count
from mathlib.graphs.counting.refinement import pair_colours, vertex_colours
from mathlib.graphs.counting.witnesses import separating_graph, separating_tree
from mathlib.graphs.objects.graph import Graph, check_graph, complete

__all__ = ["distinguish"]

_LIMITS = {"trees": 2000, "treewidth2": 16, "all": 8}


def distinguish(G: Graph, H: Graph, patterns: str = "trees") -> DifferentGraphs | EquivalentGraphs:
    """Decide whether two graphs receive equally many homomorphisms from each pattern of a class.

    Parameters
    ----------
    G, H : Graph
        With at most 2000 vertices for "trees", 16 for "treewidth2", 8 for "all".
    patterns : {"trees", "treewidth2", "all"}
        Trees; graphs of treewidth at most 2; all graphs.

    Returns
    -------
    DifferentGraphs or EquivalentGraphs
        `.equivalent` is the answer and `.verify()` proves it. If False, `.pattern` is a pattern of the class
        and `.counts` its two numbers of homomorphisms. If True, `.fractional` is a doubly stochastic X with
        A_G X = X A_H (trees), `.colouring` the stable colours of pairs (treewidth2), `.isomorphism` the
        images of the vertices (all).

    Raises
    ------
    ValueError
        If a graph is too large for the class.

    Notes
    -----
    The patterns found are smallest ones: for trees up to 11 vertices, for the others up to 6. What larger
    ones may be needed are built from the graphs.

    References
    ----------
    G. Tinhofer (1986); Z. Dvorak, On recognizing graphs by numbers of homomorphisms (2010); L. Lovasz (1967).

    Examples
    --------
    >>> from mathlib.graphs import cycle, disjoint_union
    >>> C6, two = cycle(6), disjoint_union(cycle(3), cycle(3))
    >>> distinguish(C6, two)
    two graphs on 6 vertices not told apart by trees
    >>> distinguish(C6, two, "treewidth2")
    different: Graph(3, [(0, 1), (0, 2), (1, 2)]) has 0 and 12 homomorphisms
    """
    G, H = check_graph("G", G), check_graph("H", H)
    check_choice("patterns", patterns, PATTERNS)
    if max(G.n, H.n) > _LIMITS[patterns]:
        wider = "" if patterns == "trees" else ' Larger graphs: patterns="trees".'
        raise ValueError(
            f"G and H must have at most {_LIMITS[patterns]} vertices for patterns={patterns!r}; "
            f"got {G.n} and {H.n}.{wider}"
        )
    if G.n != H.n:
        return DifferentGraphs(G, H, patterns, complete(1), (G.n, H.n))
    proof, pattern = {"trees": _by_trees, "treewidth2": _by_treewidth_two, "all": _by_all}[patterns](G, H)
    if pattern is None:
        return EquivalentGraphs(G, H, patterns, **proof)
    return DifferentGraphs(G, H, patterns, pattern, (hom_count(pattern, G), hom_count(pattern, H)))


def _by_trees(G, H):
    """The colours of the vertices of the disjoint union decide, and average to X."""
    first, second = vertex_colours(np.stack([G.adjacency, H.adjacency]))
    if sorted(first.tolist()) == sorted(second.tolist()):
        return {"classes": (tuple(first.tolist()), tuple(second.tolist()))}, None
    return {}, separating_tree(G, H)


def _by_treewidth_two(G, H):
    first, second = pair_colours(np.stack([G.adjacency, H.adjacency])).tolist()
    if sorted(chain(*first)) == sorted(chain(*second)):
        return {"colouring": tuple(tuple(map(tuple, colours)) for colours in (first, second))}, None
    return {}, separating_graph(G, H, 2)


def _by_all(G, H):
    image = _isomorphism(G, H)
    if image is not None:
        return {"isomorphism": image}, None
    # If all smaller patterns agree, G itself does not: hom(G, G) - hom(G, H) = |Aut G|.
    return {}, separating_graph(G, H, G.n) or G


def _isomorphism(G, H):
    """By backtracking over images of the same colour."""
    first, second = vertex_colours(np.stack([G.adjacency, H.adjacency])).tolist()
    image: list[int] = []

    def extend():
        v = len(image)
        if v == G.n:
            return True
        for x in range(H.n):
            fits = x not in image and first[v] == second[x]
            if fits and all((w in G.neighbours[v]) == (image[w] in H.neighbours[x]) for w in range(v)):
                image.append(x)
                if extend():
                    return True
                image.pop()
        return False

    return tuple(image) if extend() else None
