"""The parts of a logical query: entities, projections along relations, conjunctions and disjunctions."""

from dataclasses import dataclass
from typing import Any

from mathlib.checks import check_count, check_flag, shown
from mathlib.fields import settle

__all__ = ["And", "Entity", "Or", "Project", "query_of", "tree_of"]


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
        _check_query("sub", self.sub)
        if not isinstance(self.relation, str):
            raise ValueError(f"relation must be the name of a relation; got {shown(self.relation)}.")
        settle(self, negated=check_flag("negated", self.negated))


@dataclass(frozen=True, init=False)
class And:
    """Those entities of which all sub-queries hold.

    Parameters
    ----------
    *subs : query
    """

    subs: tuple[Any, ...]

    def __init__(self, *subs: Any):
        settle(self, subs=_checked_subs(subs))


@dataclass(frozen=True, init=False)
class Or:
    """Those entities of which some sub-query holds.

    Parameters
    ----------
    *subs : query
    """

    subs: tuple[Any, ...]

    def __init__(self, *subs: Any):
        settle(self, subs=_checked_subs(subs))


def _check_query(name, query):
    if not isinstance(query, Entity | Project | And | Or):
        raise ValueError(f"{name} must be made of Entity, Project, And and Or; got {shown(query)}.")


def _checked_subs(subs):
    if not subs:
        raise ValueError("subs must be one or more queries; got none.")
    for sub in subs:
        _check_query("subs", sub)
    return subs


def tree_of(node) -> list:
    """A query as nested JSON lists."""
    if isinstance(node, Entity):
        return ["entity", int(node.i)]
    if isinstance(node, Project):
        return ["project", tree_of(node.sub), node.relation, bool(node.negated)]
    return ["and" if isinstance(node, And) else "or", *map(tree_of, node.subs)]


def query_of(tree):
    """The query of nested lists."""
    if tree[0] == "entity":
        return Entity(tree[1])
    if tree[0] == "project":
        return Project(query_of(tree[1]), tree[2], tree[3])
    return (And if tree[0] == "and" else Or)(*map(query_of, tree[1:]))
