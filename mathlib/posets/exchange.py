"""Posets to and from networkx, which mathlib does not depend on: the methods of `Poset`."""

__all__ = ["from_networkx", "to_networkx"]


def from_networkx(cls, graph):
    """The reachability order of a directed acyclic graph: x < y iff a path leads from x to y.

    `graph` is a networkx.DiGraph or any object with iterables `nodes` and `edges`; networkx itself is not
    needed.

    Raises
    ------
    ValueError
        If the graph is undirected or has a cycle.
    """
    if getattr(graph, "is_directed", lambda: True)() is False:
        raise ValueError("the graph is undirected: a poset needs a networkx.DiGraph whose edges lead upwards")
    if not (hasattr(graph, "nodes") and hasattr(graph, "edges")):
        raise ValueError(f"a networkx.DiGraph is needed, or what has nodes and edges; given {graph!r}")
    return cls(graph.nodes, relations=[tuple(edge)[:2] for edge in graph.edges])


def to_networkx(self):
    """The Hasse diagram as a networkx.DiGraph with an edge from x to y iff y covers x.

    Raises
    ------
    ImportError
        If networkx is not installed.
    """
    try:
        import networkx
    except ImportError as error:
        raise ImportError("to_networkx needs the package networkx, which is not installed") from error
    graph = networkx.DiGraph()
    graph.add_nodes_from(self.labels)
    graph.add_edges_from(self.covers)
    return graph
