"""The compression theorem as a program: any representation, made to fit into |P| ground elements.

Theorem. Let S represent a poset P. There is a representation S' with S'_x a subset of S_x for every x, on a
ground set of at most |P| elements.

Hence w*(P) <= |P| (Flídr, Ivan, Jaffe, 2025): compress a representation of least height; no set grows, so its
height stays the least. The program is a proof by one maximum matching.

Construction. Join p in P to the ground element i when i is in S_p. Take a maximum matching of this bipartite
graph. Let D be the elements that alternating paths reach from the unmatched elements, and N the union of S_p
over p in D. An element p outside D is matched, to i_p say. Then

    S'_x = (S_x intersected with N)  united with  {i_p : p <= x, p not in D}.

Proof. (a) *Every i in N is matched, to an element of D*: otherwise the alternating path that reaches i would
enlarge the matching. So i_p is not in N for p outside D.
(b) *D is a down-set*: let y <= x, x in D. An unmatched y is in D by definition. A matched y has its partner
in S_y, a subset of S_x, hence in N, and by (a) the partner of that, y itself, is in D.
(c) *S'_x is a subset of S_x*: i_p is in S_p, a subset of S_x for p <= x.
(d) *x <= y gives S'_x inside S'_y*: both parts of the definition grow with x.
(e) *x not<= y gives S'_x not inside S'_y*. If x is in D then S'_x = S_x by (b), and some i in S_x, which is
in N, is missing from S_y; being in N it is no i_p, so it is missing from S'_y. If x is not in D, then S'_x
holds i_x, and i_x is in S'_y only if x <= y.
(f) *The ground set has as many elements as the matching has edges*: N has one edge at each element by (a),
and each p outside D brings one more. A matching has at most |P| edges.                                    QED
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from mathlib.posets.certificates.embedding import Embedding, check_embedding

__all__ = ["CompressionStep", "compress", "compression_steps"]


@dataclass(frozen=True)
class CompressionStep:
    """One picture of the construction; what is not known yet is empty.

    Attributes
    ----------
    title : str
        Its name.
    text : str
        What happened in this step, in one or two sentences.
    before : Embedding
        The representation that is compressed.
    matching : dict from labels to ground elements
        The maximum matching.
    reached : frozenset of labels
        D, the elements on alternating paths from the unmatched ones.
    kept : frozenset of ground elements
        N, the union of S_p over p in D.
    after : Embedding or None
        The compressed representation, in the last step.

    Examples
    --------
    >>> from mathlib.posets import Embedding, antichain
    >>> first = next(compression_steps(Embedding(antichain(2), [{1, 2}, {2, 3}])))
    >>> first.title, first.text
    ('The graph', 'Join each of the 2 elements to the members of its set, among 3 in all.')
    """

    title: str
    text: str
    before: Embedding
    matching: dict
    reached: frozenset
    kept: frozenset
    after: Embedding | None


def compress(embedding: Embedding) -> Embedding:
    """A representation on at most |P| ground elements whose sets are subsets of the given ones.

    Parameters
    ----------
    embedding : Embedding
        Any representation S of a poset P with n elements, with m ground elements in all.

    Returns
    -------
    Embedding
        S' with S'_x a subset of S_x for every x, on min(n, m) ground elements or fewer: exactly as many as a
        maximum matching between P and the ground set has edges. Ground elements keep their names. A second
        pass changes nothing. The width is not minimised: that is a hard problem, see `hypercube_width`.

    Raises
    ------
    InvalidEmbedding
        If the sets do not represent P: the construction would return nonsense.

    Notes
    -----
    The cost is O(e sqrt(n + m)) for the matching, e the sum of the |S_x|, and O(n^2) set operations to
    verify.

    References
    ----------
    Flídr, Ivan and Jaffe (2025), arXiv 2509.26630, proved that |P| ground elements suffice. Bastide,
    Groenland, Ivan and Johnston (2023), arXiv 2310.04634, conjectured it and had about |P|^2 / 4.

    Examples
    --------
    >>> from mathlib.posets import Embedding, Poset
    >>> V = Poset("abc", covers=[("a", "b"), ("a", "c")])
    >>> wasteful = Embedding(V, {"a": [1], "b": [1, 2, 3, 4], "c": [1, 5, 6, 7]})
    >>> compress(wasteful)
    Embedding of a poset on 3 elements: height 2, ground set of 3
    """
    return _construction(embedding)[-1]


def compression_steps(embedding: Embedding) -> Iterator[CompressionStep]:
    """Yield the construction of `compress` in five steps: graph, matching, D, N, new sets.

    Parameters
    ----------
    embedding : Embedding
        As for `compress`.

    Yields
    ------
    CompressionStep
        For `mathlib.posets.plots.plot_compression`.

    Raises
    ------
    InvalidEmbedding
        If the sets do not represent P.

    Examples
    --------
    >>> from mathlib.posets import Embedding, antichain
    >>> steps = list(compression_steps(Embedding(antichain(2), [{1, 2}, {2, 3}])))
    >>> [step.title for step in steps]
    ['The graph', 'A maximum matching', 'The set D', 'The set N', 'The new sets']
    >>> steps[-1].after.width
    2
    """
    found: tuple[Any, ...] = _construction(embedding)
    matching, reached, kept, after = found
    n, width = len(embedding.poset), embedding.width
    unknown: tuple[Any, ...] = ({}, frozenset(), frozenset(), None)
    texts = {
        "The graph": f"Join each of the {n} elements to the members of its set, among {width} in all.",
        "A maximum matching": f"It has {len(matching)} edges and leaves {n - len(matching)} of the {n} "
        "elements unmatched.",
        "The set D": f"Alternating paths from the unmatched elements reach {len(reached)} elements: D, a "
        "down-set.",
        "The set N": f"The elements of D use {len(kept)} ground elements between them: N. All of them are "
        "matched into D.",
        "The new sets": f"Keep N. Each of the {n - len(reached)} elements outside D puts its partner into "
        f"its own set and every set above. Ground set: {width} before, {after.width} now.",
    }
    for step, (title, text) in enumerate(texts.items()):
        yield CompressionStep(title, text, embedding, *found[:step], *unknown[step:])


def _construction(embedding: Embedding) -> tuple[dict, frozenset, frozenset, Embedding]:
    """The matching, D, N and the new representation."""
    check_embedding("embedding", embedding).verify()
    matching = _maximum_matching(embedding.sets)
    reached = _alternating(embedding.sets, matching)
    kept = frozenset().union(*(embedding.sets[p] for p in reached))
    return matching, reached, kept, _smaller_sets(embedding, matching, reached, kept)


def _maximum_matching(sets: dict) -> dict:
    """{p: i} with i in S_p, no i twice, as many pairs as possible: Hopcroft and Karp (1973)."""
    ground = sorted(frozenset().union(*sets.values()), key=repr)
    place = {i: k for k, i in enumerate(ground)}
    columns = [place[i] for members in sets.values() for i in members]
    starts = np.cumsum([0, *map(len, sets.values())])
    graph = csr_array((np.ones(len(columns)), columns, starts), shape=(len(sets), len(ground)))
    graph.sort_indices()  # the order of a set differs from process to process
    found = maximum_bipartite_matching(graph, perm_type="column").tolist()
    return {p: ground[k] for p, k in zip(sets, found, strict=True) if k >= 0}


def _alternating(sets: dict, matching: dict) -> frozenset:
    """The elements that alternating paths from the unmatched ones reach."""
    partner = {i: p for p, i in matching.items()}
    reached = set(sets) - matching.keys()
    waiting = list(reached)
    while waiting:
        further = {partner[i] for i in sets[waiting.pop()] if i in partner} - reached
        reached |= further
        waiting += further
    return frozenset(reached)


def _smaller_sets(embedding: Embedding, matching: dict, reached: frozenset, kept: frozenset) -> Embedding:
    """S'_x = (S_x intersected with N) united with {i_p : p <= x, p not in D}."""
    poset = embedding.poset
    sets = {x: set(members & kept) for x, members in embedding.sets.items()}
    for p in poset.labels:
        if p not in reached:
            for x in poset.labels:
                if poset.less_equal(p, x):
                    sets[x].add(matching[p])
    return Embedding(poset, sets)
