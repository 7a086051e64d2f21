"""Certificates that two graphs are told apart by a class of patterns, or are not."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_choice, check_count, shown
from mathlib.fields import entries, settle
from mathlib.graphs.checker.distinction import (
    PROOFS,
    check_different_graphs,
    check_equivalent_graphs,
    read_different_graphs,
    read_equivalent_graphs,
)
from mathlib.graphs.nested import integer_tuples, lists
from mathlib.graphs.objects.graph import Graph, check_graph

__all__ = ["PATTERNS", "DifferentGraphs", "EquivalentGraphs"]

PATTERNS = ("trees", "treewidth2", "all")


@dataclass(frozen=True, repr=False)
class DifferentGraphs(Certificate):
    """Two graphs with different numbers of homomorphisms from one pattern.

    Attributes
    ----------
    first, second : Graph
    patterns : {"trees", "treewidth2", "all"}
        The class to which the pattern belongs.
    pattern : Graph
    counts : pair of int
        hom(pattern, first) and hom(pattern, second).

    Examples
    --------
    >>> from mathlib.graphs import cycle, distinguish, path
    >>> distinguish(path(3), cycle(3)).verify().bound
    (4, 6)
    """

    first: Graph
    second: Graph
    patterns: str
    pattern: Graph
    counts: tuple[int, int]

    kind: ClassVar[str] = "different-graphs"
    equivalent: ClassVar[bool] = False

    def __post_init__(self):
        for name in ("first", "second", "pattern"):
            check_graph(name, getattr(self, name))
        check_choice("patterns", self.patterns, PATTERNS)
        counts = entries("counts", self.counts, 2, 2)
        settle(self, counts=tuple(check_count(f"counts[{k}]", c, 0, "a count") for k, c in enumerate(counts)))

    @property
    def bound(self) -> tuple[int, int]:
        """The two counts."""
        return self.counts

    def verify(self) -> Verified:
        """Count again, by another method; CertificateError if a count is false or the pattern is none."""
        conditions = {"pattern": f"belongs to {self.patterns!r}", "counts": "found again, and they differ"}
        return self._verified(check_different_graphs, conditions, "exact")

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        return {
            "kind": self.kind,
            "first": _graph_dict(self.first),
            "second": _graph_dict(self.second),
            "patterns": self.patterns,
            "pattern": _graph_dict(self.pattern),
            "counts": [str(count) for count in self.counts],
        }

    @classmethod
    def from_dict(cls, data: Any) -> "DifferentGraphs":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_different_graphs(data)
        return cls(**found | {name: _graph(found[name]) for name in ("first", "second", "pattern")})

    def __repr__(self) -> str:
        return f"different: {self.pattern} has {self.counts[0]} and {self.counts[1]} homomorphisms"


@dataclass(frozen=True, repr=False)
class EquivalentGraphs(Certificate):
    """Two graphs that receive equally many homomorphisms from each pattern of a class.

    Attributes
    ----------
    first, second : Graph
    patterns : {"trees", "treewidth2", "all"}
    classes : pair of tuples of int, or None
        For "trees": the stable colours of the vertices of both graphs.
    colouring : pair of tuples of tuples of int, or None
        For "treewidth2": the stable colours of the pairs of vertices of both graphs.
    isomorphism : tuple of int, or None
        For "all": the image of each vertex of the first graph.

    Examples
    --------
    >>> from mathlib.graphs import cycle, disjoint_union, distinguish
    >>> distinguish(cycle(6), disjoint_union(cycle(3), cycle(3))).verify().bound
    6
    """

    first: Graph
    second: Graph
    patterns: str
    classes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    colouring: tuple[tuple[tuple[int, ...], ...], ...] | None = None
    isomorphism: tuple[int, ...] | None = None

    kind: ClassVar[str] = "equivalent-graphs"
    equivalent: ClassVar[bool] = True

    def __post_init__(self):
        for name in ("first", "second"):
            check_graph(name, getattr(self, name))
        check_choice("patterns", self.patterns, PATTERNS)
        for patterns, name in PROOFS.items():
            value = getattr(self, name)
            if (value is not None) != (patterns == self.patterns):
                wanted = "given" if patterns == self.patterns else "None"
                raise ValueError(f"{name} must be {wanted} for {self.patterns!r}; got {shown(value)}.")
            if value is not None:
                depth = {"isomorphism": 1, "classes": 2, "colouring": 3}[name]
                found = integer_tuples(name, value, depth)
                sizes = {len(row) for row in ((found,) if depth == 1 else found)}
                if sizes != {self.first.n} or (depth > 1 and len(found) != 2):
                    raise ValueError(f"{name} must fit {self.first.n} vertices; got {shown(value)}.")
                settle(self, **{name: found})

    @property
    def bound(self) -> int:
        """The number of vertices."""
        return self.first.n

    @property
    def fractional(self) -> tuple[tuple[Fraction, ...], ...] | None:
        """For "trees" the doubly stochastic X with A_G X = X A_H, else None."""
        if self.classes is None:
            return None
        first, second = self.classes
        return tuple(tuple(Fraction(a == b, max(1, second.count(b))) for b in second) for a in first)

    def verify(self) -> Verified:
        """Check the equations of the proof; CertificateError names one that does not hold."""
        conditions = {
            "trees": {"X": "doubly stochastic", "A_G X = X A_H": "in fractions"},
            "treewidth2": {"colours of pairs": "stable, and as many in both graphs"},
            "all": {"isomorphism": "takes edges to edges, one to one"},
        }[self.patterns]
        rests = {
            "trees": ("fractionally isomorphic graphs have equal tree counts (Dvorak 2010)",),
            "treewidth2": ("equal stable colours of pairs: equal counts (Dvorak 2010)",),
        }.get(self.patterns, ())
        return replace(self._verified(check_equivalent_graphs, conditions, "exact"), assumes=rests)

    def to_dict(self) -> dict:
        """The certificate as JSON values."""
        data = {"kind": self.kind, "first": _graph_dict(self.first), "second": _graph_dict(self.second)}
        data["patterns"] = self.patterns
        name = PROOFS[self.patterns]
        return data | {name: lists(getattr(self, name))}

    @classmethod
    def from_dict(cls, data: Any) -> "EquivalentGraphs":
        """The certificate that `to_dict` has written; CertificateError names the field that is damaged."""
        found = read_equivalent_graphs(data)
        return cls(**found | {name: _graph(found[name]) for name in ("first", "second")})

    def __repr__(self) -> str:
        what = {"trees": " by trees", "treewidth2": " by graphs of treewidth 2", "all": ": isomorphic"}
        return f"two graphs on {self.first.n} vertices not told apart{what[self.patterns]}"


def _graph_dict(graph):
    return {"n": graph.n, "edges": [list(edge) for edge in graph.edges]}


def _graph(neighbours):
    return Graph(len(neighbours), [(i, j) for i, around in enumerate(neighbours) for j in around if i < j])
