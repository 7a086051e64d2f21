"""verify() of every certificate: each field replaced by each plausible lie, and each lie refused."""

import copy
import math
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.posets import (
    DimensionWitness,
    Embedding,
    LowerWitness,
    ParameterResult,
    Poset,
    Realizer,
    Refutation,
    antichain,
    boolean_lattice,
    chain,
    complete_bipartite,
    fence,
    hypercube_height,
    hypercube_width,
    order_dimension,
    random_poset,
    saturation_number,
    standard_example,
    two_dimension,
)

A3, A4, A5, A6 = (antichain(k) for k in (3, 4, 5, 6))
S3 = standard_example(3)
FIVE = two_dimension(A5)


def result(parameter, poset, bounds, embedding, witness, height=None):
    lower, upper = bounds
    return ParameterResult(parameter, poset, lower, upper, embedding, witness, height)


def named(**forgeries):
    return [pytest.param(forgery, id=name) for name, forgery in forgeries.items()]


# False results made of true parts. The value of the parameter is written behind each.


@pytest.mark.parametrize(
    "forged",
    named(
        members_counted_often=result(  # 3
            "dim2",
            A3,
            (5, 5),
            Embedding(A3, [{0, 3, 4}, {1}, {2}]),
            LowerWitness(5, antichains=((0, 1, 2) * 4,)),
        ),
        height_without_element=result(  # 1
            "h*", A3, (2, 2), Embedding(A3, [{0, 1}, {0, 2}, {1, 2}]), LowerWitness(2, rows=((0, 1), (1, 0)))
        ),
        two_dimension_with_a_height=result(  # 4
            "dim2",
            *(A5, (5, 5), Embedding(A5, [{i} for i in range(5)])),
            LowerWitness(5, antichains=(tuple(range(5)),), height=1),
        ),
        representation_of_another_poset=result(  # 4
            "dim2",
            *(A4, (3, 3), Embedding(chain(4), [(), {0}, {0, 1}, {0, 1, 2}])),
            LowerWitness(3, antichains=((0, 1, 2, 3),)),
        ),
        width_without_a_height=result("w*", A5, (4, 4), FIVE.embedding, FIVE.lower_witness),  # 5
        realizer_of_another_poset=result(  # 3
            "dim",
            S3,
            (2, 2),
            Realizer(A6, (tuple(range(6)), tuple(range(6))[::-1])),
            DimensionWitness(2, ((0, 3),)),
        ),
        height_of_another_poset=replace(hypercube_width(A5), height=hypercube_height(A4)),
        height_of_a_chain=replace(hypercube_width(A5), height=hypercube_height(chain(2))),
        height_of_another_parameter=replace(hypercube_width(chain(3)), height=two_dimension(chain(3))),
        height_of_itself=replace(hypercube_width(chain(3)), height=hypercube_width(chain(3))),
        height_not_known=replace(
            hypercube_width(A5),
            height=result(
                "h*", A5, (1, 2), Embedding(A5, FIVE.embedding.sets), LowerWitness(1, ((0, 1),), (), 0)
            ),
        ),
        no_representation=replace(hypercube_height(A3), upper=0, lower=0, embedding=None),
        no_representation_of_a_width=replace(hypercube_width(A5), upper=5, embedding=None),
        crossed_bounds=result(  # 3
            "dim2", A3, (3, 2), Embedding(A3, [{0}, {1}, {0, 1}]), LowerWitness(3, antichains=((0, 1, 2),))
        ),
        element_for_two_dimension=result(
            "dim2",
            chain(2),
            (1, 1),
            Embedding(chain(2), [(), {0}]),
            LowerWitness(1, rows=((1, 0),), element=1),
        ),
        witness_of_another_height=replace(
            hypercube_width(A5), lower_witness=LowerWitness(5, antichains=(tuple(range(5)),), height=2)
        ),
        no_orders=result("dim", chain(1), (0, 0), Realizer(chain(1), ()), DimensionWitness(0, ())),  # 1
        orientation_that_exists=result(  # 2
            "dim",
            *(A3, (3, 3), Realizer(A3, ((0, 1, 2), (2, 1, 0), (0, 1, 2)))),
            DimensionWitness(3, ((0, 1),), forcing=((0, 1), (1, 0))),
        ),
        theorem_exceeded=result(  # 4: more than |P|
            *("dim2", A3, (5, 5), Embedding(A3, [{0, 3, 4}, {1}, {2}])),
            LowerWitness(5, refuted=(Refutation((0, 1, 2), 4),)),
        ),
        hiraguchi_exceeded=result(  # 2
            "dim",
            *(A3, (3, 3), Realizer(A3, ((0, 1, 2), (2, 1, 0), (0, 1, 2)))),
            DimensionWitness(3, ((0, 1),), proof=("0",)),
        ),
        dimension_of_nothing=result(  # 0
            "dim",
            Poset(0),
            (2, 2),
            Realizer(Poset(0), ((), ())),
            DimensionWitness(2, (), proof=("0",)),
        ),
        dimension_of_a_chain=result(  # 1
            "dim",
            *(chain(5), (2, 2), Realizer(chain(5), (tuple(range(5)),) * 2)),
            DimensionWitness(2, (), proof=("0",)),
        ),
        dimension_of_an_antichain=result(  # 2
            "dim",
            *(A6, (3, 3), Realizer(A6, (tuple(range(6)), tuple(range(6))[::-1], tuple(range(6))))),
            DimensionWitness(3, ((0, 1),), proof=("0",)),
        ),
        distinct_elements_counted_often=result(
            "dim2", A3, (3, 3), FIVE.embedding, LowerWitness(3, distinct=((0, 1, 2, 0, 1),))
        ),
        ground_elements_that_overlap=result(  # 2
            "dim2",
            *(fence(3), (4, 4), Embedding(fence(3), [{0}, {0, 1, 2, 3}, {1}])),
            LowerWitness(4, distinct=((0, 1), (1, 2), (0, 2))),
        ),
    ),
)
def test_a_false_result_is_refused(forged):
    with pytest.raises(CertificateError):
        forged.verify()


