"""Projection processes beside DPPy, in one process: polynomials in two variables, and finite sets.

    python benchmarks/dpp.py [--quick] [--rounds 5]

Both draw from the same kernel, which is compared first. Every round times DPPy, single draws of ours and a
batch of ours, one right after the other, so that a drift of the machine meets all of them; ratios are taken
round by round. Times are processor time of one thread, for one draw. Bases and kernels are made before the
clock starts; DPPy has no batches.
"""

import argparse
import os
import platform
import time
import warnings

import numpy as np
from dppy.finite_dpps import FiniteDPP
from dppy.multivariate_jacobi_ope import MultivariateJacobiOPE
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from mathlib.dpp import DiscreteBasis, Legendre, TensorBasis, index_set, sample_dpp


def milliseconds(draw, repeats):
    """Processor time of one of `repeats` calls."""
    started = time.process_time()
    for _ in range(repeats):
        draw()
    return 1e3 * (time.process_time() - started) / repeats


def spread(values, form="{:.3g}"):
    """Median and range."""
    low, middle, high = (form.format(value) for value in np.quantile(values, [0, 0.5, 1]))
    return f"{middle} ({low} to {high})"


def compare(label, basis, theirs, repeats, batch, rounds):
    """Print the three times and the two ratios."""
    rng, times = np.random.default_rng(0), []
    sample_dpp(basis, rng=rng, size=2)  # compiles
    theirs()
    for _ in range(rounds):
        their_time = milliseconds(theirs, repeats)
        single = milliseconds(lambda: sample_dpp(basis, rng=rng), 10 * repeats)
        batched = milliseconds(lambda: sample_dpp(basis, rng=rng, size=batch), 1) / batch
        times.append((their_time, single, batched))
    their_time, single, batched = np.array(times).T
    print(f"{label:16} DPPy {spread(their_time)} ms; single {spread(single)}, batch {spread(batched)}")
    print(
        f"{'':16} ratios: single {spread(their_time / single, '{:.0f}')}, "
        f"batch {spread(their_time / batched, '{:.0f}')}",
        flush=True,
    )


def polynomials(m, repeats, rounds):
    """The first m products of Legendre polynomials in DPPy's order."""
    process = MultivariateJacobiOPE(m, np.zeros((2, 2)))
    basis = TensorBasis(Legendre(), process.ordering)
    X = np.random.default_rng(1).uniform(-1, 1, (5, 2))
    # DPPy's measure is dx, ours dx / 4.
    theirs, ours = 4 * process.K(X, eval_pointwise=False), basis(X) @ basis(X).T
    if not np.allclose(theirs, ours):
        raise SystemExit(f"the kernels differ: {theirs} and {ours}")
    state = np.random.RandomState(0)  # DPPy takes no Generator
    compare(
        f"Legendre, {m}",
        basis,
        lambda: process.sample(random_state=state),
        repeats,
        max(20, 20_000 // m),
        rounds,
    )


def finite(N, m, repeats, rounds):
    """Orthonormal columns of a random N x m matrix."""
    Phi = np.linalg.qr(np.random.default_rng(2).standard_normal((N, m)))[0]
    started = time.process_time()
    basis = DiscreteBasis(Phi)
    built = 1e3 * (time.process_time() - started)
    process = FiniteDPP("correlation", projection=True, K_eig_dec=(np.ones(m), Phi))
    state = np.random.RandomState(0)
    label = f"finite, {N}, {m}"
    compare(label, basis, lambda: process.sample_exact(random_state=state), repeats, 200, rounds)
    print(f"{'':16} (our basis, made once: {built:.1f} ms)")


def large(rounds):
    """One draw of about 1000 points, without a peer."""
    basis = TensorBasis(Legendre(), index_set("total", 2, 43))
    sample_dpp(basis, rng=0)
    seconds = [milliseconds(lambda r=r: sample_dpp(basis, rng=r), 1) / 1e3 for r in range(rounds)]
    print(f"Legendre, {basis.m}     ours {spread(seconds)} s, target 2 s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two rounds, without the largest cases")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rounds = 2 if options.quick else options.rounds
    warnings.filterwarnings("ignore")
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, NumPy {np.__version__}; {rounds} rounds; "
        "median (range)"
    )
    with threadpool_limits(1):
        for m, repeats in ((10, 50), (20, 30), (50, 10), (100, 3)):
            polynomials(m, repeats, rounds)
        for N, m, repeats in ((1000, 20, 20), (5000, 50, 3), (20_000, 100, 1))[: 2 if options.quick else 3]:
            finite(N, m, repeats, rounds)
        large(2 if options.quick else rounds)


if __name__ == "__main__":
    main()
