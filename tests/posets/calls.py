"""A good call of each public function, class and method of posets with arguments."""

import numpy as np

from mathlib.posets import (
    DimensionWitness,
    Embedding,
    LowerWitness,
    Poset,
    Refutation,
    antichain,
    boolean_lattice,
    census,
    chain,
    complete_bipartite,
    compress,
    compression_steps,
    contains_copy,
    crown,
    enumerate_posets,
    fence,
    find_embedding,
    grid,
    hypercube_height,
    hypercube_width,
    improve,
    order_dimension,
    random_poset,
    rooted_tree,
    saturated_family,
    saturation_number,
    sauer_shelah_bound,
    shatters,
    standard_example,
    two_dimension,
)
from tests.grammar import Call

V = Poset("abc", covers=["ab", "ac"])
PAIR = antichain(2)
SETS = Embedding(PAIR, [{1}, {2}])
TABLE = census(3)
FEW = {"poset": PAIR, "time_limit": 10.0}


#: Any iterable gives labels, and another number of labels makes the other argument wrong.
OTHER = {"n_or_labels": ["another text", "a number", "a text"]}


class Graph:
    nodes, edges = "ab", [("a", "b")]


def product(sizes):
    return grid(*sizes)


def steps(embedding):
    return list(compression_steps(embedding))


CALLS = [
    Call(Poset, {"n_or_labels": 3}, allows={"n_or_labels": ["a text"]}),
    Call(Poset, {"n_or_labels": "ab", "covers": ["ab"]}, allows=OTHER),
    Call(Poset, {"n_or_labels": "ab", "relations": ["ab"]}, allows=OTHER),
    Call(Poset, {"n_or_labels": 2, "leq": np.eye(2)}, allows=OTHER | {"leq": ["truth values"]}),
    Call(Poset.from_networkx, {"graph": Graph()}, name="Poset.from_networkx"),
    Call(V.index, {"label": "a"}, name="Poset.index"),
    Call(V.less_equal, {"x": "a", "y": "b"}, name="Poset.less_equal"),
    Call(V.subposet, {"labels": ["a", "c"]}, name="Poset.subposet"),
    Call(V.relabel, {"labels": ["x", "y", "z"]}, name="Poset.relabel"),
    Call(V.ordinal_sum, {"other": PAIR}, name="Poset.ordinal_sum"),
    Call(V.disjoint_union, {"other": PAIR}, name="Poset.disjoint_union"),
    Call(chain, {"k": 3}),
    Call(antichain, {"k": 3}),
    Call(boolean_lattice, {"k": 3}),
    Call(crown, {"k": 3}),
    Call(standard_example, {"k": 3}),
    Call(fence, {"n": 3}),
    Call(complete_bipartite, {"a": 2, "b": 3}),
    Call(product, {"sizes": [2, 3]}, name="grid", allows={"sizes": [None]}),
    Call(rooted_tree, {"parents": [0, 0, 1]}, allows={"parents": ["no entries"]}),
    Call(random_poset, {"n": 4, "dim": 2, "rng": 0}),
    Call(random_poset, {"n": 4, "p": 0.5, "rng": 0}),
    Call(Embedding, {"poset": PAIR, "sets": [{1}, {2}]}),
    Call(Embedding.from_upsets, {"poset": PAIR, "upsets": [{0}, {1}]}, name="Embedding.from_upsets"),
    Call(
        LowerWitness(2, ((0, 1), (1, 0))).check,
        {"poset": PAIR, "parameter": "dim2"},
        name="LowerWitness.check",
    ),
    Call(Refutation((0, 1), 1).check, {"poset": PAIR}, name="Refutation.check"),
    Call(DimensionWitness(2, ((0, 1),)).check, {"poset": PAIR}, name="DimensionWitness.check"),
    Call(hypercube_height, FEW),
    Call(hypercube_width, FEW),
    Call(two_dimension, FEW),
    Call(order_dimension, FEW),
    Call(find_embedding, {**FEW, "height": 1, "ground": 2}),
    Call(compress, {"embedding": SETS}),
    Call(steps, {"embedding": SETS}, name="compression_steps"),
    Call(improve, {"embedding": SETS, "rounds": 1, "time_limit": 10.0, "rng": 0}),
    Call(enumerate_posets, {"n": 3}),
    Call(census, {"n": 3, "jobs": 1, "progress": False, "time_limit": 10.0}),
    Call(TABLE.histogram, {"column": "height"}, name="Census.histogram"),
    Call(TABLE.select, {"mask": TABLE.width == 2}, name="Census.select"),
    Call(contains_copy, {"poset": PAIR, "family": [1, 2], "using": 1}, allows={"family": ["no entries"]}),
    Call(saturated_family, {"poset": PAIR, "n": 2, "height": 1, "rng": 0}),
    Call(saturation_number, {"poset": PAIR, "n": 2, "time_limit": 10.0}),
    Call(shatters, {"family": [0, 1], "members": 1}, allows={"family": ["no entries"]}),
    Call(sauer_shelah_bound, {"n": 5, "w": 2}),
]