class Uncounted(frozenset):
    def __len__(self):
        return 0


class Unlisted(dict):
    def values(self):
        return ()


class Trusted(Refutation):
    def check(self, poset):
        pass


class Long(tuple):
    def __len__(self):
        return 5


class Line(str):
    """Reads as one clause, and splits into another."""

    def split(self, *_):
        return ["0"]


@pytest.mark.parametrize(
    "forged",
    named(
        line_of_a_proof=replace(
            order_dimension(S3), lower_witness=DimensionWitness(3, ((0, 3),), proof=(Line("1 0"),))
        ),
        refutation=replace(FIVE, lower_witness=LowerWitness(4, refuted=(Trusted((0, 1, 2, 3, 4), 3),))),
        rows=result(  # 4
            *("dim2", chain(5), (5, 5)),
            Embedding(chain(5), [(), {0}, {0, 1}, {0, 1, 2}, range(5)]),
            LowerWitness(5, rows=Long(((1, 0), (2, 1), (3, 2), (4, 3)))),
        ),
        orders=result(
            "dim", A3, (2, 5), Realizer(A3, Long(((0, 1, 2), (2, 1, 0)))), DimensionWitness(2, ((0, 1),))
        ),
        pairs=replace(order_dimension(S3), lower_witness=DimensionWitness(3, Long(((0, 3),)))),
    ),
)
def test_what_lies_about_its_size_or_name_is_refused(forged):
    with pytest.raises(CertificateError):
        forged.verify()


