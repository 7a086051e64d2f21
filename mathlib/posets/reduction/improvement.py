"""Better representations of posets too large to solve exactly: colouring, then large-neighbourhood search.

The problem, for a poset P with a start S:

    find up-sets U_1, ..., U_w of P so that every critical row (x, y) has a U_c with x in U_c, y not in U_c,
    with max |{c : m in U_c}| over the maximal elements m, and then w, as small as possible.

A critical row is a pair x not<= y that nothing else separates for free; up-sets that separate all of them
separate every pair. Rows r, s, ... can share an up-set exactly when no x_r lies below any y_s, so this is a
graph colouring in which a colour c costs one at each maximal element above one of its x_r. Three ideas make
it fast:

1. *Colour* much as DSATUR does: next comes the row with the fewest possible colours left, and it gets the one
   that loads the fullest maximal elements least.
2. *Shrink*: a U_c is never larger than the rows of its colour need, and a row joins a U_c that it does not
   enlarge whenever there is one.
3. *Large neighbourhoods*: dissolve a few colours, either some that meet a fullest maximal element or a small
   one, colour their rows again, and keep the outcome unless it is worse.

The answer is verified from the definition and never worse than the start. It proves no lower bound: for that
use `hypercube_height`, `hypercube_width` or `two_dimension`.
"""

import time

import numpy as np

from mathlib.annotations import RNG
from mathlib.checks import check_count, check_rng, deadline_after
from mathlib.posets.certificates.embedding import Embedding, check_embedding
from mathlib.posets.order.poset import Poset
from mathlib.posets.reduction.compression import compress
from mathlib.posets.reduction.recolouring import colour_rows, put_all, search

__all__ = ["improve"]

#: Steps between two looks at the clock; with thousands of critical rows a round has fewer.
_STEPS_A_ROUND = 2000


def improve(
    embedding: Embedding, *, time_limit: float | None = 5.0, rounds: int | None = None, rng: RNG = None
) -> Embedding:
    """Search for a representation of smaller height, and among those of equal height of smaller width.

    Parameters
    ----------
    embedding : Embedding
        The start, of a poset P with n elements; the search is made for n from 20 to 200.
    time_limit : float, optional
        Seconds. The search stops when it next looks at the clock, which may be half a second late. None, for
        no limit, needs `rounds`.
    rounds : int, optional
        Stop after this many rounds of some 100 to 2000 steps even if time is left. A search that ends by its
        rounds gives the same answer on every machine, one that ends by the clock does not.
    rng : seed or numpy.random.Generator, optional
        The source of randomness, anything `numpy.random.default_rng` takes.

    Returns
    -------
    Embedding
        Verified. Its (height, width) is at most the start's in lexicographic order, and its width at most n.

    Raises
    ------
    InvalidEmbedding
        If the start represents P wrongly.
    ValueError
        If `time_limit` is not positive, or `rounds` negative.

    Notes
    -----
    A step recolours the rows of a few colours, about O(n) for each row and at most 40 n while there are few;
    the tables take O(n^2) memory. Compiling takes some seconds when it runs for the first time ever.

    References
    ----------
    Brélaz (1979), New methods to color the vertices of a graph. Shaw (1998), Using constraint programming and
    local search methods to solve vehicle routing problems (large neighbourhoods).

    Examples
    --------
    >>> from mathlib.posets import Embedding, antichain
    >>> P = antichain(6)
    >>> start = Embedding(P, {0: {1, 2}, 1: {1, 3}, 2: {2, 3}, 3: {1, 4}, 4: {2, 4}, 5: {3, 4}})
    >>> improve(start, time_limit=60, rounds=2, rng=0)
    Embedding of a poset on 6 elements: height 1, ground set of 6
    """
    if rounds is not None:
        rounds = check_count("rounds", rounds, 0, "or None")
    elif time_limit is None:
        raise ValueError("time_limit must be a number of seconds where there are no rounds; got None.")
    deadline = deadline_after(time_limit)
    best = compress(check_embedding("embedding", embedding))
    if not best.poset.critical_positions:  # one element, or none: the empty set will do
        return Embedding(best.poset, [()] * len(best.poset))
    state = _Search(best.poset, int(check_rng(rng).integers(2**63)))
    done = 0
    while time.monotonic() < deadline and done != rounds:
        found = state.round(best, height_first=done % 2 == 1) if done else state.colour_afresh(best)
        best = min(best, found, key=lambda known: known.bound)
        done += 1
    best.verify()
    return best


class _Search:
    """The tables of a search on one poset."""

    def __init__(self, poset: Poset, seed: int):
        n = len(poset)
        rows = np.array(poset.critical_positions, dtype=np.int64)
        colours = n + 1
        self.poset = poset
        self.order = (poset.leq.copy(), _tops_above(poset.leq), rows[:, 0].copy(), rows[:, 1].copy())
        self.tables = (
            np.full(len(rows), -1, dtype=np.int64),  # colour
            np.zeros(colours, dtype=np.int64),  # rows_in
            np.zeros((n, colours), dtype=np.int32),  # inside
            np.zeros((n, colours), dtype=np.int32),  # blocked
            np.zeros(n, dtype=np.int32),  # load
        )
        self.random = np.array([seed], dtype=np.uint64)

    def colour_afresh(self, start: Embedding) -> Embedding:
        """A colouring that owes nothing to `start`; or `start`, if it would need more than n + 1 colours."""
        self._clear()
        every = np.arange(len(self.tables[0]))
        done = colour_rows(every, len(every), 1, 0.5, self.order, self.tables, self.random)
        return self._embedding() if done else start

    def round(self, start: Embedding, *, height_first: bool) -> Embedding:
        """The best that some steps of the second and third idea reach from `start`."""
        self._load(start)
        rows = len(self.tables[0])
        steps = max(2, _STEPS_A_ROUND * 500 // (500 + rows))
        best = search(steps, height_first, self.order, self.tables, self.random)
        self._colour(best)
        return self._embedding()

    def _clear(self):
        for table in self.tables:
            table.fill(0)
        self.tables[0].fill(-1)

    def _load(self, embedding):
        """Colour each row with the first ground element that separates it."""
        _, _, low, high = self.order
        holds = np.array([[x in up for x in self.poset.labels] for up in embedding.upsets.values()])
        first = (holds[:, low] & ~holds[:, high]).argmax(axis=0)
        self._colour(first)

    def _colour(self, colours):
        self._clear()
        put_all(colours, self.order, self.tables)

    def _embedding(self):
        used = np.flatnonzero(self.tables[1])
        members = self.tables[2][:, used] > 0
        return Embedding(self.poset, [np.flatnonzero(row).tolist() for row in members])


def _tops_above(leq):
    """The positions of the maximal elements above each element, each row filled up with -1."""
    tops = np.flatnonzero(leq.sum(axis=1) == 1)
    table = np.full((len(leq), len(tops)), -1, dtype=np.int32)
    for x, above in enumerate(leq[:, tops]):
        table[x, : above.sum()] = tops[above]
    return table
