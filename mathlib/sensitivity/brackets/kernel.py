"""The compiled loops of the solvers: powers of residuals, and many small linear systems.

Everything that is compiled stands in this one file: numba's cache notices changes in a function's own file
only. Sums may be taken in any order ("reassoc"), which the error bounds of `problem`
allow for. A compiled function is called with so little work that Ctrl-C is noticed (`pieces`).
"""

import numpy as np

from mathlib.compiled import njit
from mathlib.sensitivity.pieces import in_pieces

__all__ = [
    "newton_weights",
    "power_sums",
    "smoothed_steps",
    "smoothed_weights",
    "solve_packed",
]

_SUMS = {"reassoc", "contract", "nsz"}
_POWER = 32  # what a power costs, in multiplications


@njit(fastmath=_SUMS, error_model="numpy")
def _powers(x, e, out, spare):
    """out = x^e for x >= 0; e in steps of 1/4 by products and square roots, many times faster than pow."""
    n, quarters = len(x), int(4.0 * e)
    if quarters != 4.0 * e or quarters < 0:
        for i in range(n):
            out[i] = x[i] ** e
        return
    part, whole = quarters % 4, quarters // 4
    for i in range(n):
        out[i] = 1.0
    if part:
        for i in range(n):
            root = np.sqrt(x[i])
            half = np.sqrt(root)
            out[i] = half if part == 1 else (root if part == 2 else root * half)
    if whole <= 3:
        for _ in range(whole):
            for i in range(n):
                out[i] *= x[i]
        return
    for i in range(n):
        spare[i] = x[i]
    while whole:
        if whole & 1:
            for i in range(n):
                out[i] *= spare[i]
        whole >>= 1
        for i in range(n):
            spare[i] *= spare[i]


@njit(fastmath=_SUMS, error_model="numpy")
def _largest(x):
    top = 0.0
    for i in range(len(x)):
        top = max(top, abs(x[i]))
    return top


def power_sums(R, e):
    """For each row of R: m = max |R| and sum (|R| / m)^e."""
    if e == 1:  # nothing has to be compiled
        sizes = np.abs(R)
        top = sizes.max(axis=1)
        return top, (sizes / np.where(top > 0, top, 1)[:, None]).sum(axis=1)
    return in_pieces(_power_sums, _POWER * R.shape[1], (R,), e)


@njit(fastmath=_SUMS, error_model="numpy")
def _power_sums(R, e):
    top, total = np.empty(len(R)), np.empty(len(R))
    a, powers, spare = np.empty(R.shape[1]), np.empty(R.shape[1]), np.empty(R.shape[1])
    for b in range(len(R)):
        top[b] = _largest(R[b])
        inverse = 1.0 / top[b] if top[b] > 0.0 else 0.0
        for i in range(R.shape[1]):
            a[i] = abs(R[b, i]) * inverse
        _powers(a, e, powers, spare)
        part = 0.0
        for i in range(R.shape[1]):
            part += powers[i]
        total[b] = part
    return top, total


def newton_weights(R, W, p, floor):
    """For each row of R, with m = max |R|, a = |R| / m: W = a^(p - 2) + floor; return m and sum a^p."""
    return in_pieces(_newton_weights, _POWER * R.shape[1], (R, W), p, floor)


@njit(fastmath=_SUMS, error_model="numpy")
def _newton_weights(R, W, p, floor):
    top, total = np.empty(len(R)), np.empty(len(R))
    a, spare = np.empty(R.shape[1]), np.empty(R.shape[1])
    for b in range(len(R)):
        top[b] = _largest(R[b])
        inverse = 1.0 / top[b] if top[b] > 0.0 else 0.0
        for i in range(R.shape[1]):
            a[i] = abs(R[b, i]) * inverse
        _powers(a, p - 2.0, W[b], spare)
        part = 0.0
        for i in range(R.shape[1]):
            part += W[b, i] * a[i] * a[i]
            W[b, i] += floor
        total[b] = part
    return top, total


def smoothed_weights(R, Y, fresh, mu, W, G, p):
    """One linearisation of y phi(r) = r, with phi = (r^2 + mu^2)^((2 - p)/2).

    W = (1 - y phi'(r)) / phi and G = r / phi. Where `fresh`, y is taken as r / phi. Returns, for each row,
    the sums of (r^2 + mu^2)^(p/2) and of r^2 / phi.
    """
    return in_pieces(_smoothed_weights, _POWER * R.shape[1], (R, Y, fresh, mu, W, G), p)


