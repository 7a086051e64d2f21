"""Prove brackets of sensitivities in ball arithmetic.

Taken from the solver: the points x and the vectors y, as numbers without any promise, and the choice of r
rows B and columns J of A. All the rest is computed anew from A in FLINT's balls, each of which contains the
exact number: L = A[:, J] A[B, J]^-1, the quotient |<l_i, x>|^p / ||L x||_p^p, and ||y||_q^p after y has been
made exactly feasible on the rows B, where L is the identity.
"""

import numpy as np
from flint import arb, arb_mat, ctx

from mathlib.errors import CertificateError
from mathlib.sensitivity.rounding import balls

__all__ = ["verify_brackets"]


def verify_brackets(result, rows=None):
    """Raise CertificateError unless lower <= sigma_i <= upper is proved for these rows of A."""
    places = _places(result, rows)
    solver, basis = result.solver, result.solver.basis
    scaled, exponents = basis.scaling.apply(solver.A)
    scales = exponents[:, None] - basis.exponents
    with ctx.workprec(256 + 2 * int(np.abs(scales).max(initial=0))):
        try:
            # x M = b is M^T x^T = b^T.
            L = balls(basis.square.T).solve(balls(scaled[:, basis.columns].T)).transpose()
        except ZeroDivisionError as error:
            raise CertificateError("det A[B, J] != 0 does not hold, or not clearly") from error
        powers = {int(k): arb(2) ** int(k) for k in np.unique(scales)}
        n, r = scales.shape
        L = arb_mat(n, r, [L[i, j] * powers[int(scales[i, j])] for i in range(n) for j in range(r)])
        for place in places:
            _prove_lower(result, place, L)
        for place, tries in _duals(result, places):
            _prove_upper(result, place, L, tries)


def _places(result, rows):
    if rows is None:
        return np.arange(len(result.rows))
    position = {int(row): place for place, row in enumerate(result.rows)}
    n = len(result.solver.A)
    asked = [int(row) + n * (int(row) < 0) for row in np.atleast_1d(rows)]
    if absent := [row for row in asked if row not in position]:
        raise ValueError(f"row {absent[0]} has no bracket here; rows with one: {_some(result.rows)}.")
    return np.array([position[row] for row in asked], dtype=np.intp)


def _some(rows):
    return ", ".join(map(str, rows[:8])) + (", ..." if len(rows) > 8 else "")


def _prove_lower(result, place, L):
    lower, i, p = float(result.lower[place]), int(result.rows[place]), arb(result.p)
    if lower == 0:
        return
    x = arb_mat(L.ncols(), 1, [arb(float(value)) for value in result.values[place]])
    products = (L * x).entries()
    total = sum((_power(abs(v).upper(), p) for v in products), arb(0))
    share = _power(abs(products[i]).lower(), p) / total
    if not share >= lower:
        raise CertificateError(
            f"row {i}: |<a_i, x>|^p / ||A x||_p^p >= lower does not hold, or not clearly: "
            f"{share.str(17)} >= {lower!r}"
        )


def _prove_upper(result, place, L, tries):
    upper, i = float(result.upper[place]), int(result.rows[place])
    if upper >= 1:
        return  # no sensitivity is larger
    pivots, value = result.solver.basis.pivot_rows, None
    for y in tries:
        numbers = [arb(float(entry)) for entry in y]
        image = (arb_mat(1, len(numbers), numbers) * L).entries()
        for j, row in enumerate(pivots):
            numbers[row] += L[i, j] - image[j]
        value = _dual_power([abs(number).upper() for number in numbers], result.p)
        if value <= upper:
            return
    raise CertificateError(
        f"row {i}: ||y||_q^p <= upper for some y with A^T y = a_i does not hold, or not clearly: "
        f"{value.str(17)} <= {upper!r}"
    )


def _dual_power(sizes, p):
    """(sum |y|^q)^(p/q), where p/q = p - 1; max |y| for p = 1."""
    if p == 1:
        return max(sizes)
    exponent = arb(p)
    q = exponent / (exponent - 1)
    return _power(sum((_power(size, q) for size in sizes), arb(0)).upper(), exponent - 1)


def _power(base, exponent):
    return base**exponent if base > 0 else arb(0)


def _duals(result, places):
    """Each place with vectors y to try: the kept one, or else solutions computed anew, ever more exactly."""
    if result.dual is not None:
        yield from ((place, [result.dual[place]]) for place in places)
        return
    solver = result.solver

    def solutions(place):
        for tol in (result.tol, 1e-2 * result.tol, 1e-12):
            solved, scale = solver.rows(result.rows[[place]], min(tol, result.tol), keep_dual=True)
            yield np.ldexp(solved.duals[0], scale[0])

    yield from ((place, solutions(place)) for place in places)
