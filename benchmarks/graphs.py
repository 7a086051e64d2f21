"""Graphs, meshes and bridges: exact or proved, beside what computes in doubles.

    python benchmarks/graphs.py [--rounds 3] [--quick] [--json FILE] [--homlib FOLDER]

Counts of homomorphisms are exact; their peers are traces of powers in NumPy's integers, and homlib (T.
Maehara) where --homlib or the variable HOMLIB names the folder of its Python module, which is built by hand.
Colours of vertices are beside the hashes of networkx. Schroedinger bridges come with a proved bracket; their
peers are Sinkhorn's iteration in POT and in NumPy, with logarithms and without, stopped once the marginals
are right to 1e-9. Laplace spectra are beside SciPy's eigsh without a shift, counts of eigenvalues beside all
eigenvalues in doubles. Times are processor seconds of one thread, so that other work counts little.
"""

import os
import sys
from contextlib import suppress
from functools import partial

import numpy as np
from scipy.sparse import coo_array, diags_array
from scipy.sparse.linalg import eigsh
from scipy.special import logsumexp
from table import Table, arguments, interleave, seconds

from mathlib.graphs import (
    cycle,
    eigenvalue_counts,
    enumerate_graphs,
    fitting_rate,
    hodge_stars,
    hom_matrix,
    icosphere,
    laplacian_spectrum,
    rescal,
    schroedinger_bridge,
    weisfeiler_leman,
)

ot = None
with suppress(ImportError):
    import ot  # POT

_OFF = 1e-9  # of the marginals, in sum


def grid_walk(side):
    """A lazy walk on a square grid, and laws of its ends that are far from each other."""
    i, j = np.divmod(np.arange(side * side), side)
    near = np.abs(i[:, None] - i) + np.abs(j[:, None] - j) == 1
    k = np.arange(side * side)
    p, q = k + 1.0, (3 * k * k + 1) % 7 + 1.0
    P = 0.6 * np.eye(len(k)) + 0.4 * near / near.sum(axis=1, keepdims=True)
    return P / P.sum(axis=1, keepdims=True), p / p.sum(), q / q.sum()


def cycle_walk(size):
    """A lazy walk on a cycle from the uniform law to a wave: mass moves far for its few steps."""
    one = np.eye(size)
    q = 1 + 0.02 * np.cos(2 * np.pi * np.arange(size) / size)
    P = 0.6 * one + 0.2 * (np.roll(one, 1, axis=1) + np.roll(one, -1, axis=1))
    return P, np.full(size, 1 / size), q / q.sum()


def scaling(R, p, q):
    """Sinkhorn's iteration."""
    u = np.ones(len(p))
    while True:
        v = q / (R.T @ u)
        rows = R @ v
        if np.abs(u * rows - p).sum() < _OFF:
            return u, v
        u = p / rows


def logarithms(log_R, p, q):
    """Sinkhorn's iteration for log u and log v."""
    a = np.zeros(len(p))
    while True:
        b = np.log(q) - logsumexp(log_R + a[:, None], axis=0)
        rows = logsumexp(log_R + b, axis=1)
        if np.abs(np.exp(a + rows) - p).sum() < _OFF:
            return a, b
        a = np.log(p) - rows


def bridges(table, quick):
    """Where Sinkhorn's iteration converges at once, and where it takes thousands of sweeps."""
    side, size = (12, 150) if quick else (20, 400)
    for case, (P, p, q), steps, log in (
        (f"bridge, {side} x {side} grid, 16 steps", grid_walk(side), 16, True),
        (f"bridge, {size}-cycle, 8 steps", cycle_walk(size), 8, False),
    ):
        with np.errstate(divide="ignore"):
            R = p[:, None] * np.linalg.matrix_power(P, steps)
            log_R = np.log(R)
        calls = {"ours": partial(schroedinger_bridge, P, steps, p, q), "NumPy": partial(scaling, R, p, q)}
        if log:
            calls["NumPy, with logarithms"] = partial(logarithms, log_R, p, q)
        if ot is not None:
            cost = np.where(np.isfinite(log_R), -log_R, 1e3)
            options = {"numItermax": 10**6, "stopThr": _OFF}
            calls["POT, sinkhorn"] = partial(ot.sinkhorn, p, q, cost, 1.0, **options)
        times = interleave(calls, table.record["rounds"])
        ours = ("schroedinger_bridge, proved", times.pop("ours"))
        for name, taken in times.items():
            table.compare(case, ours=ours, peer=(name, taken), remark="the peer gets P^N for nothing")


