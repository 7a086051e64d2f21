"""The truth values of a query, checked: assignments from below, messages from above; all in fractions.

Let m be numbers at the nodes of the query with m_v >= t(m_u, a(u, v)) for all u, v at a projection, where a
is M or 1 - M, and m_v at least the t-norm (conorm) of those of the children at And (Or). Then no values of
the variables give v more than m_v, by induction from the leaves. A choice of u for each v gives v at least
what it is worth. Most terms are far below in doubles, with a margin; the others are compared exactly.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any, ClassVar

import numpy as np

from mathlib.checks import check_choice, check_integer, shown
from mathlib.errors import CertificateError
from mathlib.fields import entries, settle
from mathlib.graphs.checker.certificate import FieldCertificate, file_checker
from mathlib.graphs.checker.chain import all_rational, numbers
from mathlib.graphs.objects import terms

__all__ = ["JOINS", "QueryAnswer", "atoms", "check_answer", "worth"]

#: The t-norm and the conorm of each name, for doubles and for Fractions.
JOINS = {
    "product": (lambda a, b: a * b, lambda a, b: a + b * (1 - a)),
    "minimum": (np.minimum, np.maximum),
    "lukasiewicz": (lambda a, b: np.maximum(a + b - 1, 0), lambda a, b: np.minimum(a + b, 1)),
}
_LARGEST = 10**5
_LARGEST_NEGATED = 5000
_MOST_CELLS = 4 * 10**6


@dataclass(frozen=True, repr=False, eq=False)
class QueryAnswer(FieldCertificate):
    """The best truth value of a query for each entity, over all values of its variables.

    Attributes
    ----------
    query : query
    n : int
        The number of entities.
    relations : dict
        For each name the rows, the columns and the values of the positive entries.
    tnorm : {"product", "minimum", "lukasiewicz"}
    lower, upper : list of Fraction, or ndarray
        Proved bounds on the value for each entity; equal for Fractions.
    messages : tuple of arrays
        Upper bounds for each node of the query, parts before what they are parts of.
    choices : tuple of ndarray
        For each projection, in this order, the best value of its variable, for each entity.

    Examples
    --------
    >>> from mathlib.graphs import Entity, Project, answer
    >>> found = answer(Project(Entity(1), "likes"), {"likes": [[0.0, 0.5], [1.0, 0.25]]})
    >>> found.truth.tolist(), found.assignment(1)
    ([1.0, 0.25], {(): 1, (0,): 1})
    """

    query: Any
    n: int
    relations: dict[str, Any]
    tnorm: str
    lower: Any
    upper: Any
    messages: tuple[Any, ...] = field(repr=False)
    choices: tuple[Any, ...] = field(repr=False)

    kind: ClassVar[str] = "query-answer"
    _readers: ClassVar = {"query": terms.query_of}

    def __post_init__(self):
        n = check_integer("n", self.n, 1, _LARGEST, "the number of entities")
        if not isinstance(self.relations, dict) or not all(isinstance(name, str) for name in self.relations):
            raise ValueError(f"relations must be a dict of matrices; got {shown(self.relations)}.")
        check_choice("tnorm", self.tnorm, JOINS)
        terms.check_query(self.query, n, self.relations)
        nodes = terms.nodes_of(self.query)
        projections = [node for node in nodes if isinstance(node, terms.Project)]
        if n > _LARGEST_NEGATED and any(node.negated for node in projections):
            raise ValueError(
                f"query must negate no relation of more than {_LARGEST_NEGATED} entities; got {n}."
            )
        messages = entries("messages", self.messages, len(nodes), len(nodes))
        choices = entries("choices", self.choices, len(projections), len(projections))
        settle(
            self,
            n=n,
            relations={name: _cells(f"relations[{name!r}]", M, n) for name, M in self.relations.items()},
            messages=tuple(_truths(f"messages[{k}]", m, n) for k, m in enumerate(messages)),
            choices=tuple(_places(f"choices[{k}]", c, n, n, n) for k, c in enumerate(choices)),
        )
        for name in ("lower", "upper"):
            values = _truths(name, getattr(self, name), n)
            settle(self, **{name: values.tolist() if values.dtype == object else values})

    @property
    def truth(self) -> Any:
        """The value for each entity, exact for Fractions, else to rounding: the lower bounds."""
        return self.lower

    @property
    def bound(self) -> tuple[float, float]:
        """The largest lower and the largest upper bound."""
        return float(max(self.lower)), float(max(self.upper))

    def assignment(self, v: int) -> dict[tuple[int, ...], int]:
        """Return values of the variables with which entity v attains its truth value.

        Parameters
        ----------
        v : int

        Returns
        -------
        dict
            For each node of the query, by the numbers of the children on the way from the root (), the entity
            that is put there.
        """
        left, found = list(self.choices), {}

        def walk(node, path, x):
            found[path] = x
            below = int(left.pop()[x]) if isinstance(node, terms.Project) else x
            for k, part in reversed(list(enumerate(terms.parts_of(node)))):
                walk(part, (*path, k), below)

        walk(self.query, (), check_integer("v", v, 0, self.n - 1, "an entity"))
        return found

    def _prove(self):
        value = worth(self.query, self.n, self.relations, self.tnorm, self.choices)
        if (value < _fractions(self.lower)).any():
            raise CertificateError("field lower: the choices do not give that much.")
        if (_fractions(self.upper) < _checked_messages(self)).any():
            raise CertificateError("field upper: below the message of the root.")
        best = int(np.argmax(self.upper))
        ends = f"from {float(self.lower[best]):.12g} to {float(self.upper[best]):.12g}"
        theorem = (
            f"The truth values of {self.n} entities are bracketed, the largest {ends}, of entity {best}."
        )
        return theorem, {"lower": "the choices", "upper": "m_v >= t(m_u, M[u, v]) for all u, v"}, "exact"

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values; docs/certificates.md describes them."""
        return super().to_dict() | {"query": terms.tree_of(self.query)}

    def __repr__(self) -> str:
        best = int(np.argmax(self.truth))
        return f"truth of {self.n} entities: at most {float(self.upper[best]):.6g}, of entity {best}"


