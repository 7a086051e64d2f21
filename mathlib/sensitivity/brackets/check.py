"""Prove brackets of sensitivities in ball arithmetic.

Taken from a result: the matrix A, and the points x and the vectors y, as numbers without any promise. All the
rest is computed anew from A. First r rows B and columns J; then, in FLINT's balls, each of which contains the
exact number: L = A[:, J] A[B, J]^-1, the quotient |<l_i, x>|^p / ||L x||_p^p, and ||y||_q^p after y has been
made exactly feasible on the rows B, where L is the identity.
"""

from dataclasses import replace

import numpy as np
from flint import arb, arb_mat, ctx

from mathlib.errors import CertificateError
from mathlib.sensitivity.brackets.certificate import narrow
from mathlib.sensitivity.brackets.solve import Solver
from mathlib.sensitivity.checks import check_matrix, check_p, check_rows, check_tolerance
from mathlib.sensitivity.linear.basis import row_basis
from mathlib.sensitivity.linear.rounding import solve_in_balls

__all__ = ["verify_brackets"]


def verify_brackets(result, rows=None):
    """Raise CertificateError unless lower <= sigma_i <= upper is proved for these rows of A."""
    try:
        A = check_matrix(result.solver.A)
        result = replace(result, p=check_p(result.p), tol=check_tolerance(result.tol))
    except (AttributeError, ValueError) as error:
        raise CertificateError(f"not a result of sensitivities: {error}") from error
    basis = row_basis(A)
    _check_fields(result, len(A), basis)
    places = _places(result, rows, len(A))
    scaled, exponents = basis.scaling.apply(A)
    scales = exponents[:, None] - basis.exponents
    with ctx.workprec(256 + 2 * int(np.abs(scales).max(initial=0))):
        try:
            L = solve_in_balls(basis.square, scaled[:, basis.columns])
        except ZeroDivisionError as error:
            raise CertificateError("det A[B, J] != 0 does not hold, or not clearly") from error
        powers = {int(k): arb(2) ** int(k) for k in np.unique(scales)}
        n, r = scales.shape
        L = arb_mat(n, r, [L[i][j] * powers[int(scales[i, j])] for i in range(n) for j in range(r)])
        for place in places:
            _prove_lower(result, place, L)
        for place, tries in _duals(result, places, A):
            _prove_upper(result, place, L, tries, basis.pivot_rows)


def _check_fields(result, n, basis):
    """What needs no proof: types, shapes, and what follows from other fields."""
    k = _field(result, "rows", "iu", (None,)).size
    lower, upper = (_field(result, name, "f", (k,)) for name in ("lower", "upper"))
    converged = _field(result, "converged", "b", (k,))
    columns = _field(result, "columns", "iu", (None,))
    witnesses = [_field(result, "values", "f", (k, basis.rank))]
    if result.dual is not None:
        witnesses.append(_field(result, "dual", "f", (k, n)))
    for holds, claim in [
        (np.all((result.rows >= 0) & (result.rows < n)), f"0 <= rows < {n}"),
        (lower.dtype == upper.dtype == np.float64, "lower and upper are doubles"),
        (np.all((lower >= 0) & (upper < np.inf)), "0 <= lower and upper < infinity"),
        (np.array_equal(converged, narrow(lower, upper, result.tol)), "converged = (gaps are at most tol)"),
        (np.all(_field(result, "iterations", "iu", (k,)) >= 0), "iterations >= 0"),
        (all(np.isfinite(numbers).all() for numbers in witnesses), "values and dual are finite"),
        (np.array_equal(columns, np.sort(basis.columns)), f"columns = {np.sort(basis.columns)}"),
    ]:
        if not holds:
            raise CertificateError(f"{claim} does not hold")


def _field(result, name, kinds, shape):
    value = getattr(result, name)
    good = isinstance(value, np.ndarray) and value.dtype.kind in kinds and value.ndim == len(shape)
    if not good or any(want not in (None, size) for want, size in zip(shape, value.shape, strict=True)):
        raise CertificateError(f"{name} is no array of the right type and shape: {value!r}")
    return value


def _places(result, rows, n):
    if rows is None:
        return np.arange(len(result.rows))
    asked = check_rows(rows, n)
    if len(absent := np.setdiff1d(asked, result.rows)):
        raise ValueError(f"row {absent[0]} has no bracket here; rows with one: {_some(result.rows)}.")
    return np.flatnonzero(np.isin(result.rows, asked))


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


def _prove_upper(result, place, L, tries, pivot_rows):
    upper, i = float(result.upper[place]), int(result.rows[place])
    if upper >= 1:
        return  # no sensitivity is larger
    value = arb("nan")
    for y in tries:
        numbers = [arb(float(entry)) for entry in y]
        image = (arb_mat(1, len(numbers), numbers) * L).entries()
        for j, row in enumerate(pivot_rows):
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
    if not all(size.is_finite() for size in sizes):
        return arb("nan")  # which max would pass over
    if p == 1:
        return max(sizes)
    exponent = arb(p)
    q = exponent / (exponent - 1)
    return _power(sum((_power(size, q) for size in sizes), arb(0)).upper(), exponent - 1)


def _power(base, exponent):
    return arb(0) if base == 0 else base**exponent


def _duals(result, places, A):
    """Each place with vectors y to try: the kept one, or else solutions computed anew, ever more exactly."""
    if result.dual is not None:
        yield from ((place, [result.dual[place]]) for place in places)
        return
    solver = Solver(A, result.p, result.tol)

    def solutions(place):
        for tol in (result.tol, 1e-2 * result.tol, 1e-12):
            solved, scale = solver.rows(result.rows[[place]], min(tol, result.tol), keep_dual=True)
            yield np.ldexp(solved.duals[0], scale[0])

    yield from ((place, solutions(place)) for place in places)
