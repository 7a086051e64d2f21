"""Homology of complexes, cohomology of sheaves and harmonic extensions, checked from their definitions."""

from fractions import Fraction
from itertools import combinations
from math import lcm

import flint

from mathlib.errors import CertificateError
from mathlib.graphs.checker.fields import expect_kind, fraction, fractions, listed, matrix, whole, wholes
from mathlib.graphs.checker.smith import invariant_factors, read_smith

__all__ = [
    "check_extension",
    "check_homology",
    "check_sheaf",
    "read_extension",
    "read_homology",
    "read_sheaf",
]

_MOST_FACES = 10**6
_LARGEST_STALK = 100
_PRIME = 2**61 - 1


def check_homology(data: dict) -> str:
    """Verify a certificate of kind "homology" and return its theorem.

    H_k = Z^(n_k - rank del_k - rank del_(k+1)) + the torsion of del_(k+1); the boundary of a simplex is the
    alternating sum of its faces, in the order of its vertices. Raises CertificateError if it proves nothing.
    """
    facets, forms, betti, torsion = read_homology(data).values()
    faces = _faces(facets)
    ranks, factors = [0], []
    for k in range(1, len(faces)):
        index = {face: i for i, face in enumerate(faces[k - 1])}
        boundary: dict[int, dict[int, int]] = {}
        for j, face in enumerate(faces[k]):
            for i in range(k + 1):
                boundary.setdefault(index[face[:i] + face[i + 1 :]], {})[j] = -1 if i % 2 else 1
        rank, above_one = invariant_factors(f"smith[{k - 1}]", boundary, forms[k - 1])
        ranks.append(rank)
        factors.append(above_one)
    ranks.append(0)
    factors.append([])
    found = [len(faces[k]) - ranks[k] - ranks[k + 1] for k in range(len(faces))]
    if found != betti:
        raise CertificateError(f"field betti: {betti} = {found} does not hold.")
    if factors != torsion:
        raise CertificateError(f"field torsion: {torsion} = {factors} does not hold.")
    groups = "; ".join(f"H_{k} = {_group(b, t)}" for k, (b, t) in enumerate(zip(found, factors, strict=True)))
    return f"The complex of {len(facets)} facets has {groups}."


def read_homology(data) -> dict:
    """The fields of a certificate of kind "homology"."""
    expect_kind(data, "homology")
    facets = []
    for k, facet in enumerate(listed("facets", data.get("facets"), 1, _MOST_FACES)):
        vertices = wholes(f"facets[{k}]", facet, len(listed(f"facets[{k}]", facet, 1, 13)), 0, 2**53)
        if len(set(vertices)) < len(vertices):
            raise CertificateError(f"field facets[{k}]: a vertex stands twice.")
        facets.append(tuple(sorted(vertices)))
    sizes = [len(level) for level in _faces(facets)]
    smith = listed("smith", data.get("smith"), len(sizes) - 1, len(sizes) - 1)
    forms = [read_smith(f"smith[{k}]", form, sizes[k], sizes[k + 1]) for k, form in enumerate(smith)]
    torsion = listed("torsion", data.get("torsion"), len(sizes), len(sizes))
    return {
        "facets": facets,
        "smith": forms,
        "betti": wholes("betti", data.get("betti"), len(sizes), 0, _MOST_FACES),
        "torsion": [
            wholes(f"torsion[{k}]", t, len(listed(f"torsion[{k}]", t, 0, 400)), 2, 2**63)
            for k, t in enumerate(torsion)
        ],
    }


def _faces(facets):
    """All faces of each dimension, sorted."""
    if sum(2 ** len(facet) for facet in facets) > 8 * _MOST_FACES:
        raise CertificateError("field facets: too many faces.")
    levels: list[set] = [set() for _ in range(max(map(len, facets)))]
    for facet in facets:
        for size in range(1, len(facet) + 1):
            levels[size - 1].update(combinations(facet, size))
    return [sorted(level) for level in levels]


def _group(betti, torsion):
    parts = ([f"Z^{betti}" if betti > 1 else "Z"] if betti else []) + [f"Z/{d}" for d in torsion]
    return " + ".join(parts) or "0"


def check_sheaf(data: dict) -> str:
    """Verify a certificate of kind "sheaf-cohomology" and return its theorem.

    (delta x)_e = F_head x_head - F_tail x_tail; H^0 is its kernel over the integers, H^1 its cokernel. Raises
    CertificateError if it proves nothing.
    """
    stalks, edges, form, h0, h1, torsion = read_sheaf(data).values()
    rows, width = _coboundary(stalks, edges)
    if any(x.denominator != 1 for row in rows for x in row.values()):
        raise CertificateError("field edges: integer maps expected.")
    entries = {k: {c: int(x) for c, x in row.items()} for k, row in enumerate(rows) if row}
    rank, factors = invariant_factors("smith", entries, form)
    found = width - rank, len(rows) - rank, factors
    for name, claimed, value in zip(("h0", "h1", "torsion"), (h0, h1, torsion), found, strict=True):
        if claimed != value:
            raise CertificateError(f"field {name}: {claimed} = {value} does not hold.")
    return f"The sheaf has H^0 = {_group(h0, [])} and H^1 = {_group(h1, torsion)}."