def test_a_representation_whose_parts_were_exchanged_is_refused():
    for damage in (
        lambda e: e.sets.pop(0),
        lambda e: e.sets.update({7: frozenset()}),
        lambda e: e.sets.update({0: e.sets[1]}),
        lambda e: e.sets.update({0: (0,)}),
        lambda e: e.sets.update({0: Uncounted(e.sets[0])}),
        lambda e: vars(e).update(sets=Unlisted(e.sets)),
        lambda e: vars(e).update(poset=chain(5)),
        lambda e: vars(e).update(poset=None),
    ):
        embedding = copy.deepcopy(FIVE.embedding)
        damage(embedding)
        with pytest.raises(CertificateError):
            embedding.verify()
        with pytest.raises(CertificateError):
            replace(FIVE, embedding=embedding).verify()


# Every field of a true certificate by every plausible lie


class Anything:
    """Agrees to whatever it is asked."""

    def verify(self, *_):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class Yes(Embedding):
    def verify(self):
        return self


class Agreed(LowerWitness):
    def verify(self, poset):
        pass

    def check(self, poset, parameter):
        pass


class Sure(Realizer):
    def verify(self):
        return self


@dataclass(frozen=True)
class Certain(ParameterResult):
    def verify(self):
        return self


TRUE = {
    "h*": hypercube_height(complete_bipartite(3, 3)),
    "w*": hypercube_width(A5),
    "w* on a block": hypercube_width(A5.ordinal_sum(A3)),
    "dim2": two_dimension(boolean_lattice(3)),
    "dim2, by a search": two_dimension(fence(9)),
    "dim2, by counting": replace(
        two_dimension(A4), lower=3, lower_witness=LowerWitness(3, distinct=((0, 1, 2, 3),))
    ),
    "dim": order_dimension(S3),
    "dim, by an orientation": order_dimension(
        Poset(6, covers=[(0, 4), (0, 5), (1, 2), (1, 3), (2, 4), (3, 5)])
    ),
}
OTHER = fence(4)
NOTHING = [
    None,
    math.nan,
    math.inf,
    "",
    "2",
    2.0,
    2.5,
    True,
    False,
    [],
    (),
    {},
    object(),
    Anything(),
    np.array([1, 2]),
]


def lies(name, value):
    """Plausible values of a field of a certificate, all different from the true one."""
    found = list(NOTHING)
    if isinstance(value, int):
        found += [
            value - 1,
            value + 1,
            float(value),
            np.float64(value),
            str(value),
            -value - 1,
            10**30,
            (value,),
        ]
    if isinstance(value, str):
        found += [value.upper(), value + " ", "h*", "w*", "dim2", "dim", b"dim2", [value]]
    if isinstance(value, Poset):
        shifted = value.relabel([(x, 0) for x in value.labels])
        found += [OTHER, shifted, value.leq, list(value.labels), Poset(len(value) + 1), Poset(0)]
    if isinstance(value, Embedding):
        larger = {x: members | {"more"} for x, members in value.sets.items()}
        found += [Embedding(value.poset, larger), Embedding(OTHER, [(), {0}, {1}, {2}]), value.sets]
        found += [Yes(value.poset, value.sets), Embedding(value.poset, [()] * len(value.poset))]
    if isinstance(value, Realizer):
        found += [Realizer(value.poset, value.orders[:-1]), Realizer(OTHER, value.orders), value.orders]
        found += [Realizer(value.poset, value.orders * 2), Realizer(value.poset, list(value.orders))]
        found += [Sure(value.poset, value.orders)]
    if isinstance(value, (LowerWitness, DimensionWitness)):
        found += [replace(value, bound=value.bound + 1), replace(value, bound=value.bound - 1)]
        found += [LowerWitness(value.bound), DimensionWitness(value.bound, ()), Agreed(value.bound)]
    if isinstance(value, ParameterResult):
        found += [replace(value, parameter="dim2"), replace(value, poset=OTHER), Certain(**vars(value))]
        found += [replace(value, upper=value.upper + 1), replace(value, lower=value.lower - 1)]
    return [lie for lie in found if not (type(lie) is type(value) and _equal(lie, value))]


def _equal(one, other) -> bool:
    return one is other or (not isinstance(one, np.ndarray) and bool(one == other))


