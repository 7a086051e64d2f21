"""What is proved of the answers to a query."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_integer, shown
from mathlib.errors import CertificateError
from mathlib.graphs.checker.query import check_answer, read_answer
from mathlib.graphs.relations.terms import And, Or, Project, query_of, tree_of

__all__ = ["QueryAnswer"]


@dataclass(frozen=True, repr=False, eq=False)
class QueryAnswer(Certificate):
    """The best truth value of a query for each entity, over all values of its variables.

    Attributes
    ----------
    query : query
    relations : dict
    tnorm : {"product", "minimum", "lukasiewicz"}
    truth : list of Fraction, or ndarray
        A value for each entity: exact for Fractions, else to rounding.
    lower, upper : list of Fraction, or ndarray
        Proved bounds; equal to `truth` for Fractions.
    messages : dict
        For each node of the query, by the numbers of the children on the way from the root (), upper bounds.
    choices : dict
        For each projection the best value of its variable, for each entity.

    Examples
    --------
    >>> from mathlib.graphs import Entity, Project, answer
    >>> found = answer(Project(Entity(1), "likes"), {"likes": [[0.0, 0.5], [1.0, 0.25]]})
    >>> found.truth.tolist(), found.assignment(1)
    ([1.0, 0.25], {(): 1, (0,): 1})
    """

    query: Any
    relations: dict[str, Any]
    tnorm: str
    truth: Any
    lower: Any
    upper: Any
    messages: dict[tuple[int, ...], Any] = field(repr=False)
    choices: dict[tuple[int, ...], np.ndarray] = field(repr=False)

    kind: ClassVar[str] = "query-answer"

    def __eq__(self, other) -> bool:
        return isinstance(other, QueryAnswer) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.query, self.tnorm))

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
        v = check_integer("v", v, 0, len(self.truth) - 1, "an entity")
        found: dict[tuple[int, ...], int] = {}

        def walk(node, path, x):
            found[path] = x
            if isinstance(node, Project):
                walk(node.sub, (*path, 0), int(self.choices[path][x]))
            elif isinstance(node, And | Or):
                for k, sub in enumerate(node.subs):
                    walk(sub, (*path, k), x)

        walk(self.query, (), v)
        return found

    def verify(self) -> Verified:
        """Check both bounds for all entities; CertificateError names one that does not hold."""
        conditions = {
            "lower": "the assignments, in fractions",
            "upper": "m_v >= t(m_u, M[u, v]) for all u, v",
        }
        try:
            if not all(a <= x <= b for a, x, b in zip(self.lower, self.truth, self.upper, strict=True)):
                raise CertificateError("lower <= truth <= upper does not hold.")
            return self._verified(check_answer, conditions, "exact")
        except CertificateError:
            raise
        except (TypeError, AttributeError, OverflowError, IndexError, ValueError) as error:
            raise CertificateError(f"the fields are not those of an answer: {shown(str(error))}") from None

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        relations = {}
        for name, M in self.relations.items():
            table = sp.coo_array(M) if sp.issparse(M) else None
            cells = zip(*table.coords, table.data, strict=True) if table is not None else _cells(M)
            relations[name] = [[int(i), int(j), _text(x)] for i, j, x in cells]
        nodes = {".".join(map(str, path)): [_text(x) for x in m] for path, m in self.messages.items()}
        choices = {".".join(map(str, path)): c.tolist() for path, c in self.choices.items()}
        ends = {side: [_text(x) for x in getattr(self, side)] for side in ("lower", "upper")}
        found = {"kind": self.kind, "query": tree_of(self.query), "n": len(self.truth), "tnorm": self.tnorm}
        return found | {"relations": relations, "messages": nodes, "choices": choices} | ends

    @classmethod
    def from_dict(cls, data: Any) -> "QueryAnswer":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_answer(data)
        n, relations = found["n"], {}
        exact = any(Fraction(float(x)) != x for cells in found["relations"].values() for x in cells.values())
        for name, cells in found["relations"].items():
            M = np.full((n, n), Fraction(0), dtype=object)
            for place, x in cells.items():
                M[place] = x
            relations[name] = M if exact else M.astype(float)

        def values(row):
            return list(row) if exact else np.array([float(x) for x in row])

        messages = {path: values(m) for path, m in found["messages"].items()}
        choices = {path: np.array(c) for path, c in found["choices"].items()}
        lower, upper = values(found["lower"]), values(found["upper"])
        return cls(
            query_of(found["query"]), relations, found["tnorm"], lower, lower, upper, messages, choices
        )

    def __repr__(self) -> str:
        best = int(np.argmax(self.truth))
        return f"truth of {len(self.truth)} entities: at most {float(self.truth[best]):.6g}, of entity {best}"


def _cells(M):
    return ((i, j, x) for (i, j), x in np.ndenumerate(M) if x)


def _text(x):
    return str(Fraction(x) if isinstance(x, int | Fraction) else Fraction(float(x)))
