"""Smith forms, checked: pivots are replayed, and what they leave is compared with its transforms.

A pivot 1 or -1 splits off a summand and leaves the Schur complement. If left S right = D is diagonal for the
rest S, with integer inverses of left and right, the invariant factors are ones for the pivots and those of D.
"""

from itertools import pairwise

from mathlib.errors import CertificateError
from mathlib.graphs.checker.fields import listed, long_whole, matrix, wholes

__all__ = ["invariant_factors", "read_smith"]

_MOST_WORK = 10**8
_LARGEST_REST = 400
_TRANSFORMS = ("left", "left_inverse", "right", "right_inverse")


def read_smith(name, data, rows, columns) -> dict:
    """The fields of a Smith form of a matrix of that shape."""
    if not isinstance(data, dict):
        raise CertificateError(f"field {name}: pivots and transforms expected.")
    pivots = listed(f"{name}.pivots", data.get("pivots"), 0, min(rows, columns))
    found: dict = {
        "pivots": [
            tuple(wholes(f"{name}.pivots[{k}]", p, 2, 0, rows + columns)) for k, p in enumerate(pivots)
        ]
    }
    for side in _TRANSFORMS:
        size = len(listed(f"{name}.{side}", data.get(side), 0, _LARGEST_REST))
        found[side] = matrix(f"{name}.{side}", data[side], size, size, long_whole)
    return found


def invariant_factors(name, entries: dict[int, dict[int, int]], form: dict) -> tuple[int, list[int]]:
    """The rank of a matrix, given by rows, and its invariant factors above 1, ascending."""
    rows = {r: dict(row) for r, row in entries.items()}
    holders: dict[int, set[int]] = {}
    for r, row in rows.items():
        for c in row:
            holders.setdefault(c, set()).add(r)
    work = 0
    for r, c in form["pivots"]:
        top = rows.pop(r, {})
        unit = top.pop(c, 0)
        if unit not in (1, -1):
            raise CertificateError(f"field {name}.pivots: the entry at ({r}, {c}) is {unit}, not 1 or -1.")
        for j in top:
            holders[j].discard(r)
        below = holders.pop(c) - {r}
        work += (len(below) + 1) * (len(top) + 1)
        if work > _MOST_WORK:
            raise CertificateError(f"field {name}.pivots: eliminating in this order takes too long.")
        for i in below:
            row = rows[i]
            multiple = unit * row.pop(c)
            for j, x in top.items():
                row[j] = row.get(j, 0) - multiple * x
                if row[j]:
                    holders[j].add(i)
                else:
                    del row[j]
                    holders[j].discard(i)
    kept = [row for _, row in sorted(rows.items()) if row]
    columns = sorted({c for row in kept for c in row})
    rest = [[row.get(c, 0) for c in columns] for row in kept]
    return _rest_factors(name, rest, len(columns), form, len(form["pivots"]))


def _rest_factors(name, rest, columns, form, rank):
    left, left_inverse, right, right_inverse = (form[side] for side in _TRANSFORMS)
    for side, size in zip(_TRANSFORMS, (len(rest), len(rest), columns, columns), strict=True):
        if len(form[side]) != size:
            raise CertificateError(f"field {name}.{side}: {size} rows expected, for what the pivots leave.")
    for side, A, B in (("left", left, left_inverse), ("right", right, right_inverse)):
        if not _is_diagonal(_product(A, B), ones=True):
            raise CertificateError(f"field {name}.{side}: {side} {side}_inverse = 1 does not hold.")
    D = _product(_product(left, rest), right) if rest else []
    if not _is_diagonal(D):
        raise CertificateError(f"field {name}: left S right is diagonal does not hold.")
    factors = [abs(D[k][k]) for k in range(min(len(rest), columns)) if D[k][k]]
    if any(b % a for a, b in pairwise(factors)):
        raise CertificateError(f"field {name}: each invariant factor divides the next does not hold.")
    return rank + len(factors), [d for d in factors if d > 1]


def _product(A, B):
    columns = list(zip(*B, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True) if a) for column in columns] for row in A]


def _is_diagonal(A, ones=False):
    return all(x == 0 or i == j for i, row in enumerate(A) for j, x in enumerate(row)) and (
        not ones or all(A[k][k] == 1 for k in range(len(A)))
    )