@pytest.mark.parametrize("name", TRUE)
def test_every_lie_about_a_field_is_refused(name):
    true = TRUE[name]
    assert true.verify().bound == (true.lower, true.upper)
    for field in fields(true):
        for lie in lies(field.name, getattr(true, field.name)):
            assert _refused(replace(true, **{field.name: lie})), f"{field.name}={lie!r} passed for {name}"


@pytest.mark.parametrize("name", TRUE)
def test_every_lie_about_a_witness_is_refused(name):
    """A changed witness is refused, or it proves the bound in another way: then it was no lie."""
    true = TRUE[name]
    witness = true.lower_witness
    for field in fields(witness):
        value = getattr(witness, field.name)
        found = lies(field.name, value)
        if isinstance(value, tuple) and value:
            found += [value[:-1], list(value), (*value, value[0])]
        if isinstance(value, tuple) and value and isinstance(value[0], tuple):
            found += [value[:-1] + value[:1], [list(entry) for entry in value]]
            found += [
                ((0,),),
                ((0, 0),),
                ((0, 99),),
                (("a", "b"),),
                ((0, 1, 2),),
                ((None, None),),
                (5,),
                ((),),
            ]
            found += [tuple(entry * 2 for entry in value), (([0], [1]),)]
        for lie in found:
            forged = replace(true, lower_witness=replace(witness, **{field.name: lie}))
            # Other rows can prove the same, and without the height an antichain can.
            proof = isinstance(lie, tuple) or (field.name == "height" and lie is None)
            proof |= field.name == "element" and _equal(lie, value)  # 3.0 is the label 3
            assert _refused(forged) or proof, f"{field.name}={lie!r} passed for {name}"


def _refused(certificate) -> bool:
    try:
        certificate.verify()
    except CertificateError:
        return True
    return False


def test_numpy_integers_are_integers():
    true = TRUE["dim2"]
    replace(
        true,
        lower=np.int64(3),
        upper=np.int8(3),
        lower_witness=replace(true.lower_witness, bound=np.int32(3)),
    ).verify()


# Witnesses and realizers alone


def proved(witness, poset):
    """Check a witness for the parameter that its fields speak of."""
    if isinstance(witness, DimensionWitness):
        witness.check(poset)
    else:
        other = "w*" if witness.height is not None else "dim2"
        witness.check(poset, "h*" if witness.element is not None else other)


@pytest.mark.parametrize(
    ("witness", "poset"),
    named_pairs := [
        (LowerWitness(4, antichains=((0, 1, 2, 0),)), A4),
        (LowerWitness(2, antichains=((0, 1), (0, 1))), A3),
        (LowerWitness(3, distinct=((0, 1, 2, 3),), rows=((0, 1),)), A4),
        (LowerWitness(4, distinct=((0, 1, 2, 3),)), A4),
        (LowerWitness(3, distinct=((0, 1, 2, 3),)), chain(2)),
        (LowerWitness(2, antichains=((0, 1, 2, 3),), height=0), A4),
        (LowerWitness(9, antichains=((0, 1, 2, 3),), height=-1), A4),
        (LowerWitness(9, antichains=((0, 1, 2, 3),), height=True), A4),
        (LowerWitness(math.nan), A4),
        (LowerWitness(1.0, rows=((0, 1),)), A4),
        (LowerWitness(-1), A4),
        (LowerWitness(1, rows=(([0], [1]),)), A4),
        (LowerWitness(1, rows=((0, 9),)), A4),
        (LowerWitness(1, rows=("01",)), A4),
        (LowerWitness(1, rows=None), A4),
        (LowerWitness(1, rows=((0, 1),), element=7), A4),
        (LowerWitness(1, rows=((0, 1),), element=[0]), A4),
        (LowerWitness(1, rows=((0, 1),), element=1), A4),
        (DimensionWitness(3, ((0, 1), (0, 1), (0, 1))), A4),
        (DimensionWitness(2, ((0, 1, 2),)), A4),
        (DimensionWitness(2, None), A4),
        (DimensionWitness(2, ((0, [1]),)), A4),
        (DimensionWitness(math.nan, ((0, 1),)), A4),
        (DimensionWitness(True, ((0, 1),)), A4),
        (DimensionWitness(3, ((0, 1),), forcing=((0, 1), (1, 0))), A4),
        (DimensionWitness(3, ((0, 1),), proof=("0",)), A4),
        (DimensionWitness(2, ((0, 1),), proof=math.nan), A4),
        (LowerWitness(4, refuted=(5,)), A4),
        (LowerWitness(4, refuted=math.nan), A4),
        (DimensionWitness(2, ((0, 1),), forcing=math.nan), A4),
    ],
)
def test_a_false_witness_is_refused(witness, poset):
    with pytest.raises(CertificateError):
        proved(witness, poset)


