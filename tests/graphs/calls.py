"""A good call of each public function, class and method of graphs with arguments."""

from dataclasses import fields
from functools import partial

import numpy as np

from mathlib.graphs import (
    And,
    Entity,
    Graph,
    GraphList,
    HomomorphismEmbedding,
    Or,
    Project,
    Sheaf,
    SimplicialComplex,
    TriangleMesh,
    answer,
    complete,
    compression_optimum,
    count_eigenvalues_below,
    cycle,
    deck_classes,
    disjoint_union,
    distinguish,
    eigenvalue_counts,
    eliminate,
    enumerate_graphs,
    fitting_rate,
    hodge_decomposition,
    hodge_stars,
    hom_count,
    hom_matrix,
    icosphere,
    iterative_markovian_fitting,
    klein_bottle,
    laplacian_spectrum,
    lovasz_matrix,
    mine_rules,
    path,
    plots,
    rescal,
    schroedinger_bridge,
    separation_probability,
    separation_table,
    sphere_hull,
    torus,
    tree_decomposition,
    weisfeiler_leman,
)
from tests.grammar import Call

G, H = cycle(4), path(4)
OCTAHEDRON = np.concatenate([np.eye(3), -np.eye(3)])
MESH = icosphere(0)
ENDS = {"p": np.array([0.5, 0.5]), "q": np.array([0.25, 0.75])}
CHAIN = {"P": np.array([[0.75, 0.25], [0.5, 0.5]]), "steps": 2} | ENDS
START = np.array([[0.125, 0.375], [0.125, 0.375]])
BRIDGE = schroedinger_bridge(**CHAIN)
PATH = Sheaf([1, 1], [(0, 1, [[1]], [[1]])])
TURNS = np.array([np.roll(np.eye(3), k, axis=1) for k in range(3)])
LIKES = {"likes": np.array([[0.0, 0.5], [1.0, 0.25]])}
QUERY = Project(Entity(0), "likes")
EMBEDDING = HomomorphismEmbedding(3, 2, random_state=0).fit()
SPECTRUM = laplacian_spectrum(MESH, 4)
ANSWER = answer(QUERY, LIKES)


def asked(**query):
    """The parts of a query are checked when it is answered."""
    return answer(Project(**query), LIKES)


def entity(i):
    return answer(Entity(i), LIKES)


def both(kind, subs):
    return answer(kind(subs, QUERY), LIKES)


def embedded(**parameters):
    return HomomorphismEmbedding(**parameters).fit()


def made(certificate):
    """A class of certificates with the fields of one."""
    cls = type(certificate)
    return cls, {f.name: getattr(certificate, f.name) for f in fields(cls) if f.init}


def curves(**given):
    return plots.plot_curves(**given, xlabel="x", ylabel="y", title="t")


ANYTHING = ["a number", "a text", 3.5]  # not looked at
TRIANGLES = disjoint_union(cycle(3), cycle(3))