check_answer = file_checker(QueryAnswer)


def worth(query, n, relations, tnorm, choices) -> np.ndarray:
    """What the choices give each entity, in Fractions."""
    left = iter(choices)

    def value(node, below):
        if isinstance(node, terms.Entity):
            return _one(node.i, n)
        if isinstance(node, terms.Project):
            choice = next(left)
            atom = _entries(relations[node.relation], n, choice, np.arange(n), node.negated)
            return JOINS[tnorm][0](below[0][choice], atom)
        return reduce(JOINS[tnorm][isinstance(node, terms.Or)], below)

    return terms.fold(query, value)


def atoms(cells, n, negated) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and values of a relation, or of all places of its negation."""
    if not negated:
        return cells
    rows, columns, values = cells
    full = np.full(n * n, Fraction(1) if values.dtype == object else 1.0)
    full[rows * n + columns] = 1 - values
    return *np.divmod(np.arange(n * n), n), full


def _checked_messages(answer):
    """The message of the root; CertificateError if one is below what its parts give."""
    left = enumerate(map(_fractions, answer.messages))

    def message(node, below):
        k, given = next(left)
        if isinstance(node, terms.Project):
            holds = _bounds(given, below[0], answer.relations[node.relation], node.negated, answer.tnorm)
        elif isinstance(node, terms.Entity):
            holds = (given >= _one(node.i, answer.n)).all()
        else:
            holds = (given >= reduce(JOINS[answer.tnorm][isinstance(node, terms.Or)], below)).all()
        if not holds:
            raise CertificateError(f"field messages[{k}]: below what its parts give.")
        return given

    return terms.fold(answer.query, message)


def _bounds(ahead, behind, cells, negated, tnorm):
    """Whether m_v >= t(m_u, a(u, v)) for all u and v; an entry that is not given is 0."""
    n, norm = len(ahead), JOINS[tnorm][0]
    rows, columns, values = atoms(cells, n, negated)
    below = norm(behind.astype(float)[rows], values.astype(float))
    margin = below * 1e-14 + (1e-14 if tnorm == "lukasiewicz" else 1e-300)
    near = np.flatnonzero(below + margin > ahead.astype(float)[columns])
    exact = norm(behind[rows[near]], _entries(cells, n, rows[near], columns[near], negated))
    return (exact <= ahead[columns[near]]).all()


def _entries(cells, n, rows, columns, negated):
    """Entries of a relation, or of its negation, in Fractions."""
    keys, wanted = cells[0] * n + cells[1], rows * n + columns
    place = np.searchsorted(keys, wanted)
    given = np.append(keys, -1)[place] == wanted
    found = _fractions(np.where(given, np.append(cells[2], 0)[place], 0))
    return 1 - found if negated else found


def _one(i, n):
    return _fractions([int(v == i) for v in range(n)])


def _fractions(values):
    return np.array([Fraction(x) for x in values], dtype=object)


def _cells(name, given, n):
    """Rows, columns and values, checked and sorted."""
    rows, columns, values = entries(name, given, 3, 3)
    rows = _places(f"{name}[0]", rows, 0, _MOST_CELLS, n)
    columns = _places(f"{name}[1]", columns, len(rows), len(rows), n)
    values = _truths(f"{name}[2]", values, len(rows))
    order = np.argsort(rows * n + columns)
    if (np.diff((rows * n + columns)[order]) == 0).any():
        raise ValueError(f"{name} must hold each place once; got one twice.")
    return rows[order], columns[order], values[order]


def _truths(name, value, count):
    """Fractions or doubles from 0 to 1."""
    found = numbers(name, value, all_rational(value), (count,))
    if ((found < 0) | (found > 1)).any():
        raise ValueError(f"{name} must be numbers from 0 to 1; got {shown(found.tolist())}.")
    return found


def _places(name, value, least, most, n):
    """Integers from 0 to n - 1."""
    found = entries(name, value, least, most)
    checked = isinstance(value, np.ndarray) and value.dtype == np.int64 and value.shape == (len(found),)
    if not checked or value.min(initial=0) < 0 or value.max(initial=0) >= n:
        found = [check_integer(name, x, 0, n - 1, "an entity") for x in found]
    return np.array(found, dtype=np.int64)
