"""Published bounds on sphere packings to compare with, each with its source, and Rogers' bound, computed.

The published numbers are in published.json, as printed. What can be recomputed is recomputed: Rogers' bound
by `rogers_bound`, the two-point bounds by `two_point_bound`, and the densities of most packings from their
constructions in the tests.
"""

import json
import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flint import acb, arb, ctx, fmpq

from mathlib.checks import check_integer

__all__ = [
    "BestPacking", "KissingBounds", "PublishedBounds", "best_known_packing", "published_bounds",
    "published_kissing_bounds", "rogers_bound",
]  # fmt: skip

_LARGEST_DIMENSION = 36
_LARGEST_ROGERS = 60
_COLUMNS = ("rogers", "cohn_elkies", "strengthened_two_point", "three_point")


@dataclass(frozen=True)
class BestPacking:
    """The densest packing known in R^n.

    Attributes
    ----------
    n : int
    name : str
    center_density : str
        The number of centres per unit volume when the balls have radius 1, as a formula.
    center_density_squared : Fraction
    density : Decimal
        Rounded down to 12 digits.
    optimal : bool
        Whether it was proved that there is none denser.
    source : str
    """

    n: int
    name: str
    center_density: str
    center_density_squared: Fraction
    density: Decimal
    optimal: bool
    source: str


@dataclass(frozen=True)
class KissingBounds:
    """What is published on the kissing number of R^n: `lower` <= kissing number <= `upper`.

    Attributes
    ----------
    n, lower, upper : int
    claimed : str
        The preprint on which `lower` rests, where that was not checked here; else empty.
    sources : mapping of str to str
    """

    n: int
    lower: int
    upper: int
    claimed: str
    sources: MappingProxyType


@dataclass(frozen=True)
class PublishedBounds:
    """The row of one dimension. A bound that was not published for this dimension is None.

    Attributes
    ----------
    n : int
    best_packing : BestPacking or None
    rogers, cohn_elkies, strengthened_two_point, three_point : Decimal or None
        Bounds on the density, rounded up; Rogers' bound to 9 digits, as `rogers_bound` finds it.
    sources : mapping of str to str
    """

    n: int
    best_packing: BestPacking | None
    rogers: Decimal
    cohn_elkies: Decimal
    strengthened_two_point: Decimal | None
    three_point: Decimal | None
    sources: MappingProxyType


def published_bounds() -> tuple[PublishedBounds, ...]:
    """Return the table of published bounds, one row a dimension, n = 1..36.

    Returns
    -------
    tuple of PublishedBounds
        Row i belongs to n = i + 1. `row.sources` maps the names of the columns to their sources.

    Examples
    --------
    >>> row = published_bounds()[7]
    >>> row.n, row.cohn_elkies, row.best_packing.density, row.rogers
    (8, Decimal('0.253669508'), Decimal('0.253669507901'), Decimal('0.256788380'))
    >>> row.sources["rogers"]
    'C. A. Rogers, The packing of equal spheres, Proc. London Math. Soc. 8 (1958) 609-620; computed here'
    """
    data = _data()
    sources = MappingProxyType({name: data[name]["source"] for name in _COLUMNS})
    rows = []
    for n in range(1, _LARGEST_DIMENSION + 1):
        bounds: dict[str, Any] = {
            name: Decimal(data[name]["values"][str(n)]) if str(n) in data[name]["values"] else None
            for name in _COLUMNS
        }
        known = str(n) in data["best_packing"]["values"]
        packing = best_known_packing(n) if known else None
        rows.append(PublishedBounds(n=n, best_packing=packing, sources=sources, **bounds))
    return tuple(rows)


def best_known_packing(n: int) -> BestPacking:
    """Return the densest packing of equal balls known in R^n, n = 1..24.

    The packings of dimensions 19 to 23 come from the Leech lattice L, whose shortest vectors have squared
    length 4, by the *antipode construction*: choose a section of L of dimension k = 24 - n, spanned by
    vectors of L with Gram matrix K, and a finite set S in the dual lattice of the section, no two of its
    points farther apart than d, d^2 < 4. Take the points of L whose projection to the section lies in S, and
    project them to the n dimensions orthogonal to the section. They keep a distance of sqrt(4 - d^2), and
    there are |S| / sqrt(det K) of them per unit volume, so the center density is
    |S| ((4 - d^2) / 4)^(n/2) / sqrt(det K).

    Parameters
    ----------
    n : int
        The dimension, from 1 to 24: the table ends with the Leech lattice.

    Returns
    -------
    BestPacking

    Raises
    ------
    ValueError
        For other n.

    Examples
    --------
    >>> best_known_packing(24).name, best_known_packing(24).density
    ('Leech lattice', Decimal('0.00192957430940'))
    >>> best_known_packing(9).center_density
    '1/(16 sqrt(2))'
    """
    table = _data()["best_packing"]["values"]
    n = check_integer("n", n, 1, len(table), "for which best packings are listed")
    entry = table[str(n)]
    squared = Fraction(entry["center_density_squared"])
    with ctx.workprec(128):
        ball = arb.pi() ** (arb(n) / 2) / (arb(n) / 2 + 1).gamma()
        density = ball * arb(fmpq(squared.numerator, squared.denominator)).sqrt()
    return BestPacking(
        n=n,
        name=entry["name"],
        center_density=entry["center_density"],
        center_density_squared=squared,
        density=_rounded(density, 12, ROUND_FLOOR),
        optimal=entry.get("optimal", False),
        source=entry.get("source", _data()["best_packing"]["source"]),
    )