CALLS = [
    Call(*made(distinguish(cycle(6), TRIANGLES, "all"))),
    Call(*made(distinguish(cycle(6), TRIANGLES))),
    Call(*made(eigenvalue_counts(MESH, [1.0]))),
    Call(*made(PATH.harmonic_extension({0: [1]})), allows={"boundary": ["no entries"], "energy": [3.5]}),
    Call(*made(PATH.cohomology())),
    Call(*made(SimplicialComplex([(0, 1)]).homology())),
    Call(*made(rescal(TURNS, 2, rng=0)), allows={"mu": [3.5]}),
    Call(*made(BRIDGE)),
    Call(*made(ANSWER)),
    Call(GraphList, {"n": 3, "codes": np.array([0, 1, 3, 7])}),
    Call(HomomorphismEmbedding(3, 2).fit, {"X": [G], "y": None}, "HomomorphismEmbedding.fit",
         {"X": ANYTHING, "y": ANYTHING}),
    Call(Graph, {"n": 3, "edges": [(0, 1)]}, allows={"edges": ["no entries"]}),
    Call(path, {"n": 3}), Call(cycle, {"n": 3}), Call(complete, {"n": 3}),
    Call(disjoint_union, {"G": G, "H": H}),
    Call(tree_decomposition, {"F": G}),
    Call(eliminate, {"factors": [("xy", np.eye(2))], "sizes": {"x": 2, "y": 2}, "keep": "x",
                     "semiring": "sum_product"}),
    Call(enumerate_graphs, {"n": 4}),
    Call(hom_count, {"F": G, "G": H}),
    Call(hom_matrix, {"patterns": [G], "graphs": [H]}),
    Call(lovasz_matrix, {"m": 3, "connected": False}),
    Call(separation_probability, {"G": G, "H": H, "m": 3}),
    Call(deck_classes, {"graphs": [G, H], "m": 2}),
    Call(weisfeiler_leman, {"graphs": [G, H], "k": 1}),
    Call(separation_table, {"n": 4}),
    Call(distinguish, {"G": G, "H": H, "patterns": "trees"}),
    Call(embedded, {"m": 3, "count": 2, "random_state": 0}, "HomomorphismEmbedding"),
    Call(EMBEDDING.counts, {"X": [G]}, "HomomorphismEmbedding.counts"),
    Call(EMBEDDING.transform, {"X": [G]}, "HomomorphismEmbedding.transform"),
    Call(SimplicialComplex, {"facets": [(0, 1), (1, 2)]}),
    Call(SimplicialComplex([(0, 1)]).boundary, {"k": 1}, "SimplicialComplex.boundary"),
    Call(torus, {"m": 3, "n": 3}), Call(klein_bottle, {"m": 3, "n": 3}),
    Call(Sheaf, {"stalks": [1, 1], "edges": [(0, 1, [[1]], [[1]])]}, allows={"edges": ["no entries"]}),
    Call(PATH.harmonic_extension, {"boundary": {0: [1]}}, "Sheaf.harmonic_extension"),
    Call(asked, {"sub": Entity(0), "relation": "likes", "negated": False}, "Project"),
    Call(entity, {"i": 0}, "Entity"),
    Call(partial(both, And), {"subs": QUERY}, "And"), Call(partial(both, Or), {"subs": QUERY}, "Or"),
    Call(answer, {"query": QUERY, "relations": LIKES, "tnorm": "product"}),
    Call(ANSWER.assignment, {"v": 0}, "QueryAnswer.assignment"),
    Call(rescal, {"X": TURNS, "rank": 2, "rng": 0, "starts": 2, "time_limit": 9.0, "progress": False}),
    Call(mine_rules, {"fit": rescal(TURNS, 2, rng=0), "gram": True}),
    Call(compression_optimum, {"dims": [1, 4], "rank": 3}),
    Call(TriangleMesh, {"vertices": np.asarray(MESH.vertices), "triangles": np.asarray(MESH.triangles)}),
    Call(icosphere, {"level": 1}),
    Call(sphere_hull, {"points": OCTAHEDRON}),
    Call(hodge_stars, {"mesh": MESH, "vertex": "voronoi", "edge": "cotan"}),
    Call(laplacian_spectrum, {"mesh": MESH, "k": 2, "vertex": "voronoi", "edge": "cotan"}),
    Call(hodge_decomposition, {"mesh": MESH, "one_form": np.linspace(0, 1, 30)}),
    Call(eigenvalue_counts, {"mesh": MESH, "sigmas": np.array([1.0]), "vertex": "voronoi"}),
    Call(count_eigenvalues_below, {"mesh": MESH, "sigma": 1.0, "vertex": "voronoi"}),
    Call(schroedinger_bridge, CHAIN),
    Call(iterative_markovian_fitting, CHAIN | {"iterations": 2, "start": START, "time_limit": 9.0,
                                          "progress": False}),
    Call(fitting_rate, {"bridge": BRIDGE, "time_limit": 9.0, "progress": False}),
    Call(plots.plot_separation, {"table": separation_table(3)}, "plots.plot_separation"),
    Call(plots.plot_graph, {"G": G}, "plots.plot_graph"),
    Call(plots.plot_twisted_cycle, {"vectors": np.ones((3, 2)), "twist": 1.0}, "plots.plot_twisted_cycle"),
    Call(plots.plot_mode, {"mesh": MESH, "values": SPECTRUM.vectors[:, 1]}, "plots.plot_mode"),
    Call(plots.plot_spectrum, {"spectra": [SPECTRUM], "labels": ["level 0"]}, "plots.plot_spectrum"),
    Call(plots.plot_moving_mass, {"bridge": BRIDGE}, "plots.plot_moving_mass"),
    Call(curves, {"x": np.array([1.0, 2.0]), "curves": {"a": [1.0, 2.0]}, "scale": "log"},
         "plots.plot_curves"),
    Call(plots.plot_draws, {"hits": np.array([1, 0]), "probability": 0.5}, "plots.plot_draws",
         {"hits": ["halves"]}),
    Call(plots.plot_entries, {"entries": np.eye(2)}, "plots.plot_entries"),
    Call(plots.plot_query, {"answer": ANSWER, "v": 1}, "plots.plot_query"),
    Call(plots.plot_products, {"products": np.eye(2, dtype=int), "expected": np.eye(2, dtype=int)},
         "plots.plot_products"),
    Call(plots.plot_costs, {"weight": np.eye(2), "errors": np.ones((1, 2)), "labels": ["a"]},
         "plots.plot_costs"),
    Call(plots.plot_fitting, {"kl": np.array([1.0, 0.5]), "eigenvalue": 0.5}, "plots.plot_fitting"),
]  # fmt: skip
