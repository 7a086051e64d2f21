"""Every public function keeps the grammar of arguments that tests/grammar.py describes."""

import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

from mathlib.checks import check_choice, check_count, check_finite, check_number, check_rng, deadline_after
from tests.grammar import Call, faults
from tests.stubs import TOPICS, public_names

HERE = Path(__file__).parent
# Topics that have no list of calls yet.
UNLISTED = {topic for topic in TOPICS if not (HERE / topic / "calls.py").is_file()}


def listed(place):
    """The calls that tests/<place>/calls.py lists."""
    return importlib.import_module(f"tests.{place}.calls").CALLS


CALLS = [(topic, call) for topic in TOPICS if topic not in UNLISTED for call in listed(topic)]
CASES = [(call, argument) for _, call in CALLS for argument in call.arguments]
NAMES = [f"{topic}-{call.name}-{argument}" for topic, call in CALLS for argument in call.arguments]


@pytest.mark.parametrize(("call", "argument"), CASES, ids=NAMES)
def test_an_argument_is_checked(call, argument):
    assert list(faults(call, argument)) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_every_public_callable_is_listed(topic):
    if topic in UNLISTED:
        pytest.skip(f"tests/{topic}/calls.py is still to come")
    names = {call.name for call in listed(topic)}
    assert sorted(set(needed(importlib.import_module(f"mathlib.{topic}"), public_names(topic))) - names) == []


def needed(package, names):
    """Names of the functions, classes and methods of a package that need a call in the list.

    Not listed are errors, what has no arguments, plain records (a dataclass without checks of its own),
    `from_dict` (docs/certificates.md says what it refuses) and what is inherited from outside the package.
    """
    for name in names:
        thing = getattr(package, name)
        if inspect.isclass(thing):
            yield from needed_of_class(thing, package.__name__)
        elif inspect.isfunction(thing) and inspect.signature(thing).parameters:
            yield name


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
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if name.startswith("_") or name == "from_dict" or not inspect.isfunction(plain):
            continue
        bound = getattr(cls, name) if isinstance(member, classmethod | staticmethod) else plain
        if len(inspect.signature(bound).parameters) > (bound is plain and not isinstance(member, staticmethod)):
            yield f"{cls.__name__}.{name}"


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