def read_sheaf(data) -> dict:
    """The fields of a certificate of kind "sheaf-cohomology"."""
    expect_kind(data, "sheaf-cohomology")
    stalks, edges = _read_maps(data)
    rows, columns = sum(len(edge[2]) for edge in edges), sum(stalks)
    torsion = data.get("torsion")
    return {
        "stalks": stalks,
        "edges": edges,
        "smith": read_smith("smith", data.get("smith"), rows, columns),
        "h0": whole("h0", data.get("h0"), 0, columns),
        "h1": whole("h1", data.get("h1"), 0, rows),
        "torsion": wholes("torsion", torsion, len(listed("torsion", torsion, 0, 400)), 2, 2**63),
    }


def check_extension(data: dict) -> str:
    """Verify a certificate of kind "harmonic-extension" and return its theorem.

    (L x)_v = 0 at all vertices without a given value, so that |delta x|^2 is least; no nonzero section
    vanishes on the others, since delta restricted to them has full rank modulo a prime, so that no other x
    does as well. Raises CertificateError if it proves nothing.
    """
    stalks, edges, given, values, energy = read_extension(data).values()
    rows, _ = _coboundary(stalks, edges)
    start = [sum(stalks[:v]) for v in range(len(stalks))]
    x = [entry for value in values for entry in value]
    errors = [sum((f * x[c] for c, f in row.items()), Fraction(0)) for row in rows]
    free = [start[v] + k for v in range(len(stalks)) if v not in given for k in range(stalks[v])]
    gradient = [Fraction(0)] * len(x)
    for row, error in zip(rows, errors, strict=True):
        for c, f in row.items():
            gradient[c] += f * error
    for c in free:
        if gradient[c]:
            raise CertificateError(f"field values: (L x)[{c}] = 0 does not hold.")
    found = sum((e * e for e in errors), Fraction(0))
    if found != energy:
        raise CertificateError("field energy: |delta x|^2 is another number.")
    place = {c: k for k, c in enumerate(free)}
    if free and _rank_modulo_prime(rows, place) < len(free):
        raise CertificateError("no nonzero section vanishes on the boundary does not hold modulo 2^61 - 1.")
    return f"Exactly one x with the given values at {len(given)} vertices has the least energy, {energy}."


def read_extension(data) -> dict:
    """The fields of a certificate of kind "harmonic-extension"."""
    expect_kind(data, "harmonic-extension")
    stalks, edges = _read_maps(data)
    given = listed("boundary", data.get("boundary"), 0, len(stalks))
    boundary = [whole(f"boundary[{k}]", v, 0, len(stalks) - 1) for k, v in enumerate(given)]
    values = listed("values", data.get("values"), len(stalks), len(stalks))
    return {
        "stalks": stalks,
        "edges": edges,
        "boundary": set(boundary),
        "values": [fractions(f"values[{v}]", value, stalks[v], stalks[v]) for v, value in enumerate(values)],
        "energy": fraction("energy", data.get("energy")),
    }


def _read_maps(data):
    """The dimensions of the stalks, and for each edge its ends and its two maps."""
    dimensions = listed("stalks", data.get("stalks"), 1, 10**4)
    stalks = [whole(f"stalks[{v}]", d, 0, _LARGEST_STALK) for v, d in enumerate(dimensions)]
    edges = []
    for k, edge in enumerate(listed("edges", data.get("edges"), 0, 10**5)):
        name = f"edges[{k}]"
        tail, head, first, second = listed(name, edge, 4, 4)
        tail, head = wholes(name, [tail, head], 2, 0, len(stalks) - 1)
        rows = len(listed(name, first, 0, _LARGEST_STALK))
        if tail == head:
            raise CertificateError(f"field {name}: a loop.")
        edges.append(
            (tail, head, matrix(name, first, rows, stalks[tail]), matrix(name, second, rows, stalks[head]))
        )
    return stalks, edges


def _coboundary(stalks, edges):
    """The rows of delta as dicts, and the number of columns."""
    start = [sum(stalks[:v]) for v in range(len(stalks))]
    rows = []
    for tail, head, first, second in edges:
        for behind, ahead in zip(first, second, strict=True):
            row = {start[head] + k: f for k, f in enumerate(ahead) if f}
            row |= {start[tail] + k: -f for k, f in enumerate(behind) if f}
            rows.append(row)
    return rows, sum(stalks)


def _rank_modulo_prime(rows, place):
    """The rank of the columns in `place`, each row scaled to integers, modulo 2^61 - 1."""
    dense = []
    for row in rows:
        scale = lcm(*(f.denominator for f in row.values()))
        line = [0] * len(place)
        for c, f in row.items():
            if c in place:
                line[place[c]] = int(f * scale) % _PRIME
        dense.append(line)
    return flint.nmod_mat(dense, _PRIME).rank() if dense else 0
