"""Check the certificate of dimension one, with the standard library only.

For a radius r > 0 let f(x) = max(0, 1 - |x|/r). Then f vanishes for |x| >= r. It is the convolution of the
indicator of [-r/2, r/2] with itself, divided by r. So f^(y) = r (sin(pi r y) / (pi r y))^2 >= 0 with
f^(0) = r, and by the theorem of Cohn and Elkies the density is at most
vol(B_1) (r/2) f(0)/f^(0) = 2 (r/2) / r = 1.
"""

import re
from fractions import Fraction

from mathlib.checks import shown
from mathlib.errors import CertificateError

__all__ = ["check_triangle"]

_NUMBER = re.compile(r"[0-9]{1,20}([.][0-9]{1,100}|/[1-9][0-9]{0,19})?").fullmatch


def check_triangle(data) -> str:
    """Return the theorem that a certificate of kind "two-point-triangle" proves, or raise CertificateError.

    >>> check_triangle({"kind": "two-point-triangle", "n": 1, "radius": "1", "bound": "1"})
    'No packing of equal balls in R^1 has density above 1.'
    """
    if not isinstance(data, dict) or data.get("kind") != "two-point-triangle":
        raise CertificateError("field 'kind': 'two-point-triangle' expected")
    if type(data.get("n")) is not int or data["n"] != 1:
        raise CertificateError(
            f"field 'n': the triangle function bounds dimension 1, not {shown(data.get('n'))}"
        )
    radius, stated = (_positive(data, name) for name in ("radius", "bound"))
    bound = 2 * (radius / 2) / radius
    if stated < bound:
        raise CertificateError(f"the bound {bound} <= {data['bound']}, as stated, does not hold")
    return f"No packing of equal balls in R^1 has density above {data['bound']}."


def _positive(data, name):
    text = data.get(name)
    if isinstance(text, str) and _NUMBER(text) and Fraction(text) > 0:
        return Fraction(text)
    raise CertificateError(f"field '{name}': a positive number like \"3/2\" expected, not {shown(text)}")
