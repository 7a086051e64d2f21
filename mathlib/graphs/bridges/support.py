"""Whether a coupling exists at all, and which of its entries must be zero: maximum flow in integers.

By Hall's condition there is a coupling of p and q on the allowed pairs unless p(A) > q(reach of A) for a set
A of states. Where p(A) = q(reach of A), the columns that A reaches belong to A alone: other rows have zeros
there. The strong components of the residual graph of a maximum flow find all such sets.
"""

from collections import deque

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

__all__ = ["InfeasibleBridge", "kept_support"]


class InfeasibleBridge(ValueError):
    """No coupling of p and q lives where the chain can go.

    Parameters
    ----------
    text : str
        What the error says.
    witness : tuple of int

    Attributes
    ----------
    witness : tuple of int
        States A with p(A) > q(all states that A can reach).
    """

    def __init__(self, text: str, witness: tuple[int, ...] = ()):
        super().__init__(text)
        self.witness = witness


def kept_support(
    allowed: np.ndarray, p: list[int], q: list[int]
) -> tuple[np.ndarray, tuple[tuple[int, ...], ...]]:
    """The pairs that some coupling uses, and tight sets A, p(A) = q(reach of A), that rule out the others.

    `allowed` has no row where p = 0 and no column where q = 0; p and q are integers with the same sum.
    """
    size = len(p)
    rows, columns = [i for i in range(size) if p[i]], [j for j in range(size) if q[j]]
    if allowed[np.ix_(rows, columns)].all():
        return allowed, ()
    ahead = {i: np.flatnonzero(allowed[i]).tolist() for i in rows}
    flow: dict[tuple[int, int], int] = {}
    supply, demand = _greedy(ahead, list(p), list(q), flow)
    while _augment(ahead, supply, demand, flow):
        pass
    if any(supply):
        raise _infeasible(allowed, p, q, _reached(ahead, flow, [i for i in rows if supply[i]])[0])
    residual = np.zeros((2 * size, 2 * size), dtype=bool)
    residual[:size, size:] = allowed
    for (i, j), x in flow.items():
        residual[size + j, i] |= x > 0
    label = connected_components(csr_matrix(residual), connection="strong")[1]
    kept = allowed & (label[:size, None] == label[None, size:])
    sets = set()
    for j in sorted({int(j) for j in np.argwhere(allowed & ~kept)[:, 1]}):
        start = [i for i in rows if flow.get((i, j), 0) > 0]
        sets.add(tuple(sorted(_reached(ahead, flow, start)[0])))
    return kept, tuple(sorted(sets))


def _greedy(ahead, supply, demand, flow):
    for i, targets in ahead.items():
        for j in targets:
            x = min(supply[i], demand[j])
            if x:
                flow[i, j] = x
                supply[i] -= x
                demand[j] -= x
    return supply, demand


def _augment(ahead, supply, demand, flow):
    """Send more along a shortest path of the residual graph; whether there was one."""
    behind: dict[int, list[int]] = {}
    for (i, j), x in flow.items():
        if x:
            behind.setdefault(j, []).append(i)
    starts = [i for i in ahead if supply[i]]
    came: dict[int, int | None] = dict.fromkeys(starts)
    through: dict[int, int] = {}
    queue = deque(starts)
    sent = False
    while queue:
        i = queue.popleft()
        for j in ahead[i]:
            if j in through:
                continue
            through[j] = i
            if demand[j]:
                path, row, column = [], i, j
                while True:
                    path.append((row, column))
                    if came[row] is None:
                        break
                    column = came[row]
                    row = through[column]
                amount = min(supply[row], demand[j], *(flow[r, c] for (r, _), c in _back(path)))
                if amount:
                    supply[row] -= amount
                    demand[j] -= amount
                    for cell in path:
                        flow[cell] = flow.get(cell, 0) + amount
                    for (r, _), c in _back(path):
                        flow[r, c] -= amount
                    return True
            for k in behind.get(j, []):
                if k not in came and flow[k, j]:
                    came[k] = j
                    queue.append(k)
    return sent


def _back(path):
    """On the way back from column to row: the row of each cell but the last, with the column before it."""
    return [((row, column), path[k + 1][1]) for k, (row, column) in enumerate(path[:-1])]


def _reached(ahead, flow, start):
    """Rows and columns that the residual graph reaches from some rows."""
    behind: dict[int, list[int]] = {}
    for (i, j), x in flow.items():
        if x:
            behind.setdefault(j, []).append(i)
    rows, columns, stack = set(start), set(), list(start)
    while stack:
        for j in ahead[stack.pop()]:
            if j not in columns:
                columns.add(j)
                new = [i for i in behind.get(j, []) if i not in rows]
                rows.update(new)
                stack += new
    return rows, columns


def _infeasible(allowed, p, q, rows):
    witness = tuple(sorted(int(i) for i in rows))
    reach = np.flatnonzero(allowed[list(witness)].any(axis=0)).tolist()
    total = sum(p)
    have, room = sum(p[i] for i in witness), sum(q[j] for j in reach)
    states = f"{list(witness)[:10]}{'...' if len(witness) > 10 else ''}"
    way = "take more steps or let the chain stay"
    if (have - room) / total < 1e-12:
        way = f"they differ by {(have - room) / total:.1e}, perhaps by rounding: then pass Fractions"
    return InfeasibleBridge(
        f"there is no coupling: states {states} have mass {have / total:.6g} under p, all that they reach "
        f"has {room / total:.6g} under q; {way}. The attribute `witness` has the states.",
        witness,
    )
