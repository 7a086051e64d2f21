"""One grammar of arguments: a good call of each public function, and what must happen when it is changed.

A topic lists its calls in tests/<topic>/calls.py:

    CALLS = [
        Call(jl_min_dim, {"n_points": 100, "eps": 0.5}),
        Call(FastJL(4).fit, {"X": np.ones((3, 8))}, name="FastJL.fit"),
        Call(hypercube_width, {"poset": chain(3), "time_limit": 10.0}, allows={"time_limit": [None]}),
    ]

tests/test_grammar.py changes one argument at a time, by the type of its value, and by its name where the name
has one meaning everywhere:

| value | must work | must be refused |
|---|---|---|
| bool | `np.bool_` | 2.5, a text |
| int | `np.int64` | True, NaN, half more, a text, None |
| float | `np.float64` | NaN, True, a complex number, a text, None |
| numbers in an array or a list | as a list, in a read-only array, in Fortran order | NaN, complex numbers, \
texts, truth values, one axis more, no entries, None; halves, where the numbers are integers |
| str | | another text, 3, None |
| anything else | | 3.5, a text, None |
| any `rng` | a seed, `np.int64`, a SeedSequence, a Generator | a text, -1, 2.5, True |
| any `random_state` | a seed, `np.int64`, a RandomState | a text, 2.5 |
| any `time_limit` | 1000, `np.float64`, None | 0, -1, NaN, True, a text |

None is not tried where it is the default. Refused means ValueError or TypeError with a text that names the
argument and says what was "got". What a function rightly takes although this table says no is listed in its
`allows`, as the value or by the label that the failed test shows ("one axis more").
"""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mathlib.checks import shown

__all__ = ["Call", "accepted", "faults", "refused"]

NAN = float("nan")


@dataclass(frozen=True)
class Call:
    """A good call of a public function, class or method; it should take milliseconds.

    Attributes
    ----------
    function : callable
        What is called. For a class whose arguments are checked by a method, a function that calls both.
    arguments : dict
        By name; those that can be None should not be, or nothing is known of their type.
    name : str
        The public name, such as "FastJL.fit"; by default that of the function.
    allows : dict of str to list
        For an argument, values or labels of changes that this function takes, unlike the table above.
    """

    function: Callable
    arguments: dict[str, Any]
    name: str = ""
    allows: dict[str, list] = field(default_factory=dict)

    def __post_init__(self):
        if not self.name:
            object.__setattr__(self, "name", self.function.__qualname__)

    def run(self, **changed):
        """Call the function, with some arguments changed."""
        given = {**self.arguments, **changed}
        try:
            kinds = {p.name: p.kind for p in inspect.signature(self.function).parameters.values()}
        except ValueError:  # some functions written in C do not say
            kinds = {}
        places = [given.pop(n) for n, k in kinds.items() if k is k.POSITIONAL_ONLY and n in given]
        return self.function(*places, **given)

    def none_is_default(self, argument) -> bool:
        try:
            return inspect.signature(self.function).parameters[argument].default is None
        except (KeyError, ValueError):
            return False


def faults(call, argument) -> Iterator[str]:
    """Say where a function does not keep the grammar for one of its arguments: a line for each breach."""
    value = call.arguments[argument]
    for label, good in accepted(argument, value):
        try:
            call.run(**{argument: good})
        except Exception as error:
            yield f"{call.name}({argument}={shown(good)}), {label}: {_told(error)}"
    allowed = call.allows.get(argument, [])
    for label, bad in refused(argument, value):
        if (bad is None and call.none_is_default(argument)) or any(_is(a, label, bad) for a in allowed):
            continue
        done = f"{call.name}({argument}={shown(bad)}), {label}: "
        try:
            call.run(**{argument: bad})
        except (ValueError, TypeError) as error:
            if not re.search(rf"\b{re.escape(argument)}\b", str(error)):
                yield f"{done}the message does not name {argument}: {_told(error)}"
            elif not re.search(r"\bgot\b", str(error)):
                yield f"{done}the message does not say what was got: {_told(error)}"
        except Exception as error:
            yield f"{done}must be a ValueError or a TypeError: {_told(error)}"
        else:
            yield f"{done}was accepted"


