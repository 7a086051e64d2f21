"""Certificates of three-point bounds: the functions behind a bound as exact numbers, to verify and save."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mathlib.certificates import Certificate, Verified
from mathlib.checks import check_choice, check_finite, check_flag, check_integer, shown
from mathlib.errors import CertificateError
from mathlib.fields import entries, rational, rationals, rounded_up, settle
from mathlib.packing.three_point import functions
from mathlib.packing.three_point.spec import (
    LARGEST_BLOCK,
    LARGEST_DEGREE,
    MOST_BLOCKS,
    MOST_DIMENSIONS,
    ThreePointSpec,
)  # fmt: skip

__all__ = ["ThreePointCertificate"]

_METHODS = {
    "taylor": "doubles with error bounds, Taylor's formula at points",
    "outward": "intervals rounded outwards, second derivatives on boxes",
}
# Lengths are limited so that a file cannot ask for endless work.
_DYADIC = re.compile(r"-?[0-9]{1,300}p-?[0-9]{1,4}").fullmatch
_FRACTION = re.compile(r"[0-9]{1,150}(/[1-9][0-9]{0,149})?").fullmatch


@dataclass(frozen=True, repr=False)
class ThreePointCertificate(Certificate):
    r"""A function f2 and a kernel f3 that bound the density of sphere packings in R^n.

    With alpha = n/2 - 1 and L_j the Laguerre polynomials of that alpha,

        f2(x) = sum_j c_j L_j(2 pi lam |x|^2) e^{-pi lam |x|^2},
        f3(x, y) = sum_k phi_k(|x|)^T A_k phi_k(|y|) P_k(<x, y> / (|x| |y|)),

    where P_k is the Gegenbauer polynomial of R^n with P_k(1) = 1, and phi_k(l) consists of the Chebyshev
    polynomials T_0, T_1, ... of (2 l - r - R)/(R - r), for r <= l <= R; they are zero at l = 0. For k = 0 the
    indicator of l = 0 stands first. The conditions on f2 and f3, and why a bound follows from them, stand in
    `mathlib.packing.three_point.checker.theorem`.

    Attributes
    ----------
    n : int
        The dimension.
    r, R : Fraction
        The minimum distance of the packing, and where the kernel ends.
    scale : Fraction
        lam.
    f2 : tuple of Fraction
        c_0, c_1, ...; their denominators are powers of two. Any positive f2^(0) will do.
    blocks : tuple of matrices
        A_0, ..., A_K, symmetric, each a tuple of rows of Fractions, dyadic too.
    digits : int
        The significant digits of `bound`.

    Examples
    --------
    >>> certificate = ThreePointCertificate.shipped(4)
    >>> certificate.bound < Decimal("0.63352") and certificate.spec.n == 4
    True

    `certificate.verify()` proves it, in 1 to 5 s once the checker is compiled.
    """

    n: int
    r: Fraction
    R: Fraction
    scale: Fraction
    f2: tuple[Fraction, ...]
    blocks: tuple[tuple[tuple[Fraction, ...], ...], ...]
    digits: int = 12

    kind: ClassVar[str] = "three-point"
    folder: ClassVar[Path] = Path(__file__).parents[1] / "certificates" / "three_point"

    def __post_init__(self):
        r, R, scale = (rational(name, getattr(self, name), most_digits=150) for name in ("r", "R", "scale"))
        f2 = rationals("f2", self.f2, 1, LARGEST_DEGREE + 1)
        given = enumerate(entries("blocks", self.blocks, 1, MOST_BLOCKS))
        blocks = tuple(_square(f"blocks[{k}]", block) for k, block in given)
        if not (0 < r < R):
            raise ValueError(f"0 < r < R is expected; got r = {shown(float(r))}, R = {shown(float(R))}.")
        if any(c.denominator & (c.denominator - 1) for row in (f2, *sum(blocks, ())) for c in row):
            raise ValueError("f2, blocks: fractions with powers of two as denominators are expected")
        n = check_integer("n", self.n, 1, MOST_DIMENSIONS)
        digits = check_integer("digits", self.digits, 1, 100)
        settle(self, n=n, r=r, R=R, scale=scale, f2=f2, blocks=blocks, digits=digits)

    def __repr__(self):
        return f"ThreePointCertificate(density in R^{self.n} <= {self.bound} if it verifies)"

    @property
    def spec(self) -> ThreePointSpec:
        """The specification that the certificate fits; R and scale rounded to doubles."""
        sizes = tuple(map(len, self.blocks))
        return ThreePointSpec(self.n, float(self.R / self.r), len(self.f2) - 1, sizes, float(self.scale))

    @cached_property
    def bound(self) -> Decimal:
        """vol(B_n) (r/2)^n (f2(0) + f3(0, 0)) / f2^(0), rounded up. A bound only once it is verified."""
        from mathlib.packing.three_point.checker.one_variable import density

        return rounded_up(density(self, 128 + 8 * self.digits)[1], self.digits)

    def f2_values(self, x: ArrayLike) -> np.ndarray:
        """Return f2 at some distances from the origin, in double precision.

        Parameters
        ----------
        x : array_like

        Returns
        -------
        ndarray
        """
        return functions.radial(self, check_finite("x", x))

    def f2_hat(self, t: ArrayLike) -> np.ndarray:
        """Return the Fourier transform of f2 at some distances from the origin, in double precision.

        Parameters
        ----------
        t : array_like

        Returns
        -------
        ndarray
        """
        return functions.radial_hat(self, check_finite("t", t))

    def f3(self, a: ArrayLike, b: ArrayLike, u: ArrayLike) -> np.ndarray:
        """Return the kernel f3(x, y) in double precision.

        Parameters
        ----------
        a, b : array_like
            The lengths |x| and |y|. Unless they are 0 or lie in [r, R] the kernel is 0.
        u : array_like
            <x, y>/(a b); it does not matter where a or b is 0.

        Returns
        -------
        ndarray
            Of the shape to which a, b and u broadcast.
        """
        return functions.kernel(self, check_finite("a", a), check_finite("b", b), check_finite("u", u))

    def triangle_sum(self, a: ArrayLike, b: ArrayLike, c: ArrayLike) -> np.ndarray:
        """Return F(a, b; c) + F(a, c; b) + F(b, c; a), which (D1) says is not positive, in double precision.

        Parameters
        ----------
        a, b, c : array_like
            Sides, from r to R.

        Returns
        -------
        ndarray
            Of the shape to which a, b and c broadcast.
        """
        sides = check_finite("a", a), check_finite("b", b), check_finite("c", c)
        return functions.triangle_sum(self, *sides)

    def verify(self, *, method: str = "taylor", progress: bool = False) -> Verified:
        """Prove all the conditions anew from the coefficients alone; return what was proved.

        Parameters
        ----------
        method : {"taylor", "outward"}
            Two proofs by programs that share nothing. "taylor": Taylor's formula at points, third derivatives
            bounded on cells, in doubles with error bounds known beforehand; one to five seconds. "outward":
            enclosures of second derivatives on boxes, with every single operation rounded outwards; 15 s to
            five minutes.
        progress : bool
            Whether to print each condition as it is proved.

        Returns
        -------
        Verified

        Raises
        ------
        CertificateError
            If a condition does not hold, or not clearly enough; the text names it and the place.

        Notes
        -----
        The first call in a new installation compiles the checker, which takes some 4 s more ("taylor").
        """
        check_choice("method", method, _METHODS)
        check_flag("progress", progress)
        started, checks = time.perf_counter(), {}
        certificate = replace(self)  # without a bound that was kept from before
        if method == "taylor":
            from mathlib.packing.three_point.second_checker import proof

            proofs = proof.prove(certificate.to_dict())
        else:
            from mathlib.packing.three_point.checker import theorem as first_checker

            proofs = first_checker.prove(certificate)
        for condition, how in proofs:
            checks[condition] = how
            if progress:
                print(f"{time.perf_counter() - started:6.1f} s  {condition}: {how}", flush=True)
        theorem = f"No packing of equal balls in R^{self.n} has density above {certificate.bound}."
        return Verified(theorem, certificate.bound, checks, _METHODS[method], time.perf_counter() - started)

    def to_dict(self) -> dict[str, Any]:
        """The certificate as JSON values: m 2^e written as "mpe"; the lower half of each matrix, by rows."""
        return {
            "kind": self.kind,
            "n": self.n,
            "bound": str(self.bound),
            "digits": self.digits,
            "r": str(self.r),
            "R": str(self.R),
            "scale": str(self.scale),
            "f2": [_text(c) for c in self.f2],
            "blocks": [[" ".join(map(_text, row[: i + 1])) for i, row in enumerate(A)] for A in self.blocks],
        }

    @classmethod
    def from_dict(cls, data: Any) -> ThreePointCertificate:
        """Make a certificate of what `to_dict` has written; CertificateError names a damaged field."""
        if not isinstance(data, dict) or data.get("kind") != cls.kind:
            raise CertificateError(f"field 'kind': {cls.kind!r} expected")
        n = _field(data, "n", lambda v: type(v) is int and 2 <= v <= MOST_DIMENSIONS, "2 to 48")
        digits = _field(data, "digits", lambda v: type(v) is int and 1 <= v <= 100, "1 to 100")
        r, R, scale = (
            Fraction(_field(data, name, lambda v: isinstance(v, str) and _FRACTION(v), "a positive fraction"))
            for name in ("r", "R", "scale")
        )
        if not (0 < r < R and scale > 0):
            numbers = f"r = {float(r):.12g}, R = {float(R):.12g}, scale = {float(scale):.12g}"
            raise CertificateError(f"0 < r < R, scale > 0 does not hold: {numbers}")
        f2 = _numbers(data.get("f2"), "f2", range(2, LARGEST_DEGREE + 2))
        halves = data.get("blocks")
        if not (isinstance(halves, list) and 1 <= len(halves) <= MOST_BLOCKS):
            raise CertificateError(f"field 'blocks': a list of 1 to {MOST_BLOCKS} matrices expected")
        blocks = tuple(_symmetric(half, f"blocks[{k}]") for k, half in enumerate(halves))
        loaded = cls(n, r, R, scale, f2, blocks, digits)
        if str(loaded.bound) != data.get("bound"):
            raise CertificateError(
                f"field 'bound': {loaded.bound} follows from the rest, not {shown(data.get('bound'))}"
            )
        return loaded


def _field(data, name, allowed, expected):
    if not allowed(data.get(name)):
        raise CertificateError(f"field '{name}': {expected} expected, not {shown(data.get(name))}")
    return data[name]


def _numbers(texts, name, lengths):
    if not (isinstance(texts, list) and len(texts) in lengths):
        raise CertificateError(f"field '{name}': from {lengths.start} to {lengths.stop - 1} numbers expected")
    for text in texts:
        if not (isinstance(text, str) and _DYADIC(text)):
            raise CertificateError(f"field '{name}': numbers 'mpe' for m 2^e expected, not {shown(text)}")
    pairs = [map(int, text.split("p")) for text in texts]
    return tuple(Fraction(m) * Fraction(2) ** e for m, e in pairs)


def _symmetric(half, name):
    if not (isinstance(half, list) and 1 <= len(half) <= LARGEST_BLOCK):
        raise CertificateError(f"field '{name}': 1 to {LARGEST_BLOCK} rows expected")
    rows = [_numbers(str(row).split(), f"{name}[{i}]", range(i + 1, i + 2)) for i, row in enumerate(half)]
    return tuple(tuple(rows[max(i, j)][min(i, j)] for j in range(len(rows))) for i in range(len(rows)))


def _text(number: Fraction) -> str:
    """The dyadic number as m 2^e with m odd, or 0p0."""
    twos = (number.numerator & -number.numerator).bit_length() - 1 if number else 0
    return f"{number.numerator >> max(twos, 0)}p{max(twos, 0) - (number.denominator.bit_length() - 1)}"


def _square(name, block):
    rows = enumerate(entries(name, block, 1, LARGEST_BLOCK))
    matrix = tuple(rationals(f"{name}[{i}]", row, 1, LARGEST_BLOCK) for i, row in rows)
    if any(len(row) != len(matrix) for row in matrix) or tuple(zip(*matrix, strict=True)) != matrix:
        raise ValueError(f"{name} must be a symmetric square matrix.")
    return matrix