@njit(fastmath=_SUMS, error_model="numpy")
def _smoothed_weights(R, Y, fresh, mu, W, G, p):
    smooth, plain = np.empty(len(R)), np.empty(len(R))
    n = R.shape[1]
    s, phi, spare = np.empty(n), np.empty(n), np.empty(n)
    for b in range(len(R)):
        square = mu[b] * mu[b]
        for i in range(n):
            s[i] = R[b, i] * R[b, i] + square
        _powers(s, (2.0 - p) / 2.0, phi, spare)
        total = part = 0.0
        for i in range(n):
            r = R[b, i]
            inverse = 1.0 / phi[i]
            total += s[i] * inverse
            part += r * r * inverse
            most = (2.0 - p) * r * r / s[i]
            bend = most if fresh[b] else min(most, max(0.0, Y[b, i] * r * (2.0 - p) * phi[i] / s[i]))
            W[b, i] = (1.0 - bend) * inverse
            G[b, i] = r * inverse
        smooth[b], plain[b] = total, part
    return smooth, plain


def smoothed_steps(R, D, mu, height, p, halvings):
    """For each row the first t = 1, 1/2, ... with sum ((r + t d)^2 + mu^2)^(p/2) at most `height`."""
    return in_pieces(_smoothed_steps, halvings * _POWER * R.shape[1], (R, D, mu, height), p, halvings)[0]


@njit(fastmath=_SUMS, error_model="numpy")
def _smoothed_steps(R, D, mu, height, p, halvings):
    steps = np.ones(len(R))
    n = R.shape[1]
    s, powers, spare = np.empty(n), np.empty(n), np.empty(n)
    for b in range(len(R)):
        for _ in range(halvings):
            for i in range(n):
                r = R[b, i] + steps[b] * D[b, i]
                s[i] = r * r + mu[b] * mu[b]
            _powers(s, p / 2.0, powers, spare)
            total = 0.0
            for i in range(n):
                total += powers[i]
            if total <= height[b] * (1.0 + 1e-12):
                break
            steps[b] *= 0.5
    return (steps,)


def solve_packed(H, C, rights):
    """Solve (H_b + rho_b c_b c_b^T) w = g for each row g of rights[b], by Cholesky.

    H_b are packed lower triangles; rho_b makes both terms of the same size. Pivots lost to rounding are
    replaced by small ones: the solution is then poor, which its certificate will show, but finite.
    """
    return in_pieces(_solve_packed, C.shape[1] ** 3, (H, C, rights))[0]


@njit(error_model="numpy")
def _solve_packed(H, C, rights):
    count, r = C.shape
    solutions, M = np.empty(rights.shape), np.empty((r, r))
    for b in range(count):
        trace = square = 0.0
        for i in range(r):
            trace += H[b, i * (i + 1) // 2 + i]
            square += C[b, i] * C[b, i]
        rho = trace / square
        for i in range(r):
            for j in range(i + 1):
                M[i, j] = H[b, i * (i + 1) // 2 + j] + rho * C[b, i] * C[b, j]
        for j in range(r):
            whole = M[j, j]
            pivot = whole
            for k in range(j):
                pivot -= M[j, k] * M[j, k]
            if not pivot > 1e-15 * whole:
                pivot = max(1e-15 * whole, 1e-290)
            root = np.sqrt(pivot)
            M[j, j] = root
            for i in range(j + 1, r):
                part = M[i, j]
                for k in range(j):
                    part -= M[i, k] * M[j, k]
                M[i, j] = part / root
        for s in range(rights.shape[1]):
            for i in range(r):
                part = rights[b, s, i]
                for k in range(i):
                    part -= M[i, k] * solutions[b, s, k]
                solutions[b, s, i] = part / M[i, i]
            for i in range(r - 1, -1, -1):
                part = solutions[b, s, i]
                for k in range(i + 1, r):
                    part -= M[k, i] * solutions[b, s, k]
                solutions[b, s, i] = part / M[i, i]
    return (solutions,)