def accepted(argument, value) -> Iterator[tuple[str, Any]]:
    """Values, each with its label, that must work in the place of a good one."""
    yield "as given", value
    if argument == "rng":
        yield "a seed", 7
        yield "np.int64", np.int64(7)
        yield "a SeedSequence", np.random.SeedSequence(7)
        yield "a Generator", np.random.default_rng(7)
    elif argument == "random_state":
        yield "a seed", 7
        yield "np.int64", np.int64(7)
        yield "a RandomState", np.random.RandomState(7)
    elif argument == "time_limit":
        yield "an integer", 1000
        yield "np.float64", np.float64(1000)
        yield "None", None
    elif isinstance(value, bool):
        yield "np.bool_", np.bool_(value)
    elif isinstance(value, int):
        yield "np.int64", np.int64(value)
    elif isinstance(value, float):
        yield "np.float64", np.float64(value)
    elif (numbers := _numbers(value)) is not None:
        yield "a list", numbers.tolist()
        yield "a read-only array", _read_only(numbers)
        if numbers.ndim > 1:
            yield "Fortran order", np.asfortranarray(numbers)


def refused(argument, value) -> Iterator[tuple[str, Any]]:
    """Values, each with its label, that must be refused in the place of a good one."""
    if argument == "rng":
        yield from [("a text", "x"), ("negative", -1), ("half", 2.5), ("True", True)]
    elif argument == "random_state":
        yield from [("a text", "x"), ("half", 2.5)]
    elif argument == "time_limit":
        yield from [("zero", 0), ("negative", -1), ("NaN", NAN), ("True", True), ("a text", "x")]
    elif isinstance(value, bool):
        yield from [("half", 2.5), ("a text", "no")]
    elif isinstance(value, int):
        yield from [("True", True), ("NaN", NAN), ("half", value + 0.5), ("a text", str(value))]
        yield "None", None
    elif isinstance(value, float):
        yield from [("NaN", NAN), ("True", True), ("complex", value + 1j), ("a text", "x"), ("None", None)]
    elif isinstance(value, str):
        yield from [("another text", "no such choice"), ("a number", 3), ("None", None)]
    elif (numbers := _numbers(value)) is not None:
        yield from _refused_arrays(numbers)
    else:
        yield from [("a number", 3.5), ("a text", "x"), ("None", None)]


def _refused_arrays(numbers):
    nan = numbers.astype(float)
    nan.flat[-1] = NAN
    yield "NaN", nan
    if numbers.dtype.kind in "iu":
        yield "halves", numbers + 0.5
    yield "complex", numbers + 1j
    yield "a text", "x"
    yield "texts", np.full(numbers.shape, "x")
    yield "truth values", numbers > 0
    yield "one axis more", numbers[np.newaxis]
    yield "no entries", numbers[:0]
    yield "None", None


def _numbers(value):
    """The array of numbers that an array, a list or a tuple holds, if it holds some."""
    if isinstance(value, np.ndarray | list | tuple):
        try:
            numbers = np.asarray(value)
        except ValueError:
            return None
        if numbers.dtype.kind in "iuf" and numbers.size:
            return numbers
    return None


def _read_only(numbers):
    copy = numbers.copy()
    copy.flags.writeable = False
    return copy


def _is(allowed, label, bad):
    """Whether what `allows` lists is a label, or the value itself."""
    return (isinstance(allowed, str) and allowed == label) or (
        type(allowed) is type(bad) and repr(allowed) == repr(bad)
    )


def _told(error):
    return f"{type(error).__name__}: {shown(str(error), most=200)}"
