"""Potentials of a bridge, by Newton's method on the concave dual with one side eliminated."""

import numpy as np
from scipy.linalg import solve
from scipy.special import logsumexp

__all__ = ["potentials"]

_SWEEPS = 20
_STEPS = 200
_ACCURATE = 1e-15


def potentials(log_R: np.ndarray, p: np.ndarray, q: np.ndarray, components: np.ndarray) -> tuple:
    """log u and log v so that u_i R_ij v_j has the marginals p, q; log_R is -inf outside the support.

    f(a) = sum p a + sum q b(a) with b = log q - log sum_i exp(a_i) R_ij is concave; its gradient is p minus
    the sums of the rows, and its second derivative -(diag(r) - pi diag(1/q) pi'), singular along the
    components of the support only. `components` numbers that of each row.
    """
    log_p, log_q = np.log(p), np.log(q)
    a = np.zeros(len(p))
    for _ in range(_SWEEPS):
        b = log_q - logsumexp(log_R + a[:, None], axis=0)
        a = log_p - logsumexp(log_R + b[None, :], axis=1)
    value, b, pi = _dual(log_R, a, p, q, log_q)
    best, kept, stuck = np.inf, (a, b), 0
    for _ in range(_STEPS):
        rows = pi.sum(axis=1)
        error = np.abs(rows / p - 1).max()
        if error < best:
            best, kept, stuck = error, (a, b), 0
        else:
            stuck += 1
        if error < _ACCURATE or stuck == 5:
            break
        step = _newton(pi, rows, p, q, components)
        size, slope = 1.0, float((p - rows) @ step)
        while size > 1e-10:
            new = a + size * step
            new_value, new_b, new_pi = _dual(log_R, new, p, q, log_q)
            if new_value >= value + 1e-4 * size * slope - 1e-13 * (1 + abs(value)):
                break
            size /= 2
        a, b, value, pi = new, new_b, new_value, new_pi
    a, b = kept
    for c in np.unique(components):  # u and v of similar size: adding to a and taking from b changes nothing
        on = np.isfinite(log_R[components == c]).any(axis=0)
        shift = (a[components == c].mean() - b[on].mean()) / 2
        a = np.where(components == c, a - shift, a)
        b = np.where(on, b + shift, b)
    return a, b


def _dual(log_R, a, p, q, log_q):
    table = log_R + a[:, None]
    b = log_q - logsumexp(table, axis=0)
    return float(p @ a + q @ b), b, np.exp(table + b)


def _newton(pi, rows, p, q, components):
    root = np.sqrt(rows)
    C = pi / root[:, None] / np.sqrt(q)
    system = np.eye(len(p)) - C @ C.T
    for c in np.unique(components):
        e = np.where(components == c, root, 0.0)
        system += np.outer(e, e) / (e @ e)
    try:
        found = solve(system + 1e-15 * np.eye(len(p)), (p - rows) / root, assume_a="pos")
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, (p - rows) / root, rcond=None)[0]
    return found / root