def published_kissing_bounds() -> tuple[KissingBounds, ...]:
    """Return the table of published bounds on kissing numbers, one row a dimension, n = 1..31.

    Returns
    -------
    tuple of KissingBounds
        Row i belongs to n = i + 1.

    Examples
    --------
    >>> row = published_kissing_bounds()[10]
    >>> row.n, row.lower, row.upper, row.claimed[-23:]
    (11, 604, 868, 'arXiv 2606.10402 (2026)')
    """
    data = _data()["kissing"]
    sources = MappingProxyType({name: data[f"{name}_source"] for name in ("lower", "upper")})
    return tuple(
        KissingBounds(int(n), lower, data["upper"][n], data["claimed"].get(n, ""), sources)
        for n, lower in data["lower"].items()
    )


def rogers_bound(n: int, *, digits: int = 15) -> Decimal:
    r"""Return Rogers' bound on the density of packings of equal balls in R^n, rounded up.

    The bound sigma_n is the share of a regular simplex of edge 2 that the unit balls around its n + 1 corners
    cover:

        sigma_n = (n + 1) omega_n vol(B_n) / vol(simplex),   vol(simplex) = 2^{n/2} sqrt(n + 1) / n!,

    where omega_n is the share of a small ball around a corner that lies in the simplex. The n facets at a
    corner have inner normals u_i with <u_i, u_j> = -1/n, so omega_n is the probability that n normal
    variables with these correlations are all positive. This is, with imaginary common factor,

        omega_n = sqrt((n + 1) / 2 pi) * integral of exp(-(n + 1) y^2 / 2) Phi(i y)^n over all real y,

    Phi the distribution function of the normal law. The integrand oscillates: at n = 36 it cancels to
    10^-30 of its size, so it is integrated with more digits, in balls.

    Parameters
    ----------
    n : int
        The dimension, from 1 to 60.
    digits : int
        Significant digits, from 1 to 30.

    Returns
    -------
    Decimal

    Notes
    -----
    Cost: 0.05 s for n = 8, 0.8 s for n = 36, 5 s for n = 60.

    References
    ----------
    C. A. Rogers, The packing of equal spheres, Proceedings of the London Mathematical Society 8 (1958).

    Examples
    --------
    >>> rogers_bound(2)  # pi / sqrt(12)
    Decimal('0.906899682117109')
    """
    n = check_integer("n", n, 1, _LARGEST_ROGERS, "the dimension")
    return _rogers(n, check_integer("digits", digits, 1, 30, "significant ones of the bound"))


@cache
def _rogers(n, digits):
    # omega_n is about 1/n!, so the integrand must be known to that much beyond the digits.
    nats = math.lgamma(n + 1) + (digits + 5) * math.log(10)
    with ctx.workprec(int(2 * nats / math.log(2)) + 30):

        def integrand(y, _):
            return (-(n + 1) * y * y / 2).exp() * ((1 + (acb(0, 1) * y / acb(2).sqrt()).erf()) / 2) ** n

        # For y >= 0, |Phi(iy)| <= (1/2 + 0.4 y) exp(y^2/2). From `end` on, the integrand is below
        # (1/2 + 0.4 y)^n exp(-y^2/2), which falls faster than exp(-y): the tail is below its first value.
        end = math.isqrt(n) + 2
        while n * math.log(0.5 + 0.4 * end) - end * end / 2 > -nats:
            end += 1
        tail = (arb(1) / 2 + arb(2 * end) / 5) ** n * (-arb(end * end) / 2).exp()
        integral = 2 * (acb.integral(integrand, 0, end).real + arb(0, 1) * tail)
        corner = ((n + 1) / (2 * arb.pi())).sqrt() * integral
        ball = arb.pi() ** (arb(n) / 2) / (arb(n) / 2 + 1).gamma()
        simplex = arb(2) ** (arb(n) / 2) * arb(n + 1).sqrt() / arb.fac_ui(n)
        return _rounded((n + 1) * corner * ball / simplex, digits, ROUND_CEILING)


def _rounded(ball, digits, rounding):
    """The upper end of a ball rounded up, or its lower end rounded down; the decimal in the ball, if any."""
    end = (ball.upper() if rounding == ROUND_CEILING else ball.lower()).fmpq()
    numerator, denominator = Decimal(int(end.p)), Decimal(int(end.q))
    nearest = Context(prec=digits).divide(numerator, denominator)
    exact = Fraction(nearest)
    if ball.contains(fmpq(exact.numerator, exact.denominator)):
        return nearest.normalize()
    return Context(prec=digits, rounding=rounding).divide(numerator, denominator)


@cache
def _data():
    return json.loads(Path(__file__).with_name("published.json").read_text(encoding="utf-8"))
