"""The list of all graphs on n vertices, checked: each once, and all.

Theorem. Graphs G_1, ..., G_N on n vertices, no two isomorphic, are all graphs on n vertices up to isomorphism
if and only if sum n!/|Aut G_k| = 2^(n(n-1)/2). Proof: n!/|Aut G| labelled graphs are isomorphic to G.
"""

import time
from itertools import permutations
from math import factorial

import numpy as np

from mathlib.certificates import Verified
from mathlib.compiled import njit
from mathlib.errors import CertificateError

__all__ = ["check_graph_list"]

_LARGEST = 8
_ROUNDS = 4


def check_graph_list(n: int, adjacency: np.ndarray) -> Verified:
    """Prove that matrices are the adjacency matrices of all graphs on n <= 8 vertices, each once.

    Raises CertificateError if they are not.
    """
    started = time.perf_counter()
    A = np.asarray(adjacency)
    if not 1 <= n <= _LARGEST or A.ndim != 3 or A.shape[1:] != (n, n):
        raise CertificateError(f"field adjacency: matrices of n <= {_LARGEST} rows expected.")
    simple = ((A == 0) | (A == 1)).all() and (A.transpose(0, 2, 1) == A).all()
    if not simple or A.diagonal(axis1=1, axis2=2).any():
        raise CertificateError("field adjacency: symmetric matrices of 0 and 1 with diagonal 0 expected.")
    if len(np.unique(_invariants(A.astype(np.uint64)))) < len(A):
        raise CertificateError("field adjacency: two graphs that no invariant tells apart.")
    orders = np.array(list(permutations(range(n))))
    mass = sum(factorial(n) // order for order in _automorphisms(A.astype(np.int8), orders).tolist())
    if mass != 2 ** (n * (n - 1) // 2):
        raise CertificateError(f"sum n!/|Aut| = 2^(n(n-1)/2) does not hold: the sum is {mass}.")
    checks = {"not isomorphic": "invariants differ", "all": f"sum n!/|Aut| = {mass} labelled graphs"}
    theorem = f"There are {len(A)} graphs on {n} vertices up to isomorphism: these."
    return Verified(theorem, len(A), checks, "exact", time.perf_counter() - started)


@njit
def _automorphisms(A, orders):
    """The number of permutations of the vertices that fix each matrix, by trying all of them."""
    count, n = A.shape[0], A.shape[1]
    out = np.zeros(count, np.int64)
    for g in range(count):
        for k in range(orders.shape[0]):
            fixed = True
            for j in range(n):
                for i in range(j):
                    if A[g, i, j] != A[g, orders[k, i], orders[k, j]]:
                        fixed = False
                        break
                if not fixed:
                    break
            out[g] += fixed
    return out


def _invariants(A):
    """Numbers that isomorphic graphs share: sums over pairs and triples of vertices, modulo 2^64.

    Colours of pairs are mixed with those of the triangles over them, a few times, then summed. A sum that
    happened to be equal for two graphs would only make the check fail.
    """
    n = A.shape[1]
    colours = A + np.uint64(2) * np.eye(n, dtype=np.uint64)
    for _ in range(_ROUNDS):
        over = np.zeros_like(colours)
        for w in range(n):
            over += _mixed(colours[:, :, w, None] * np.uint64(3) + colours[:, None, w, :])
        colours = _mixed(colours + _mixed(over))
    return _mixed(colours).sum(axis=(1, 2), dtype=np.uint64)


def _mixed(x):
    """A permutation of the integers modulo 2^64 without visible structure (Steele, Lea, Flood 2014)."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return x ^ x >> np.uint64(31)
