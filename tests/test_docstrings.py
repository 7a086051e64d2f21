"""Every public name is documented in numpydoc's sections, which become the reference pages."""

import dataclasses
import inspect

import pytest
from numpydoc.docscrape import FunctionDoc
from numpydoc.validate import validate

from tests.stubs import public_callables, public_modules

# What numpydoc's validator is asked, and why. Not asked is what would only add words (an extended summary,
# See Also, a description where `basis : TensorBasis` says all), and what forbids to begin with a formula.
CODES = {
    "GL05": "a tab has another width in each editor",
    "GL06": "the reference pages know no other sections",
    "GL07": "a reader who knows one docstring finds everything in the next",
    "GL08": "what is public is documented",
    "SS01": "lists of names show the first line",
    "SS03": "the first line is a sentence",
    "SS06": "lists of names show no more than one line",
    "PR01": "every parameter is documented",
    "PR02": "and nothing else: a renamed parameter is renamed here, too",
    "PR03": "in the order of the signature",
    "PR04": "with its type",
    "PR05": "which is no sentence",
    "PR09": "a description is one",
    "PR10": "numpydoc takes `x: int` for a name without a type",
    "RT01": "what is returned is said",
    "RT05": "in a sentence",
    "YD01": "and what is yielded",
}


def faults(name, thing, owner=None):
    """What is wrong with a docstring: lines of code and text. The owner of a method is its class."""
    for code, text in validate(name)["errors"]:
        if code in CODES and not excused(code, name, thing, owner):
            yield f"{code} {text}"
    if not has_example(thing) and not has_example(owner) and not excused("EX01", name, thing, owner):
        yield "EX01 There is no example that runs, of the function, or of the class of a method"


def has_example(thing):
    return any(">>>" in line for line in sections(thing)["Examples"])


def sections(thing):
    return FunctionDoc(None, doc=(inspect.getdoc(thing) if thing else "") or "")


def excused(code, name, thing, owner):
    if code == "PR01" and inspect.isclass(thing):
        # The fields of a record are documented once, as attributes.
        names = {name for entry in sections(thing)["Attributes"] for name in entry.name.split(", ")}
        return set(inspect.signature(thing).parameters) <= names
    if code == "PR01" and name.endswith(".from_dict"):
        return True  # docs/certificates.md describes its argument
    if code == "RT01" and owner is not None:
        # The first line of a method without arguments says what it returns.
        return not takes_arguments(thing)
    if code == "EX01" and inspect.isclass(thing):
        # A plain record is seen in the example of the function that returns it; an error needs none.
        return issubclass(thing, BaseException) or is_record(thing)
    return code == "EX01" and is_record(owner) and not takes_arguments(thing)


def takes_arguments(method):
    return len(inspect.signature(method).parameters) > 1


def is_record(cls):
    return dataclasses.is_dataclass(cls) and not hasattr(cls, "__post_init__")


def documented(package):
    """(dotted name, object, class that it is a method of) of all that is public in a module."""
    things = dict(public_callables(package))
    for name, thing in things.items():
        owner = things.get(name.rpartition(".")[0])
        full = ".".join(part for part in ("mathlib", package, name) if part)
        if inspect.isclass(owner):
            yield where_described(owner, name.split(".")[-1]) or full, thing, owner
        else:
            yield full, thing, None


def where_described(owner, method):
    """The name of a method in the first class of those that its class inherits from that describes it."""
    for base in owner.__mro__:
        if getattr(vars(base).get(method), "__doc__", None):
            return f"{base.__module__}.{base.__qualname__}.{method}"
    return None


@pytest.mark.parametrize("package", public_modules())
def test_public_names_are_documented(package):
    found = {name: list(faults(name, thing, owner)) for name, thing, owner in documented(package)}
    assert {name: lines for name, lines in found.items() if lines} == {}


# Names that numpydoc can find, with docstrings that break a rule each.


def _sectioned(name, x: int) -> int:
    """Return x.

    Parameters
    ----------
    name : str
        No use.
    x : int
        A number.

    Returns
    -------
    int
        The same.

    Examples
    --------
    >>> _sectioned("", 3)
    3
    """
    return x


@pytest.mark.filterwarnings("ignore:Unknown section")
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Return x.", "Return x.\n\n    Fields\n    ------\n    x : int", "GL06"),
        ("Return x.", "Return x.\n\n    Notes\n    -----\n    None.", "GL07"),
        ("Return x.", "Return\n    x.", "SS06"),
        ("Return x.", "Return x", "SS03"),
        ("    name : str\n        No use.\n", "", "PR01"),
        ("name : str", "y : int\n        None.\n    name : str", "PR02"),
        ("    name : str\n        No use.\n    x : int", "    x : int\n        X.\n    name : str", "PR03"),
        ("x : int", "x", "PR04"),
        ("x : int", "x : int.", "PR05"),
        ("A number.", "A number", "PR09"),
        ("x : int", "x: int", "PR10"),
        ("    Returns\n    -------\n    int\n        The same.\n", "", "RT01"),
        ("The same.", "The same", "RT05"),
        ('    Examples\n    --------\n    >>> _sectioned("", 3)\n    3\n', "", "EX01"),
        ('>>> _sectioned("", 3)', "It gives", "EX01"),
        ("Return x.", "Return x.\n\n\tA tab.", "GL05"),
    ],
)
def test_a_fault_is_seen(old, new, code, monkeypatch):
    name = f"{__name__}._sectioned"
    assert list(faults(name, _sectioned)) == []
    assert old in _sectioned.__doc__
    monkeypatch.setattr(_sectioned, "__doc__", _sectioned.__doc__.replace(old, new, 1))
    assert code in {line.split()[0] for line in faults(name, _sectioned)}
