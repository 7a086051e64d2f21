"""The truth values of a query, checked: assignments from below, messages from above; all in fractions.

Let m be numbers at the nodes of the query with m_v >= t(m_u, a(u, v)) for all u, v at a projection, where a
is M or 1 - M, and m_v at least the t-norm (conorm) of those of the children at And (Or). Then no values of
the variables give v more than m_v, by induction from the leaves. A choice of u for each v gives v at least
what it is worth. Most terms are far below in doubles, with a margin; the others are compared exactly.
"""

from fractions import Fraction

import numpy as np

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.graphs.checker.fields import expect_kind, fraction, fractions, listed, whole, wholes

__all__ = ["check_answer", "read_answer"]

_LARGEST = 10**5
_DEEPEST = 60


def check_answer(data: dict) -> str:
    """Verify a certificate of kind "query-answer" and return its theorem.

    Raises CertificateError, naming the field or what does not hold, if it proves nothing.
    """
    found = read_answer(data)
    n, lower, upper = found["n"], found["lower"], found["upper"]
    value = _check_node(found, found["query"], ())
    for v in range(n):
        if not lower[v] <= value[v]:
            raise CertificateError(f"field lower[{v}]: the assignment does not give that much.")
        if not found["messages"][()][v] <= upper[v]:
            raise CertificateError(f"field upper[{v}]: below the message of the root.")
    best = int(max(range(n), key=upper.__getitem__))
    ends = f"from {float(lower[best]):.12g} to {float(upper[best]):.12g}"
    return f"The truth values of {n} entities are bracketed; the largest is {ends}, of entity {best}."


def read_answer(data) -> dict:
    """The fields of a certificate of kind "query-answer"."""
    expect_kind(data, "query-answer")
    n = whole("n", data.get("n"), 1, _LARGEST)
    if data.get("tnorm") not in ("product", "minimum", "lukasiewicz"):
        raise CertificateError("field tnorm: product, minimum or lukasiewicz expected.")
    given = data.get("relations")
    if not isinstance(given, dict) or not given:
        raise CertificateError("field relations: matrices by name expected.")
    relations: dict[str, dict] = {}
    for name, cells in given.items():
        relations[name] = {}
        for k, cell in enumerate(listed(f"relations.{name}", cells, 0, 4 * 10**6)):
            i, j, x = listed(f"relations.{name}[{k}]", cell, 3, 3)
            place = tuple(wholes(f"relations.{name}[{k}]", [i, j], 2, 0, n - 1))
            relations[name][place] = fraction(f"relations.{name}[{k}]", x)
            if not 0 <= relations[name][place] <= 1:
                raise CertificateError(f"field relations.{name}[{k}]: a number from 0 to 1 expected.")
    messages, choices = data.get("messages"), data.get("choices")
    if not isinstance(messages, dict) or not isinstance(choices, dict):
        raise CertificateError("fields messages and choices: lists by node expected.")
    return {
        "n": n,
        "tnorm": data["tnorm"],
        "relations": relations,
        "query": _checked_query(data.get("query"), n, relations, 0),
        "messages": {_path(k): fractions(f"messages.{k}", m, n, n) for k, m in messages.items()},
        "choices": {_path(k): wholes(f"choices.{k}", c, n, 0, n - 1) for k, c in choices.items()},
        "lower": fractions("lower", data.get("lower"), n, n),
        "upper": fractions("upper", data.get("upper"), n, n),
    }


def _path(text):
    try:
        return tuple(int(k) for k in text.split(".")) if text else ()
    except ValueError:
        raise CertificateError(f"field messages: {shown(text)} is no node.") from None


