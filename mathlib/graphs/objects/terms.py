"""The parts of a logical query: entities, projections along relations, conjunctions and disjunctions."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from mathlib.checks import check_count, check_flag, check_integer, shown
from mathlib.fields import settle

__all__ = [
    "And", "Entity", "Or", "Project", "check_query", "fold", "nodes_of", "parts_of", "query_of", "tree_of",
]  # fmt: skip

_DEEPEST = 50


@dataclass(frozen=True)
class Entity:
    """The query that one entity answers.

    Parameters
    ----------
    i : int

    Examples
    --------
    >>> Entity(3)
    Entity(i=3)
    """

    i: int

    def __post_init__(self):
        settle(self, i=check_count("i", self.i, 0, "an entity"))


@dataclass(frozen=True)
class Project:
    """Those v with a u such that sub holds of u and the relation holds of (u, v).

    Parameters
    ----------
    sub : query
    relation : str
    negated : bool
        Whether the relation must *not* hold of (u, v): its truth value is 1 - M[u, v]. Only this atom is
        negated, never `sub`.

    Examples
    --------
    >>> Project(Entity(3), "likes").negated
    False
    """

    sub: Any
    relation: str
    negated: bool = False

    def __post_init__(self):
        _check_term("sub", self.sub)
        if not isinstance(self.relation, str):
            raise ValueError(f"relation must be the name of a relation; got {shown(self.relation)}.")
        settle(self, negated=check_flag("negated", self.negated))


@dataclass(frozen=True, init=False)
class _Several:
    subs: tuple[Any, ...]

    def __init__(self, *subs: Any):
        if not subs:
            raise ValueError("subs must be one or more queries; got none.")
        for sub in subs:
            _check_term("subs", sub)
        settle(self, subs=subs)


class And(_Several):
    """Those entities of which all sub-queries hold.

    Parameters
    ----------
    *subs : query
    """


class Or(_Several):
    """Those entities of which some sub-query holds.

    Parameters
    ----------
    *subs : query
    """


def _check_term(name, term):
    if not isinstance(term, Entity | Project | _Several):
        raise ValueError(f"{name} must be made of Entity, Project, And and Or; got {shown(term)}.")


def fold(query, visit: Callable[[Any, list], Any]) -> Any:
    """visit(node, what it gave for the parts of the node), from the leaves to the root."""
    return visit(query, [fold(part, visit) for part in parts_of(query)])


def parts_of(query) -> tuple:
    """The queries that a query is made of."""
    return query.subs if isinstance(query, _Several) else (query.sub,) if isinstance(query, Project) else ()


def nodes_of(query) -> list:
    """All nodes, parts before what they are parts of."""
    return fold(query, lambda node, below: [*chain(*below), node])


def check_query(query, n: int, relations) -> None:
    """Refuse what is no query over n entities and these relations, or is too deep."""
    _check_term("query", query)
    deep = fold(query, lambda node, below: 1 + max(below, default=0))
    if deep > _DEEPEST:
        raise ValueError(f"query must be at most {_DEEPEST} deep; got {deep}.")
    for node in nodes_of(query):
        if isinstance(node, Entity):
            check_integer("Entity", node.i, 0, n - 1, "an entity")
        elif isinstance(node, Project) and node.relation not in relations:
            raise ValueError(f"relation must be one of {sorted(relations)}; got {shown(node.relation)}.")


_KINDS: dict[str, Callable[..., Any]] = {kind.__name__.lower(): kind for kind in (Entity, Project, And, Or)}


def tree_of(query) -> list:
    """A query as nested JSON lists."""

    def lists(node, below):
        own = [] if isinstance(node, _Several) else [node.i] if not below else [node.relation, node.negated]
        return [type(node).__name__.lower(), *below, *own]

    return fold(query, lists)


def query_of(tree) -> Entity | Project | _Several:
    """The query of nested lists."""
    kind, *rest = tree if isinstance(tree, list) and tree else [None]
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"query must be lists that begin with one of {list(_KINDS)}; got {shown(tree)}.")
    return _KINDS[kind](*(query_of(part) if isinstance(part, list) else part for part in rest))