def counts(table, quick, folder):
    """Homomorphisms from a cycle of 7, and colours of vertices, for each graph of a list."""
    listed = enumerate_graphs(7 if quick else 8)
    label = f"{len(listed)} graphs on {listed[0].n} vertices"
    adjacency = np.asarray(listed.adjacency, dtype=np.int64)
    calls = {
        "ours": partial(hom_matrix, [cycle(7)], listed),
        "peer": lambda: np.trace(np.linalg.matrix_power(adjacency, 7), axis1=1, axis2=2),
    }
    times = interleave(calls, table.record["rounds"])
    ours = "hom_matrix, integers of any size", times["ours"]
    table.compare(f"C7, {label}", ours=ours, peer=("NumPy, traces in int64", times["peer"]))
    if folder:
        sys.path.insert(0, folder)
        import homlib

        times = interleave({"ours": calls["ours"], "peer": partial(by_homlib, homlib, listed)}, 1)
        ours, peer = ("hom_matrix", times["ours"]), ("homlib, int64", times["peer"])
        table.compare(f"C7, {label}", ours=ours, peer=peer, quote=True)
    with suppress(ImportError):
        import networkx as nx

        graphs = [nx.Graph(G.edges) for G in listed]
        some = graphs[:2000]  # without isolated vertices, which change its colours little
        calls = {
            "ours": partial(weisfeiler_leman, listed[:2000], 1),
            "peer": lambda: [nx.weisfeiler_lehman_graph_hash(G, iterations=8) for G in some],
        }
        times = interleave(calls, 1)
        peer = "networkx, hashes of 8 rounds", times["peer"]
        table.compare(f"colours of {len(some)} graphs", ours=("weisfeiler_leman", times["ours"]), peer=peer)


def by_homlib(homlib, graphs):
    def built(G):
        graph = homlib.Graph(G.n)
        for u, v in G.edges:
            graph.addEdge(u, v)
        return graph

    pattern = built(cycle(7))
    return [homlib.homint(pattern, built(G)) for G in graphs]


def meshes(table, quick):
    """Eigenvalues of spheres, in doubles and counted with proof."""
    mesh = icosphere(3 if quick else 5)
    stars, n = hodge_stars(mesh), len(mesh.vertices)
    rows = np.repeat(np.arange(len(mesh.edges)), 2)
    d = coo_array((np.tile([-1.0, 1.0], len(mesh.edges)), (rows, mesh.edges.ravel()))).tocsr()
    L, M = (d.T @ diags_array(stars.star1) @ d).tocsc(), diags_array(stars.star0).tocsc()
    calls = {
        "ours": partial(laplacian_spectrum, mesh, 16),
        "peer": partial(eigsh, L, 16, M, which="SA", v0=np.arange(n) + 1.0, maxiter=10**5),
    }
    times = interleave(calls, table.record["rounds"])
    ours, peer = ("laplacian_spectrum", times["ours"]), ("SciPy, eigsh without a shift", times["peer"])
    table.compare(f"16 eigenvalues, {n} vertices", ours=ours, peer=peer, remark="ours builds the matrices")
    mesh = icosphere(2 if quick else 3)
    sigmas = [1, 4, 9, 15]
    calls = {"ours": partial(eigenvalue_counts, mesh, sigmas), "peer": partial(all_eigenvalues, mesh)}
    times = interleave(calls, table.record["rounds"])
    table.compare(
        f"4 counts of eigenvalues, {len(mesh.vertices)} vertices",
        ours=("eigenvalue_counts, proved", times["ours"]),
        peer=("SciPy, all eigenvalues in doubles", times["peer"]),
        remark="a certificate against plain doubles",
    )


def all_eigenvalues(mesh):
    return laplacian_spectrum(mesh, len(mesh.vertices)).values


def without_peers(table, quick):
    """Rates of fitting and bilinear models: nobody else brackets them."""
    P, p, q = cycle_walk(40 if quick else 80)
    bridge = schroedinger_bridge(P, 20, p, q)
    table.time(f"fitting_rate, {len(p)} states, 20 steps", [seconds(fitting_rate, bridge)[0]])
    X = np.random.default_rng(0).normal(size=(20, 40, 40))
    table.time("rescal, 20 relations of 40 entities, rank 8", [seconds(rescal, X, 8, rng=0)[0]])


def main():
    parser = arguments(__doc__, rounds=3)
    parser.add_argument("--homlib", metavar="FOLDER", default=os.environ.get("HOMLIB"))
    options = parser.parse_args()
    with Table("graphs", __doc__, options) as table:
        counts(table, options.quick, options.homlib)
        bridges(table, options.quick)
        meshes(table, options.quick)
        without_peers(table, options.quick)


if __name__ == "__main__":
    main()