def _checked_query(node, n, relations, depth):
    kind = node[0] if isinstance(node, list) and node else None
    if depth > _DEEPEST or kind not in ("entity", "project", "and", "or"):
        raise CertificateError(f"field query: entity, project, and, or expected, not {shown(node)}.")
    if kind == "entity":
        listed("query", node, 2, 2)
        return ["entity", whole("query", node[1], 0, n - 1)]
    if kind == "project":
        listed("query", node, 4, 4)
        if not isinstance(node[2], str) or node[2] not in relations or not isinstance(node[3], bool):
            raise CertificateError(f"field query: a relation, true or false expected, not {shown(node[2:])}.")
        return ["project", _checked_query(node[1], n, relations, depth + 1), node[2], node[3]]
    listed("query", node, 2, 1000)
    return [kind, *(_checked_query(sub, n, relations, depth + 1) for sub in node[1:])]


def _check_node(found, node, path):
    """The worth of the choices for each entity; the messages of this node are checked."""
    n, tnorm = found["n"], found["tnorm"]
    message = found["messages"].get(path)
    if message is None:
        raise CertificateError(f"field messages: node {path} is missing.")
    if node[0] == "entity":
        value = [Fraction(v == node[1]) for v in range(n)]
        _at_least(message, value, path)
        return value
    if node[0] == "project":
        below = _check_node(found, node[1], (*path, 0))
        choice = found["choices"].get(path)
        if choice is None:
            raise CertificateError(f"field choices: node {path} is missing.")
        M, negated = found["relations"][node[2]], node[3]
        _check_projection(message, found["messages"][*path, 0], M, negated, tnorm, path)
        atoms = [M.get((u, v), Fraction(0)) for v, u in enumerate(choice)]
        atoms = [1 - x for x in atoms] if negated else atoms
        return [_join(tnorm, False, below[u], x) for u, x in zip(choice, atoms, strict=True)]
    parts = [_check_node(found, sub, (*path, k)) for k, sub in enumerate(node[1:])]
    above = [found["messages"][*path, k] for k in range(len(parts))]
    value, most = parts[0], above[0]
    for part, other in zip(parts[1:], above[1:], strict=True):
        value = [_join(tnorm, node[0] == "or", a, b) for a, b in zip(value, part, strict=True)]
        most = [_join(tnorm, node[0] == "or", a, b) for a, b in zip(most, other, strict=True)]
    _at_least(message, most, path)
    return value


def _check_projection(message, below, M, negated, tnorm, path):
    """m_v >= t(m_u, a(u, v)) for all u and v; an entry that is not given is 0."""
    n = len(message)
    if negated:
        table = np.ones((n, n))
        for (u, v), x in M.items():
            table[u, v] = float(1 - x)
        rows, columns = np.divmod(np.arange(n * n), n)
        atoms = table.ravel()
    else:
        if min(message) < 0:
            raise CertificateError(f"field messages: node {path}: not below 0 expected.")
        rows = np.array([u for u, _ in M], dtype=np.int64)
        columns = np.array([v for _, v in M], dtype=np.int64)
        atoms = np.array([float(x) for x in M.values()])
    ahead, behind = (np.array([float(x) for x in side]) for side in (message, below))
    terms = {
        "product": behind[rows] * atoms,
        "minimum": np.minimum(behind[rows], atoms),
        "lukasiewicz": np.maximum(behind[rows] + atoms - 1, 0),
    }[tnorm]
    margin = terms * 1e-14 + (1e-14 if tnorm == "lukasiewicz" else 1e-300)
    for k in np.flatnonzero(terms + margin > ahead[columns]).tolist():
        u, v = int(rows[k]), int(columns[k])
        x = M.get((u, v), Fraction(0))
        if _join(tnorm, False, below[u], 1 - x if negated else x) > message[v]:
            raise CertificateError(
                f"field messages: node {path}: m_{v} >= t(m_{u}, a({u}, {v})) does not hold."
            )


def _at_least(message, values, path):
    for v, (m, x) in enumerate(zip(message, values, strict=True)):
        if m < x:
            raise CertificateError(f"field messages: node {path}: m_{v} is below what its children give.")


def _join(tnorm, union, a, b):
    if tnorm == "product":
        return a + b - a * b if union else a * b
    if tnorm == "minimum":
        return max(a, b) if union else min(a, b)
    return min(a + b, Fraction(1)) if union else max(a + b - 1, Fraction(0))
