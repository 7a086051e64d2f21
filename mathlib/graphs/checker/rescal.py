"""The bracket on the loss of a bilinear model, checked.

For orthonormal E with d columns the loss is at least sum |X_r|^2 - sum |E' X_r E|^2, and
sum |E' X_r E|^2 <= sum |X_r' E|^2 = tr E'SE for S = sum X_r X_r', likewise with S = sum X_r' X_r. If
mu I + Z >= S and Z >= 0, then tr E'SE <= d mu + tr Z. Every E of rank d has the range of an orthonormal one.
"""

import math
from fractions import Fraction

import flint

from mathlib.errors import CertificateError
from mathlib.exact.ldl import failing_pivot
from mathlib.graphs.checker.fields import expect_kind, fraction, listed, matrix, number

__all__ = ["check_rescal", "read_rescal", "rescal_loss", "top_bound"]

_BITS = 200
_LARGEST = 64
_MOST = 10**5


def check_rescal(data: dict) -> str:
    """Verify a certificate of kind "rescal" and return its theorem.

    Raises CertificateError, naming the field or what does not hold, if it proves nothing.
    """
    X, E, M, loss, lower, side, mu, Z = read_rescal(data).values()
    found, total = rescal_loss(X, E, M)
    if found > loss:
        raise CertificateError(f"field loss: {float(loss)!r} is not proved, {found!r} is.")
    rank = len(E[0])
    bound = top_bound(total, X, rank, side, mu, Z)
    if bound < lower:
        raise CertificateError(f"field lower: {float(lower)!r} is not proved, {bound!r} is.")
    return f"The least loss of rank {rank} is from {float(lower)!r} to {float(loss)!r}."


def read_rescal(data) -> dict:
    """The fields of a certificate of kind "rescal", numbers as Fractions."""
    expect_kind(data, "rescal")
    E = listed("entities", data.get("entities"), 1, _LARGEST)
    n, rank = len(E), len(listed("entities[0]", E[0], 1, _LARGEST))
    layers = listed("X", data.get("X"), 1, _MOST)
    relations = listed("relations", data.get("relations"), len(layers), len(layers))
    if data.get("side") not in ("left", "right"):
        raise CertificateError("field side: left or right expected.")
    if rank > n:
        raise CertificateError("field entities: at most as many columns as rows expected.")

    def double(name, value):
        return number(name, value, False)

    return {
        "X": [matrix(f"X[{r}]", layer, n, n, double) for r, layer in enumerate(layers)],
        "entities": matrix("entities", E, n, rank, double),
        "relations": [matrix(f"relations[{r}]", M, rank, rank, double) for r, M in enumerate(relations)],
        "loss": number("loss", data.get("loss"), False),
        "lower": number("lower", data.get("lower"), False),
        "side": data["side"],
        "mu": fraction("mu", data.get("mu")),
        "Z": matrix("Z", data.get("Z"), n, n),
    }


def rescal_loss(X, E, M) -> tuple[float, Fraction]:
    """The loss of a model, rounded up, and sum |X|^2, which is exact."""
    n, rank = len(E), len(E[0])
    total = Fraction(0)
    with flint.ctx.workprec(_BITS):
        left = flint.arb_mat(n, rank, [_ball(x) for row in E for x in row])
        loss = flint.arb(0)
        for layer, relation in zip(X, M, strict=True):
            middle = flint.arb_mat(rank, rank, [_ball(x) for row in relation for x in row])
            model = (left * middle * left.transpose()).entries()
            flat = [x for row in layer for x in row]
            loss += sum(((_ball(x) - y) ** 2 for x, y in zip(flat, model, strict=True)), flint.arb(0))
            total += sum(Fraction(x) ** 2 for x in flat if x)
        return math.nextafter(float(loss.upper()), math.inf), total


def top_bound(total, X, rank, side, mu, Z) -> float:
    """sum |X|^2 - d mu - tr Z, rounded down; CertificateError if mu and Z prove nothing."""
    n = len(Z)
    S = [[Fraction(0)] * n for _ in range(n)]
    for layer in X:
        rows = layer if side == "left" else list(zip(*layer, strict=True))
        sparse = [{k: Fraction(x) for k, x in enumerate(row) if x} for row in rows]
        for i in range(n):
            for j in range(i + 1):
                S[i][j] += sum(
                    (x * sparse[j][k] for k, x in sparse[i].items() if k in sparse[j]), Fraction(0)
                )
    if any(Z[i][j] != Z[j][i] for i in range(n) for j in range(i)):
        raise CertificateError("field Z: symmetric expected.")
    if failing_pivot(Z) is not None:
        raise CertificateError("field Z: Z >= 0 does not hold.")
    if (
        failing_pivot([[Z[i][j] - S[i][j] + (mu if i == j else 0) for j in range(i + 1)] for i in range(n)])
        is not None
    ):
        raise CertificateError("field mu: mu I + Z >= S does not hold.")
    bound = max(Fraction(0), total - rank * mu - sum(Z[i][i] for i in range(n)))
    value = float(bound)
    return value if Fraction(value) <= bound else math.nextafter(value, -math.inf)


def _ball(x):
    x = Fraction(x)
    return flint.arb(flint.fmpq(x.numerator, x.denominator))
