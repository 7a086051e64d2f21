"""Two graphs that a class of patterns tells apart, or does not: both are checked here.

Different: a pattern F of the class and two numbers of homomorphisms, counted here vertex by vertex of F, with
one number for each way to map those mapped vertices that still have neighbours to come.

Equal, for trees: a doubly stochastic X with A_G X = X A_H. X averages over classes of vertices: 1/size of
the class in H where the classes of i and j agree. Then all trees have as many homomorphisms to G as to H
(Tinhofer 1986, Dvorak 2010). For treewidth 2: colours of pairs that are stable and occur equally often in G
and H (Dvorak 2010; Dell, Grohe, Rattan 2018). For all patterns: an isomorphism.
"""

from collections import Counter
from functools import partial

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.graphs.checker.fields import expect_kind, graph, listed, long_whole, matrix, whole, wholes

__all__ = [
    "PROOFS", "check_different_graphs", "check_equivalent_graphs", "read_different_graphs",
    "read_equivalent_graphs",
]  # fmt: skip

#: What proves, for each class of patterns, that no pattern tells two graphs apart.
PROOFS = {"trees": "classes", "treewidth2": "colouring", "all": "isomorphism"}
_NAMES = {"trees": "tree", "treewidth2": "graph of treewidth at most 2", "all": "graph"}
_LARGEST = 2000
_MOST_WORK = 3 * 10**7


def check_different_graphs(data: dict) -> str:
    """Verify a certificate of kind "different-graphs" and return its theorem.

    Raises CertificateError, naming the field or what does not hold, if it proves nothing.
    """
    patterns, G, H, F, claimed = read_different_graphs(data).values()
    if patterns == "trees" and not _is_tree(F):
        raise CertificateError("field pattern: not a tree.")
    if patterns == "treewidth2" and not _has_treewidth_two(F):
        raise CertificateError("field pattern: its treewidth is above 2.")
    for name, count, target in (("first", claimed[0], G), ("second", claimed[1], H)):
        found = _homomorphisms(F, target)
        if found != count:
            raise CertificateError(
                f"hom(pattern, {name}) = {shown(count)} does not hold: it is {shown(found)}."
            )
    if claimed[0] == claimed[1]:
        raise CertificateError(f"the counts differ does not hold: both are {shown(claimed[0])}.")
    counted = f"{shown(claimed[0])} homomorphisms to G and {shown(claimed[1])} to H"
    return f"A {_NAMES[patterns]} with {len(F)} vertices has {counted}: they are not isomorphic."


def check_equivalent_graphs(data: dict) -> str:
    """Verify a certificate of kind "equivalent-graphs" and return its theorem.

    Raises CertificateError, naming the field or what does not hold, if it proves nothing.
    """
    patterns, G, H, proof = read_equivalent_graphs(data).values()
    n = len(G)
    if patterns == "all":
        if len(set(proof)) < n or any({proof[w] for w in G[v]} != H[proof[v]] for v in range(n)):
            raise CertificateError("field isomorphism: not an isomorphism from G to H.")
        return f"The two graphs on {n} vertices are isomorphic."
    if patterns == "trees":
        _check_fractional(G, H, *proof)
    else:
        _check_stable(G, H, *proof)
    return f"Each {_NAMES[patterns]} has as many homomorphisms to either of two graphs on {n} vertices."


def read_different_graphs(data) -> dict:
    """The fields of a certificate of this kind; graphs as lists of sets of neighbours."""
    expect_kind(data, "different-graphs")
    found: dict = {"patterns": _patterns(data)}
    for name in ("first", "second", "pattern"):
        found[name] = graph(name, data.get(name), _LARGEST)
    counts = listed("counts", data.get("counts"), 2, 2)
    return found | {"counts": tuple(long_whole(f"counts[{k}]", x) for k, x in enumerate(counts))}


def read_equivalent_graphs(data) -> dict:
    """The fields of a certificate of this kind; the last one is that which `PROOFS` names."""
    expect_kind(data, "equivalent-graphs")
    patterns = _patterns(data)
    G, H = (graph(name, data.get(name), _LARGEST) for name in ("first", "second"))
    n, name = len(G), PROOFS[patterns]
    if n != len(H):
        raise CertificateError(f"G and H have equally many vertices does not hold: {n} = {len(H)}.")
    value = data.get(name)
    if patterns == "all":
        proof: tuple = tuple(wholes(name, value, n, 0, n - 1))
    elif patterns == "trees":
        proof = tuple(
            tuple(wholes(f"{name}[{k}]", c, n, 0, 2 * n)) for k, c in enumerate(listed(name, value, 2, 2))
        )
    else:
        read = partial(whole, least=0, most=2 * n * n)
        pairs = [matrix(f"{name}[{k}]", c, n, n, read) for k, c in enumerate(listed(name, value, 2, 2))]
        proof = tuple(tuple(map(tuple, colours)) for colours in pairs)
    return {"patterns": patterns, "first": G, "second": H, name: proof}


