"""Pictures of queries with their answers, and of relations that compose."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mathlib.checks import check_integer, shown
from mathlib.graphs.checker.query import QueryAnswer
from mathlib.graphs.objects.terms import And, Entity, Project
from mathlib.graphs.plots.parts import checked, square
from mathlib.plotting import PALETTE, describe, new_axes

__all__ = ["plot_products", "plot_query"]


def plot_query(answer: QueryAnswer, v: int, *, axes: Axes | None = None) -> Axes:
    """Draw a query as a tree, with the entities that make an entity its best answer.

    Parameters
    ----------
    answer : QueryAnswer
    v : int
        The entity at the root, on top; given entities are at the leaves.
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from mathlib.graphs import Entity, Project, answer
    >>> found = answer(Project(Entity(1), "likes"), {"likes": [[0.0, 0.5], [1.0, 0.25]]})
    >>> len(plot_query(found, 0).texts)
    3
    """
    answer = checked("answer", answer, QueryAnswer)
    v = check_integer("v", v, 0, len(answer.truth) - 1, "an entity")
    axes, chosen = square(axes), answer.assignment(v)
    leaves = 0

    def draw(node, path):
        """Draw what hangs below a node; return where it is."""
        nonlocal leaves
        subs = [node.sub] if isinstance(node, Project) else getattr(node, "subs", [])
        below = [draw(sub, (*path, k)) for k, sub in enumerate(subs)]
        if not below:
            leaves += 1
        at = np.array([np.mean([x for x, _ in below]) if below else leaves * 1.4, -float(len(path))])
        for end in below:
            axes.plot(*np.transpose([at, end]), color=PALETTE["grey"], linewidth=1.4, zorder=1)
        if isinstance(node, Project):
            middle = (at + below[0]) / 2
            word = f"not {node.relation}" if node.negated else node.relation
            axes.annotate(word, middle, (6, 0), textcoords="offset points", va="center", fontsize=11)
        kind = "given" if isinstance(node, Entity) else "found" if isinstance(node, Project) else "joined"
        colour = {"given": "grey", "found": "blue", "joined": "green"}[kind]
        word = f"{chosen[path]}" if kind != "joined" else f"{'and' if isinstance(node, And) else 'or'}"
        axes.scatter(*at, s=620, color=PALETTE[colour], zorder=2)
        axes.annotate(word, at, ha="center", va="center", color="white", fontsize=11, zorder=3)
        return at

    draw(answer.query, ())
    axes.set_aspect("auto")
    truth = float(answer.truth[v])
    axes.set_title(f"Entity {v} answers with truth {truth:.3g}")
    others = ", ".join(str(x) for path, x in sorted(chosen.items()) if path)
    return describe(axes, f"A query tree: entity {v} on top, entities {others} below; truth {truth:.3g}.")


def plot_products(
    products: ArrayLike, expected: ArrayLike, *, title: str = "", axes: Axes | None = None
) -> Axes:
    """Draw a table of products by colour, where wrong ones stay grey.

    Parameters
    ----------
    products, expected : array_like of shape (R, R)
        For each pair of relations the one that was found, and the true one.
    title : str
    axes : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_products([[0, 1], [1, 1]], [[0, 1], [1, 0]]).get_xlabel()
    'second relation'
    """
    found, true = _table("products", products), _table("expected", expected)
    if found.shape != true.shape:
        raise ValueError(f"expected must have the shape {found.shape} of products; got {true.shape}.")
    axes, right = new_axes(axes, figsize=(4.8, 4.4)), int((found == true).sum())
    shown_as = np.ma.masked_where(found != true, found)
    axes.set_facecolor("#D0D0D0")
    axes.imshow(shown_as, cmap="viridis", vmin=0, vmax=max(1, len(found) - 1), interpolation="nearest")
    axes.grid(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set(xlabel="second relation", ylabel="first relation")
    axes.set_title(title or f"{right} of {found.size} products right")
    return describe(axes, f"Products of {len(found)} relations: {right} of {found.size} are right.")


def _table(name, values):
    table = np.asarray(values)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size or table.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a square table of integers; got {shown(values)}.")
    return table
