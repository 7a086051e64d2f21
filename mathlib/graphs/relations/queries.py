"""Logical queries over graded relations: best truth values by messages along the tree, with a bracket."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter
from typing import Any

import numpy as np
import scipy.sparse as sp

from mathlib.checks import check_choice, check_doubles, check_integer, check_memory, shown
from mathlib.graphs.counting.elimination import SEMIRINGS
from mathlib.graphs.relations.answers import QueryAnswer
from mathlib.graphs.relations.terms import And, Entity, Or, Project

__all__ = ["answer"]

_TNORMS = ("product", "minimum", "lukasiewicz")
_DEEPEST = 50


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
    check_choice("tnorm", tnorm, _TNORMS)
    relations, exact, n = _checked_relations(relations)
    state: _State = _State(relations, tnorm, exact, n, {}, {}, {})
    state.visit(query, (), 0)
    truth = state.values[()]
    if exact:
        best = truth.tolist()
        return QueryAnswer(query, relations, tnorm, best, best, best, state.lists(), state.choices)
    lower = np.array([_rounded(x, -inf) for x in state.exact_values(query, ())])
    upper = state.messages[()]
    truth = np.clip(truth, lower, upper)
    return QueryAnswer(query, relations, tnorm, truth, lower, upper, state.messages, state.choices)


@dataclass
class _State:
    """Values, upper messages and the choices of the maxima at each node, by path."""

    relations: dict
    tnorm: str
    exact: bool
    n: int
    values: dict
    messages: dict
    choices: dict

    def t(self, a, b):
        return SEMIRINGS[f"max_{self.tnorm}"].multiply(a, b)

    def up(self, x):
        """Not below the exact values, if a few operations on positive numbers have been rounded."""
        return x if self.exact else np.minimum(x * (1 + 2.0**-50), 1)

    def above(self, a, b, union=False):
        """Not below the exact t-norm or conorm."""
        if self.exact or self.tnorm == "minimum":
            return self.join(a, b, union)
        if self.tnorm == "lukasiewicz" and not union:
            return np.clip(a + b - 1 + 2.0**-51, 0, 1)  # the sum is rounded at the size of 1
        return self.up(self.join(a, b, union))

    def visit(self, node, path, depth):
        if depth > _DEEPEST:
            raise ValueError(f"query must be at most {_DEEPEST} deep; got a deeper one.")
        if isinstance(node, Entity):
            i = check_integer("Entity", node.i, 0, self.n - 1, "an entity")
            one = Fraction(1) if self.exact else 1.0
            value = np.array([one if v == i else one * 0 for v in range(self.n)])
            self.values[path] = self.messages[path] = value
        elif isinstance(node, Project):
            self.visit(node.sub, (*path, 0), depth + 1)
            self._project(node, path)
        elif isinstance(node, And | Or):
            for k, sub in enumerate(node.subs):
                self.visit(sub, (*path, k), depth + 1)
            kind = isinstance(node, Or)
            for table, join in ((self.values, self.join), (self.messages, self.above)):
                total = table[*path, 0]
                for k in range(1, len(node.subs)):
                    total = join(total, table[*path, k], kind)
                table[path] = total
        else:
            raise ValueError(f"query must be made of Entity, Project, And and Or; got {shown(node)}.")

    def join(self, a, b, union):
        if not union:
            return self.t(a, b)
        if self.tnorm == "minimum":
            return np.maximum(a, b)
        return a + b * (1 - a) if self.tnorm == "product" else np.minimum(a + b, 1)

    def _project(self, node, path):
        if not isinstance(node.relation, str) or node.relation not in self.relations:
            raise ValueError(f"relation must be one of {sorted(self.relations)}; got {shown(node.relation)}.")
        M = self.relations[node.relation]
        value, message = self.values[*path, 0], self.messages[*path, 0]
        if sp.issparse(M) and not node.negated:
            self._project_sparse(M, path, value, message)
            return
        if sp.issparse(M):
            check_memory(self.n**2, "a negated relation", "leave the negation away")
            M = M.toarray()
        table = self.t(value[:, None], 1 - M if node.negated else M)
        self.choices[path] = np.argmax(table, axis=0)
        self.values[path] = table[self.choices[path], np.arange(self.n)]
        weight = self.up(1 - M) if node.negated else M
        self.messages[path] = self.above(message[:, None], weight).max(axis=0)

    def _project_sparse(self, M, path, value, message):
        table = M.tocoo()
        rows, columns = table.coords
        terms = self.t(value[rows], table.data)
        order = np.lexsort((terms, columns))
        last = np.r_[np.flatnonzero(np.diff(columns[order])), len(order) - 1] if len(order) else order
        self.choices[path] = np.zeros(self.n, dtype=np.int64)
        self.values[path] = np.zeros(self.n)
        self.choices[path][columns[order[last]]] = rows[order[last]]
        self.values[path][columns[order[last]]] = terms[order[last]]
        self.messages[path] = np.zeros(self.n)
        np.maximum.at(self.messages[path], columns, self.above(message[rows], table.data))

    def exact_values(self, node, path):
        """The exact value of the choices, for all entities, in fractions."""
        if isinstance(node, Entity):
            return [Fraction(v == node.i) for v in range(self.n)]
        if isinstance(node, Project):
            below, M = self.exact_values(node.sub, (*path, 0)), self.relations[node.relation]
            M = M.tocsr() if sp.issparse(M) else M
            atoms = [Fraction(float(M[u, v])) for v, u in enumerate(self.choices[path].tolist())]
            atoms = [1 - x for x in atoms] if node.negated else atoms
            return [
                self._pair(below[u], x, False)
                for u, x in zip(self.choices[path].tolist(), atoms, strict=True)
            ]
        parts = [self.exact_values(sub, (*path, k)) for k, sub in enumerate(node.subs)]
        total = parts[0]
        for part in parts[1:]:
            total = [self._pair(a, b, isinstance(node, Or)) for a, b in zip(total, part, strict=True)]
        return total

    def _pair(self, a, b, union):
        if self.tnorm == "product":
            return a + b - a * b if union else a * b
        if self.tnorm == "minimum":
            return max(a, b) if union else min(a, b)
        return min(a + b, Fraction(1)) if union else max(a + b - 1, Fraction(0))

    def lists(self):
        return {path: m.tolist() for path, m in self.messages.items()}


def _checked_relations(relations):
    if not isinstance(relations, dict) or not relations:
        raise ValueError(f"relations must be a dict of matrices, not empty; got {shown(relations)}.")
    exact = all(_is_exact(M) for M in relations.values())
    found, sizes = {}, set()
    for name, M in relations.items():
        if sp.issparse(M):
            M = M.astype(float)
            values = M.data
        else:
            M = np.array(M, dtype=object) if exact else check_doubles(f"relations[{name!r}]", M)
            values = M
        if M.ndim != 2 or M.shape[0] != M.shape[1] or not M.shape[0]:
            raise ValueError(f"relations[{name!r}] must be a square matrix; got shape {M.shape}.")
        if not all((values >= 0).ravel()) or not all((values <= 1).ravel()):
            raise ValueError(f"relations[{name!r}] must have entries from 0 to 1; got others.")
        found[name] = M
        sizes.add(M.shape[0])
    if len(sizes) > 1:
        raise ValueError(f"relations must all have the same size; got {sorted(sizes)}.")
    return found, exact, sizes.pop()


def _is_exact(M):
    if sp.issparse(M):
        return False
    flat = np.asarray(M, dtype=object).ravel().tolist()
    return any(isinstance(x, Fraction) for x in flat) and all(isinstance(x, Fraction | int) for x in flat)


def _rounded(x, towards):
    """A double on that side of a fraction, or equal to it."""
    value = float(x)
    exact = Fraction(value)
    return value if exact == x or (exact < x) == (towards < 0) else nextafter(value, towards)