def _patterns(data):
    patterns = data.get("patterns")
    if not isinstance(patterns, str) or patterns not in _NAMES:
        raise CertificateError(f"field patterns: trees, treewidth2 or all expected, not {shown(patterns)}.")
    return patterns


def _is_tree(F):
    reached, boundary = set(), {0}
    while boundary:
        reached |= boundary
        boundary = {w for v in boundary for w in F[v]} - reached
    return len(reached) == len(F) and sum(map(len, F)) == 2 * (len(F) - 1)


def _has_treewidth_two(F):
    """Whether removing vertices of degree at most 2, and joining their neighbours, leaves nothing."""
    around = {v: set(w) for v, w in enumerate(F)}
    ready = [v for v, w in around.items() if len(w) <= 2]
    while ready:
        v = ready.pop()
        if v not in around:
            continue
        ends = around.pop(v)
        for w in ends:
            around[w] |= ends - {w}
            around[w].discard(v)
            if len(around[w]) <= 2:
                ready.append(w)
    return not around


def _homomorphisms(F, G) -> int:
    """Map the vertices of F in turn; count the ways by the images of those with neighbours to come."""
    order, open_after = _order(F)
    ways: dict[tuple[int, ...], int] = {(): 1}
    front: tuple[int, ...] = ()
    work = 0
    for v, after in zip(order, open_after, strict=True):
        known = [front.index(w) for w in F[v] if w in front]
        kept = [(*front, v).index(w) for w in after]
        following: Counter[tuple[int, ...]] = Counter()
        for images, count in ways.items():
            allowed = set(range(len(G))) if not known else set.intersection(*(G[images[k]] for k in known))
            work += len(allowed) + 1
            for x in allowed:
                longer = (*images, x)
                following[tuple(longer[k] for k in kept)] += count
        if work > _MOST_WORK:
            raise CertificateError("field pattern: counting takes too long, its pathwidth is too large.")
        ways, front = following, tuple(after)
    return ways.get((), 0)


def _order(F):
    """An order of the vertices with few open ones (mapped, with neighbours to come) at each step."""
    left = {v: set(w) for v, w in enumerate(F)}  # neighbours to come
    order, open_after, front = [], [], []
    while left:
        near = {w for v in front for w in left if w in F[v]} or set(left)

        def cost(v, front=front):
            closes = sum(1 for w in front if all(x == v or x not in left for x in F[w]))
            return (any(x in left and x != v for x in F[v]) - closes, len(F[v]), v)

        v = min(near, key=cost)
        del left[v]
        order.append(v)
        front = [w for w in [*front, v] if any(x in left for x in F[w])]
        open_after.append(list(front))
    return order, open_after


def _check_fractional(G, H, first, second):
    """X doubly stochastic and A_G X = X A_H, for X[i][j] = [first[i] = second[j]]/size of that class of H."""
    sizes = Counter(second)
    if Counter(first) != sizes:  # rows add up to 1 by the choice of X, columns to the quotient of the sizes
        raise CertificateError("field classes: X is doubly stochastic does not hold, class sizes differ.")
    ahead = [Counter(first[w] for w in G[v]) for v in range(len(G))]
    behind = [Counter(second[w] for w in H[v]) for v in range(len(H))]
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            if ahead[i][b] * sizes[a] != behind[j][a] * sizes[b]:
                raise CertificateError(f"field classes: (A_G X)[{i}][{j}] = (X A_H)[{i}][{j}] does not hold.")


def _check_stable(G, H, first, second):
    if Counter(c for row in first for c in row) != Counter(c for row in second for c in row):
        raise CertificateError("field colouring: each colour occurs as often in G as in H does not hold.")
    meaning: dict[int, tuple] = {}
    for around, colours in ((G, first), (H, second)):
        n = len(around)
        for u in range(n):
            for v in range(n):
                over = Counter((colours[u][w], colours[w][v]) for w in range(n))
                seen = (u == v, v in around[u], over)
                if meaning.setdefault(colours[u][v], seen) != seen:
                    raise CertificateError(f"field colouring: pair ({u}, {v}): the colours are not stable.")
