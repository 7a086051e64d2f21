"""Projection processes beside DPPy, in one process: polynomials in two variables, and finite sets.

    python benchmarks/dpp.py [--quick] [--rounds 5] [--json FILE]

Both draw from the same kernel, which is compared first. Every round times DPPy, single draws of ours and a
batch of ours, one right after the other, so that a drift of the machine meets all of them; ratios are taken
round by round. Times are processor time of one thread, for one draw. Bases and kernels are made before the
clock starts; DPPy has no batches.
"""

import time
import warnings

import numpy as np
from dppy.finite_dpps import FiniteDPP
from dppy.multivariate_jacobi_ope import MultivariateJacobiOPE
from table import Table, arguments

from mathlib.dpp import DiscreteBasis, Legendre, TensorBasis, index_set, sample_dpp


def taken(draw, repeats):
    """Processor seconds of one of `repeats` calls."""
    started = time.process_time()
    for _ in range(repeats):
        draw()
    return (time.process_time() - started) / repeats


def compare(table, label, basis, theirs, repeats, batch, quote=False):
    """DPPy, single draws and a batch, in turns."""
    rng, times = np.random.default_rng(0), []
    sample_dpp(basis, rng=rng, size=2)  # compiles
    theirs()
    for _ in range(table.record["rounds"]):
        their_time = taken(theirs, repeats)
        single = taken(lambda: sample_dpp(basis, rng=rng), 10 * repeats)
        batched = taken(lambda: sample_dpp(basis, rng=rng, size=batch), 1) / batch
        times.append((their_time, single, batched))
    their_time, single, batched = np.array(times).T
    peer = "DPPy", their_time
    table.compare(label, ours=("sample_dpp, single draws", single), peer=peer, quote=quote)
    table.compare(label, ours=("sample_dpp, batch", batched), peer=peer, quote=quote)


def polynomials(table, m, repeats):
    """The first m products of Legendre polynomials in DPPy's order."""
    process = MultivariateJacobiOPE(m, np.zeros((2, 2)))
    basis = TensorBasis(Legendre(), process.ordering)
    X = np.random.default_rng(1).uniform(-1, 1, (5, 2))
    # DPPy's measure is dx, ours dx / 4.
    theirs, ours = 4 * process.K(X, eval_pointwise=False), basis(X) @ basis(X).T
    if not np.allclose(theirs, ours):
        raise SystemExit(f"the kernels differ: {theirs} and {ours}")
    state = np.random.RandomState(0)  # DPPy takes no Generator
    batch = max(20, 20_000 // m)
    label = f"2-D Legendre, {m} points"
    compare(table, label, basis, lambda: process.sample(random_state=state), repeats, batch, m == 50)


def finite(table, N, m, repeats):
    """Orthonormal columns of a random N x m matrix."""
    Phi = np.linalg.qr(np.random.default_rng(2).standard_normal((N, m)))[0]
    basis = DiscreteBasis(Phi)
    process = FiniteDPP("correlation", projection=True, K_eig_dec=(np.ones(m), Phi))
    state = np.random.RandomState(0)
    label = f"finite set of {N}, {m} points"
    compare(table, label, basis, lambda: process.sample_exact(random_state=state), repeats, 200)
    table.time(f"our basis for {label}, made once", [taken(lambda: DiscreteBasis(Phi), 1)])


def large(table):
    """One draw of about 1000 points, without a peer."""
    basis = TensorBasis(Legendre(), index_set("total", 2, 43))
    sample_dpp(basis, rng=0)
    times = [taken(lambda r=r: sample_dpp(basis, rng=r), 1) for r in range(table.record["rounds"])]
    table.time(f"2-D Legendre, {basis.m} points", times, target=2)


def main():
    options = arguments(__doc__, rounds=5).parse_args()
    warnings.filterwarnings("ignore")
    with Table("dpp", __doc__, options) as table:
        for m, repeats in ((10, 50), (20, 30), (50, 10), (100, 3)):
            polynomials(table, m, repeats)
        for N, m, repeats in ((1000, 20, 20), (5000, 50, 3), (20_000, 100, 1))[: 2 if options.quick else 3]:
            finite(table, N, m, repeats)
        large(table)


if __name__ == "__main__":
    main()
