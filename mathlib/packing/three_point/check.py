"""Check the content of a file with a three-point certificate, for `python -m mathlib.verify`."""

from mathlib.packing.three_point.certificate import ThreePointCertificate

__all__ = ["check_three_point"]


def check_three_point(data, *, method="taylor") -> str:
    """Return the theorem that the content of a JSON file proves; raise CertificateError if it does not."""
    verified = ThreePointCertificate.from_dict(data).verify(method=method)
    how = "; ".join(f"{name}: {text}" for name, text in verified.checks.items())
    return f"{verified.theorem} [{how}]"
