"""Smith forms of sparse integer matrices, with transforms that prove them.

Entries 1 and -1 are pivots first, those of short rows and columns before others: each leaves the Schur
complement in the other rows and columns, in integers. What is left without such entries is small; there the
Smith form is computed with the unimodular matrices of all steps and their inverses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from mathlib.graphs.nested import texts

__all__ = ["SmithForm", "form_from_dict", "group_text", "smith_form"]

Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, repr=False)
class SmithForm:
    """Pivots (row, column) with entry 1 or -1, then left S right = D for the rest S and their inverses."""

    pivots: tuple[tuple[int, int], ...]
    left: Matrix
    left_inverse: Matrix
    right: Matrix
    right_inverse: Matrix
    invariants: tuple[int, ...] = field(compare=False)  # follow from the others

    @property
    def rank(self) -> int:
        """The rank of the matrix."""
        return len(self.pivots) + len(self.invariants)

    @property
    def torsion(self) -> tuple[int, ...]:
        """The invariant factors above 1, ascending."""
        return tuple(d for d in self.invariants if d > 1)

    def to_dict(self) -> dict:
        """JSON values."""
        data: dict = {"pivots": [list(pivot) for pivot in self.pivots]}
        for name in ("left", "left_inverse", "right", "right_inverse"):
            data[name] = texts(getattr(self, name))
        return data


def form_from_dict(form: dict) -> SmithForm:
    """The Smith form of fields that were read; its invariants are found when they are checked."""
    left, left_inverse, right, right_inverse = (
        tuple(map(tuple, form[side])) for side in ("left", "left_inverse", "right", "right_inverse")
    )
    return SmithForm(tuple(form["pivots"]), left, left_inverse, right, right_inverse, ())


def group_text(rank: int, torsion: Sequence[int] = ()) -> str:
    """An abelian group such as Z^2 + Z/3."""
    free = [] if not rank else ["Z" if rank == 1 else f"Z^{rank}"]
    return " + ".join([*free, *(f"Z/{d}" for d in torsion)]) or "0"


def smith_form(rows: dict[int, dict[int, int]]) -> SmithForm:
    """The Smith form of a matrix, given as nonzero entries by row and column."""
    rows = {r: dict(row) for r, row in rows.items() if row}
    columns: dict[int, set[int]] = {}
    for r, row in rows.items():
        for c in row:
            columns.setdefault(c, set()).add(r)

    def cost(r, c):
        return (len(rows[r]) - 1) * (len(columns[c]) - 1)

    heap = [(cost(r, c), r, c) for r, row in rows.items() for c, x in row.items() if abs(x) == 1]
    heapify(heap)
    pivots = []
    while heap:
        known, r, c = heappop(heap)
        if abs(rows.get(r, {}).get(c, 0)) != 1:
            continue
        if known < (now := cost(r, c)):
            heappush(heap, (now, r, c))
            continue
        pivots.append((r, c))
        for i, j in _eliminate(rows, columns, r, c):
            heappush(heap, (cost(i, j), i, j))
    left_rows = sorted(r for r, row in rows.items() if row)
    left_columns = sorted({c for row in rows.values() for c in row})
    rest = [[rows[r].get(c, 0) for c in left_columns] for r in left_rows]
    return SmithForm(tuple(pivots), *_dense(rest))


def _eliminate(rows, columns, r, c):
    """Take a pivot out; return where entries became 1 or -1."""
    pivot_row = rows.pop(r)
    sign = pivot_row.pop(c)
    for j in pivot_row:
        columns[j].discard(r)
    units = []
    for i in columns.pop(c) - {r}:
        row = rows[i]
        factor = row.pop(c) * sign
        for j, x in pivot_row.items():
            value = row.get(j, 0) - factor * x
            if value:
                row[j] = value
                columns[j].add(i)
                if abs(value) == 1:
                    units.append((i, j))
            elif j in row:
                del row[j]
                columns[j].discard(i)
    return units


def _dense(S):
    """U, U^-1, V, V^-1 and the diagonal of U S V, by Euclid's algorithm on rows and columns."""
    m, n = len(S), len(S[0]) if S else 0
    work, U, V = [list(row) for row in S], _identity(m), _identity(n)
    U_inverse, V_inverse = _identity(m), _identity(n)  # kept transposed: rows are columns of the inverse

    def add_row(i, k, factor):  # row i += factor * row k
        work[i] = [a + factor * b for a, b in zip(work[i], work[k], strict=True)]
        U[i] = [a + factor * b for a, b in zip(U[i], U[k], strict=True)]
        U_inverse[k] = [a - factor * b for a, b in zip(U_inverse[k], U_inverse[i], strict=True)]

    def add_column(j, k, factor):
        for row in work:
            row[j] += factor * row[k]
        for row in V:
            row[j] += factor * row[k]
        V_inverse[k] = [a - factor * b for a, b in zip(V_inverse[k], V_inverse[j], strict=True)]

    for t in range(min(m, n)):
        while True:
            entries = [(abs(work[i][j]), i, j) for i in range(t, m) for j in range(t, n) if work[i][j]]
            if not entries:
                break
            _, i, j = min(entries)
            work[t], work[i], U[t], U[i] = work[i], work[t], U[i], U[t]
            U_inverse[t], U_inverse[i] = U_inverse[i], U_inverse[t]
            for row in (*work, *V):
                row[t], row[j] = row[j], row[t]
            V_inverse[t], V_inverse[j] = V_inverse[j], V_inverse[t]
            pivot = work[t][t]
            for i in range(t + 1, m):
                if work[i][t]:
                    add_row(i, t, -(work[i][t] // pivot))
            for j in range(t + 1, n):
                if work[t][j]:
                    add_column(j, t, -(work[t][j] // pivot))
            if any(work[i][t] for i in range(t + 1, m)) or any(work[t][t + 1 :]):
                continue
            rough = next((i for i in range(t + 1, m) if any(x % pivot for x in work[i][t + 1 :])), None)
            if rough is None:
                break
            add_row(t, rough, 1)
        if t < m and t < n and work[t][t] < 0:
            work[t], U[t] = [-x for x in work[t]], [-x for x in U[t]]
            U_inverse[t] = [-x for x in U_inverse[t]]
    invariants = tuple(work[t][t] for t in range(min(m, n)) if work[t][t])
    return _fixed(U), _fixed(zip(*U_inverse, strict=True)), _fixed(V), _fixed(V_inverse), invariants


def _identity(n):
    return [[int(i == j) for j in range(n)] for i in range(n)]


def _fixed(rows) -> Matrix:
    return tuple(tuple(row) for row in rows)
