"""Every public function keeps the grammar of arguments that tests/grammar.py describes."""

import functools
import importlib
import inspect
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from mathlib.checks import check_choice, check_count, check_finite, check_number, check_rng, deadline_after
from tests.grammar import Call, accepted, faults, refused
from tests.stubs import TOPICS, public_names

# The topics, and mathlib itself with the modules that all topics share.
PLACES = ["", *TOPICS]


def within(package, place, module=""):
    """The dotted name of a module of a place."""
    return ".".join(name for name in (package, place, module) if name)


def listed(place):
    """The calls that tests/<place>/calls.py lists."""
    return importlib.import_module(within("tests", place, "calls")).CALLS


CALLS = [(place, call) for place in PLACES for call in listed(place)]
CASES = [(call, argument) for _, call in CALLS for argument in call.arguments]
NAMES = [f"{place or 'mathlib'}-{call.name}-{name}" for place, call in CALLS for name in call.arguments]


@pytest.mark.parametrize(("call", "argument"), CASES, ids=NAMES)
def test_an_argument_is_checked(call, argument):
    assert list(faults(call, argument)) == []


@pytest.mark.parametrize("place", PLACES)
def test_every_public_callable_is_listed(place):
    package = importlib.import_module(within("mathlib", place))
    names = {call.name for call in listed(place)}
    assert sorted(set(needed(package, public_names(place))) - names) == []


@pytest.mark.parametrize("module", ["plotting", "verify"])
def test_every_function_that_topics_share_is_listed(module):
    names = {call.name for call in listed("")}
    shared = importlib.import_module(f"mathlib.{module}")
    assert sorted(set(needed(shared, shared.__all__)) - names) == []


def needed(package, names):
    """Names of the functions, classes and methods of a package that need a call in the list.

    Not listed are errors, what has no arguments, plain records (a dataclass without checks of its own),
    `from_dict` (docs/certificates.md says what it refuses) and what is inherited from outside the package.
    """
    for name in names:
        thing = getattr(package, name)
        if inspect.isclass(thing):
            yield from needed_of_class(thing, package.__name__)
        elif not inspect.ismodule(thing) and callable(thing) and inspect.signature(thing).parameters:
            yield name
            # `claim` has its constructors as attributes.
            methods = vars(type(thing)) if not inspect.isfunction(thing) else {}
            yield from (f"{name}.{method}" for method in methods if not method.startswith("_"))


def needed_of_class(cls, package):
    if issubclass(cls, BaseException):
        return
    own = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith(package):
            own |= vars(base)
    if "__post_init__" in own or ("__init__" in own and "__dataclass_fields__" not in own):
        yield cls.__name__
    for name, member in own.items():
        if name.startswith("_") or name == "from_dict":
            continue
        if inspect.isfunction(member):
            bound = functools.partial(member, None)
        elif isinstance(member, classmethod | staticmethod):
            bound = getattr(cls, name)
        else:
            continue
        if inspect.signature(bound).parameters:
            yield f"{cls.__name__}.{name}"


def test_what_needs_a_call_is_found():
    class Parent:
        def inherited(self, n): ...

    @dataclass
    class Record:
        x: int

    @dataclass
    class Checked:
        x: int

        def __post_init__(self): ...

    class Thing(Parent):
        def __init__(self, n): ...
        def method(self, n): ...
        def no_arguments(self): ...
        def _hidden(self, n): ...
        @property
        def value(self): ...
        @classmethod
        def made(cls, n): ...
        @classmethod
        def from_dict(cls, data): ...
        @staticmethod
        def static(n): ...

    class Refused(ValueError): ...

    def function(n): ...
    def nothing(): ...

    Parent.__module__ = "elsewhere"
    package = SimpleNamespace(
        __name__=__name__, Record=Record, Checked=Checked, Thing=Thing, Refused=Refused, function=function,
        nothing=nothing, CONSTANT=3,
    )  # fmt: skip
    names = ["Record", "Checked", "Thing", "Refused", "function", "nothing", "CONSTANT"]
    expected = ["Checked", "Thing", "Thing.method", "Thing.made", "Thing.static", "function"]
    assert list(needed(package, names)) == expected


# A function that keeps the grammar, and one for each breach that must be seen.


def good(n, x, delta, kind, rng, time_limit, poset, flag):
    check_count("n", n, 1, "the size")
    check_finite("x", x, shape=(-1, -1))
    if not np.size(x):
        raise ValueError(f"x must have entries; got shape {np.shape(x)}.")
    check_number("delta", delta, 0, 2)
    check_choice("kind", kind, ("fast", "exact"))
    check_rng(rng)
    deadline_after(time_limit)
    if not isinstance(poset, dict):
        raise TypeError(f"poset must be a dict; got {type(poset).__name__}.")
    if not isinstance(flag, bool | np.bool_):
        raise ValueError(f"flag must be True or False; got {flag!r}.")


