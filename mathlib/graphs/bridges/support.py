"""Whether a coupling exists at all, and which of its entries must be zero: maximum flow in integers.

By Hall's condition there is a coupling of p and q on the allowed pairs unless p(A) > q(reach of A) for a set
A of states. Where p(A) = q(reach of A), the columns that A reaches belong to A alone: other rows have zeros
there. The strong components of the residual graph of a maximum flow find all such sets.
"""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

__all__ = ["InfeasibleBridge", "components", "kept_support"]


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
    size, supply, demand = len(p), np.array(p, dtype=object), np.array(q, dtype=object)
    if allowed[np.ix_(supply > 0, demand > 0)].all():
        return allowed, ()
    flow, used = np.zeros((size, size), dtype=object), np.zeros((size, size), dtype=bool)
    while (supply > 0).any():
        row_before, column_before = _search(allowed, used, np.flatnonzero(supply > 0))
        ends = np.flatnonzero((row_before >= 0) & (demand > 0))
        if not len(ends):
            raise _infeasible(allowed, p, q, np.flatnonzero(column_before > -2))
        forth, back, column = [], [], int(ends[0])
        while column >= 0:  # the path from there back to a row with supply
            row = int(row_before[column])
            forth.append((row, column))
            column = int(column_before[row])
            back += [(row, column)] if column >= 0 else []
        amount = min(supply[row], demand[ends[0]], *(flow[cell] for cell in back))
        supply[row] -= amount
        demand[ends[0]] -= amount
        for cells, change in ((forth, amount), (back, -amount)):
            for cell in cells:
                flow[cell] += change
                used[cell] = flow[cell] > 0
    label = components(allowed, used)[1]
    kept = allowed & (label[:size, None] == label[None, size:])
    sets = set()
    for j in np.flatnonzero((allowed & ~kept).any(axis=0)):
        reached = _search(allowed, used, np.flatnonzero(used[:, j]))[1] > -2
        sets.add(tuple(np.flatnonzero(reached).tolist()))
    return kept, tuple(sorted(sets))


def components(forth: np.ndarray, back: np.ndarray) -> tuple[int, np.ndarray]:
    """The number of strong components of a graph of rows, then columns, and that of each vertex."""
    above, below = np.zeros((len(forth),) * 2), np.zeros((forth.shape[1],) * 2)
    joined = csr_matrix(np.block([[above, forth], [back.T, below]]))
    return connected_components(joined, connection="strong")


def _search(allowed, used, rows):
    """By breadth, the row before each column and the column before each row that the residual graph reaches.

    -1 before the rows to begin with, and before columns that are not reached; -2 before other such rows.
    """
    row_before, column_before = np.full(len(allowed), -1), np.full(len(allowed), -2)
    column_before[rows] = -1
    while (ahead := allowed[rows] & (row_before < 0)).any():
        columns = np.flatnonzero(ahead.any(axis=0))
        row_before[columns] = rows[ahead[:, columns].argmax(axis=0)]
        behind = used[:, columns] & (column_before < -1)[:, None]
        rows = np.flatnonzero(behind.any(axis=1))
        column_before[rows] = columns[behind[rows].argmax(axis=1)]
    return row_before, column_before


def _infeasible(allowed, p, q, rows):
    witness, total = tuple(rows.tolist()), sum(p)
    reach = np.flatnonzero(allowed[rows].any(axis=0)).tolist()
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