@pytest.mark.parametrize(
    "forcing",
    [
        ((0, 1), (1, 0)),  # no implication: 0 and 1 are incomparable
        ((0, 1), (0, 2), (5, 2), (5, 4), (3, 4), (3, 0)),  # not closed
        ((0, 1), (0, 2), (5, 2), (3, 4), (3, 0), (1, 0)),  # a step left out
        ((0, 1), (0, 2), (5, 2), (5, 4), (3, 4), (3, 0), (1, 0), (1, 0), (0, 4)),  # 0 lies below 4
        ((0, 0),),
        ((0, 4), (4, 0)),
        ((0, 1),),
        ((0, 1, 2),),
        (0, 1),
        [(0, 1), (1, 0)],
        ((0, 9), (9, 0)),
    ],
)
def test_a_false_contradiction_is_refused(forcing):
    true = TRUE["dim, by an orientation"].lower_witness
    assert true.forcing == ((0, 1), (0, 2), (5, 2), (5, 4), (3, 4), (3, 0), (1, 0))
    with pytest.raises(CertificateError):
        replace(true, forcing=forcing).check(TRUE["dim, by an orientation"].poset)
    with pytest.raises(CertificateError):  # two orders realize it
        replace(true, forcing=true.forcing).check(antichain(6))


@pytest.mark.parametrize(
    "orders",
    [
        (),
        [(0, 1, 2)],
        ((0, 1),),
        ((0, 1, 2), (2, 1, 1)),
        ([0, 1, 2], [2, 1, 0]),
        ((0, 1, 2), 5),
        None,
        ((0, 1, [2]),),
    ],
)
def test_a_false_realizer_is_refused(orders):
    with pytest.raises(CertificateError):
        Realizer(A3, orders).verify()


def test_a_witness_by_counting():
    """All sets differ; without a least element none is empty, without a greatest none is full."""
    proved(LowerWitness(3, distinct=(tuple(range(8)),)), boolean_lattice(3))
    proved(LowerWitness(4, distinct=(tuple(range(8)),)), fence(8))
    below = A4.ordinal_sum(A4)
    proved(LowerWitness(6, distinct=((0, 1, 2, 3), (4, 5, 6, 7))), below)
    with pytest.raises(CertificateError):
        proved(LowerWitness(6, distinct=((0, 1, 2, 3), (4, 5, 6, 7))), antichain(8))


# True results are accepted, whatever the labels


@pytest.mark.parametrize("seed", range(6))
def test_true_results_pass(seed):
    poset = random_poset(9, p=0.2, rng=seed)
    for labels in (range(9), [None, "a", (1,), frozenset(), 2.5, b"", ..., True, -1]):
        same = poset.relabel(labels)
        for parameter in (hypercube_height, hypercube_width, two_dimension, order_dimension):
            for time_limit in (None, 1e-6, 5):
                parameter(same, time_limit=time_limit).verify()


def test_no_family_is_saturated_for_the_empty_poset():
    with pytest.raises(ValueError, match="none is saturated"):
        saturation_number(Poset(0), 2)
    assert [saturation_number(Poset(1), n).value for n in (0, 2)] == [0, 0]
    assert saturation_number(antichain(3), 1).value == 2