GOOD = {
    "n": 3, "x": np.ones((2, 3)), "delta": 0.5, "kind": "fast", "rng": 0, "time_limit": 10.0, "poset": {},
    "flag": True,
}  # fmt: skip


@pytest.mark.parametrize("argument", GOOD)
def test_a_good_function_has_no_fault(argument):
    assert list(faults(Call(good, GOOD), argument)) == []


def need(condition, text="a must be something else; got this."):
    if not condition:
        raise ValueError(text)


def in_place(a):
    """A function that keeps the grammar of arrays, but writes into its argument."""
    array = check_finite("a", a, shape=(-1, -1))
    need(array.size)
    array[0, 0] = 1


def refuse_all(value):
    raise ValueError("rng, random_state and time_limit must be something else; got this.")


def only_seeds(rng):
    need(type(rng) is int and rng >= 0, "rng must be a seed; got this.")


def only_floats(time_limit):
    need(type(time_limit) is float and time_limit > 0, "time_limit must be a float; got this.")


ARRAY, WHOLE = np.ones((2, 3)), np.ones((2, 3), dtype=int)
ARRAYS = ["NaN", "complex", "texts", "truth values", "one axis more", "no entries"]
THINGS = ["a number", "a text", "None"]
SEEDS = ["as given", "a seed", "np.int64"]
# Careless functions of one argument: its name, a good value, and the labels of all that goes wrong.
CARELESS = [
    (lambda a: need(isinstance(a, int)), "a", 3, ["np.int64", "True"]),
    (lambda a: int(a), "a", 3, ["True", "NaN", "half", "a text", "None"]),
    (lambda a: need(type(a) is float), "a", 0.5, ["np.float64", "NaN"]),
    (lambda a: float(a), "a", 0.5, ["NaN", "True", "complex", "a text", "None"]),
    (lambda a: need(a is True), "a", True, ["np.bool_"]),
    (lambda a: bool(a), "a", True, ["half", "a text"]),
    (lambda a: a == "fast", "a", "fast", ["another text", "a number", "None"]),
    (lambda a: need(isinstance(a, np.ndarray)), "a", ARRAY, ["a list", *ARRAYS]),
    (in_place, "a", ARRAY, ["a read-only array"]),
    (lambda a: np.asarray(a, float), "a", ARRAY, [*ARRAYS, "a text", "None"]),
    (lambda a: np.asarray(a).astype(int), "a", WHOLE, ["halves", *ARRAYS, "a text", "None"]),
    (lambda a: need(a.flags.c_contiguous), "a", ARRAY, ["Fortran order", "a list", *THINGS[1:], *ARRAYS]),
    (lambda a: a.keys(), "a", {}, THINGS),
    (lambda a: need(isinstance(a, dict), "wrong; got this."), "a", {}, THINGS),
    (lambda a: need(isinstance(a, dict), "a is wrong."), "a", {}, THINGS),
    (lambda rng: np.random.default_rng(rng), "rng", 0, ["a text", "negative", "half", "True"]),
    (only_seeds, "rng", 0, ["np.int64", "a SeedSequence", "a Generator"]),
    (lambda rng: refuse_all(rng), "rng", 0, [*SEEDS, "a SeedSequence", "a Generator"]),
    (lambda random_state: refuse_all(0), "random_state", 0, [*SEEDS, "a RandomState"]),
    (lambda random_state: None, "random_state", 0, ["a text", "half"]),
    (only_floats, "time_limit", 1.0, ["an integer", "np.float64", "None"]),
    (lambda time_limit: None, "time_limit", 1.0, ["zero", "negative", "NaN", "True", "a text"]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Casting complex", "ignore:invalid value")
@pytest.mark.parametrize(("function", "argument", "value", "labels"), CARELESS)
def test_a_careless_function_is_caught(function, argument, value, labels):
    lines = list(faults(Call(function, {argument: value}), argument))
    found = [label for label in labels if any(f"), {label}: " in line for line in lines)]
    assert (found, len(lines)) == (labels, len(labels))


def test_each_change_has_a_function_that_it_catches():
    labels = {(a, type(v), label) for _, a, v, labels in CARELESS for label in labels}
    for _, argument, value, _ in CARELESS:
        for label, _ in [*accepted(argument, value), *refused(argument, value)]:
            assert (argument, type(value), label) in labels or label == "as given"


def test_what_a_function_allows_is_not_tried():
    call = Call(lambda a: need(a is not None), {"a": 3}, allows={"a": [True, "NaN", 3.5, "3"]})
    assert list(faults(call, "a")) == []


def test_none_is_not_tried_where_it_is_the_default():
    def function(a=None):
        need(a is None or isinstance(a, dict))

    assert list(faults(Call(function, {"a": {}}), "a")) == []


def test_arguments_reach_their_places():
    def function(first, /, second):
        return first, second

    assert Call(function, {"second": 2, "first": 1}).run(second=5) == (1, 5)
