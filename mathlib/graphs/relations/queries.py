"""Logical queries over graded relations: best truth values by messages along the tree, with a bracket."""

from fractions import Fraction
from functools import reduce
from math import inf, nextafter
from typing import Any

import numpy as np
import scipy.sparse as sp

from mathlib.checks import check_choice, check_finite, shown
from mathlib.graphs.checker.chain import all_rational, numbers
from mathlib.graphs.checker.query import JOINS, QueryAnswer, atoms, worth
from mathlib.graphs.objects.terms import Entity, Or, Project, check_query, fold

__all__ = ["answer"]


def answer(query: Any, relations: dict[str, Any], tnorm: str = "product") -> QueryAnswer:
    r"""Find the best truth value of a query for each entity, over all values of its variables.

    T(v) = max over the variables of the t-norm of all atoms, for each entity v.

    Parameters
    ----------
    query : Entity, Project, And or Or
        A tree; each variable stands in one branch, so that nested maxima are the joint maximum.
    relations : dict
        For each name a matrix M[from, to] of numbers in [0, 1]: nested lists of Fractions (all of them exact
        then), float arrays, or scipy.sparse.
    tnorm : {"product", "minimum", "lukasiewicz"}
        t(a, b) = ab, min(a, b), max(a + b - 1, 0); `Or` uses 1 - t(1 - a, 1 - b).

    Returns
    -------
    QueryAnswer
        `.truth`, the bracket `.lower`, `.upper`, and `.assignment(v)`.

    Raises
    ------
    ValueError
        If a relation is not square, of another size than others, or has entries outside [0, 1].

    Notes
    -----
    A projection costs one step for each nonzero entry, a negated one n^2.

    References
    ----------
    Y. Bai, X. Lv, J. Li, L. Hou, Answering Complex Logical Queries on Knowledge Graphs via Query Computation
    Tree Optimization, arXiv 2212.09567; on negation: H. Yin, Z. Wang, Y. Song, arXiv 2304.07063.

    Examples
    --------
    >>> M = {"likes": np.array([[0.0, 0.5], [1.0, 0.25]])}
    >>> answer(Project(Project(Entity(0), "likes"), "likes"), M).truth.tolist()
    [0.5, 0.125]
    """
    check_choice("tnorm", tnorm, tuple(JOINS))
    cells, n, exact = _checked_relations(relations)
    check_query(query, n, cells)
    norm, conorm = JOINS[tnorm] if exact else _upward(tnorm)
    one = Fraction(1) if exact else 1.0
    messages, choices = [], []

    def message(node, below):
        if isinstance(node, Entity):
            found = np.array([one * (v == node.i) for v in range(n)])
        elif isinstance(node, Project):
            rows, columns, values = atoms(cells[node.relation], n, node.negated)
            if node.negated and not exact:
                values = np.where(values > 0, np.nextafter(values, 1), 0)
            terms = norm(below[0][rows], values)
            found, choice = np.array([0 * one] * n), np.zeros(n, dtype=np.int64)
            np.maximum.at(found, columns, terms)
            best = terms == found[columns]
            choice[columns[best]] = rows[best]
            choices.append(choice)
        else:
            found = reduce(conorm if isinstance(node, Or) else norm, below)
        messages.append(found)
        return found

    upper, lower = fold(query, message), worth(query, n, cells, tnorm, choices)
    if not exact:
        lower = np.array([_rounded_down(x) for x in lower])
    return QueryAnswer(query, n, cells, tnorm, lower, upper, tuple(messages), tuple(choices))


def _upward(tnorm):
    """The t-norm and the conorm of doubles, with results that are not below the exact ones."""
    norm, conorm = JOINS[tnorm]

    def up(x, positive):
        return np.where(positive, np.clip(np.nextafter(x * (1 + 2.0**-50), 2), 0, 1), 0)

    if tnorm == "minimum":
        return norm, conorm
    if tnorm == "lukasiewicz":  # a sum is rounded at the size of 1
        return (
            lambda a, b: np.where((a > 0) & (b > 0), np.clip(a + b - 1 + 2.0**-51, 0, 1), 0),
            lambda a, b: up(conorm(a, b), (a > 0) | (b > 0)),
        )
    return lambda a, b: up(norm(a, b), (a > 0) & (b > 0)), lambda a, b: up(conorm(a, b), (a > 0) | (b > 0))


def _checked_relations(relations):
    """Rows, columns and values of each relation, in order, the number of entities, and if all is exact."""
    if not isinstance(relations, dict) or not relations:
        raise ValueError(f"relations must be a dict of matrices, not empty; got {shown(relations)}.")
    exact = all(map(all_rational, relations.values()))
    cells, sizes = {}, set()
    for name, M in relations.items():
        said = f"relations[{name!r}]"
        if sp.issparse(M):
            M = sp.csr_array(M, dtype=float)
            M.sum_duplicates()
            rows, columns = M.tocoo().coords
            values = check_finite(said, M.data)
        else:
            M = numbers(said, M, exact, (-1, -1))
            rows, columns = np.nonzero(M)
            values = M[rows, columns]
        if M.shape[0] != M.shape[1] or not M.shape[0]:
            raise ValueError(f"{said} must be a square matrix; got shape {M.shape}.")
        if ((values < 0) | (values > 1)).any():
            raise ValueError(f"{said} must have entries from 0 to 1; got {min(values)} to {max(values)}.")
        cells[name] = (rows.astype(np.int64), columns.astype(np.int64), values)
        sizes.add(M.shape[0])
    if len(sizes) > 1:
        raise ValueError(f"relations must all have the same size; got {sorted(sizes)}.")
    return cells, sizes.pop(), exact


def _rounded_down(x):
    value = float(x)
    return value if Fraction(value) <= x else nextafter(value, -inf)
