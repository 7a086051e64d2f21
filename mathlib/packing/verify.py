"""Verify saved certificates: `python -m mathlib.packing.verify FILE ...`

The kind of a certificate, a field of its file, says which checker it goes to. For each file one line is
printed, whatever the file is: the theorem that was proved, or what is wrong. The exit status is 0 if every
file proved its theorem and 1 if not. Only the standard library is used: no solver, no NumPy, no FLINT has a
say in the answer. Three-point certificates are the exception: their checker needs NumPy, numba and FLINT, but
no solver either.
"""

import argparse
import importlib
import sys
import time

from mathlib.checks import shown
from mathlib.errors import CertificateError
from mathlib.packing.certificate_fields import printable, read_json

__all__ = ["main", "verify_file"]

#: Where the checker of each kind lives. A checker takes the content of the file and returns the theorem.
CHECKERS = {
    "binary-code": ("check_delsarte", "check_binary_code"),
    "kissing": ("check_delsarte", "check_kissing"),
    "three-point": ("check_three_point", "check_three_point"),
    "two-point": ("check_two_point", "check_two_point"),
    "two-point-triangle": ("check_triangle", "check_triangle"),
    "uncertainty": ("check_uncertainty", "check_uncertainty"),
}


def verify_file(path, *, outward=False) -> str:
    """Return the theorem that the certificate in a file proves.

    `outward=True` checks a three-point certificate with intervals that are rounded outwards in every
    operation; for the other kinds, which are checked in integers, it changes nothing.

    Raises CertificateError if the file is not a certificate, is damaged (the field is named), or does not
    prove what it states (the inequality is named). The cost is the checker's: see there.
    """
    data = read_json(path)
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in CHECKERS:
        raise CertificateError(
            f"field 'kind': one of {', '.join(sorted(CHECKERS))} expected, not {shown(kind)}"
        )
    module, name = CHECKERS[kind]
    check = getattr(importlib.import_module(f"mathlib.packing.{module}"), name)
    return check(data, outward=True) if outward and kind == "three-point" else check(data)


def main(arguments=None) -> int:
    """Verify the files of the command line, one line each; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m mathlib.packing.verify",
        description="Verify certificates with the standard library alone; three-point ones need NumPy, numba "
        "and FLINT.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a certificate, JSON")
    parser.add_argument(
        "--outward", action="store_true", help="three-point certificates: round every operation outwards"
    )
    chosen, failed = parser.parse_args(arguments), 0
    for path in chosen.files:
        started = time.perf_counter()
        try:
            theorem = verify_file(path, outward=chosen.outward)
            verdict = f"{theorem} ({time.perf_counter() - started:.1f} s)"
        except CertificateError as error:
            failed += 1
            verdict = f"NOT PROVED: {error}"
        except Exception as error:  # an error of ours or a missing library: the other files still count
            failed += 1
            verdict = f"NOT PROVED: the checker ended with {type(error).__name__}: {error}"
        _print_line(f"{path}: {verdict}")
    return 1 if failed else 0


def _print_line(text):
    """Print one line in any terminal: what it cannot show is escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(printable(text).encode(encoding, "backslashreplace").decode(encoding), flush=True)


if __name__ == "__main__":
    sys.exit(main())
