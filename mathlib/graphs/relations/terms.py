"""The parts of a logical query: entities, projections along relations, conjunctions and disjunctions."""

from dataclasses import dataclass
from typing import Any

__all__ = ["And", "Entity", "Or", "Project", "query_of", "tree_of"]


@dataclass(frozen=True)
class Entity:
    """The query that one entity answers.

    Parameters
    ----------
    i : int
    """

    i: int


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
    """

    sub: Any
    relation: str
    negated: bool = False


@dataclass(frozen=True, init=False)
class And:
    """Those entities of which all sub-queries hold.

    Parameters
    ----------
    *subs : query
    """

    subs: tuple[Any, ...]

    def __init__(self, *subs: Any):
        object.__setattr__(self, "subs", subs)


@dataclass(frozen=True, init=False)
class Or:
    """Those entities of which some sub-query holds.

    Parameters
    ----------
    *subs : query
    """

    subs: tuple[Any, ...]

    def __init__(self, *subs: Any):
        object.__setattr__(self, "subs", subs)


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
