"""Verify saved certificates: `python -m mathlib.packing.verify FILE ...`

The kind of a certificate, a field of its file, says which checker it goes to. For each file one line is
printed: the theorem that was proved, or what is wrong. The exit status is 0 if every file proved its theorem
and 1 if not. Only the standard library is used: no solver, no NumPy, no FLINT has a say in the answer.
Three-point certificates are the exception: their checker needs NumPy, numba and FLINT, but no solver either.
"""

import argparse
import importlib
import json
import sys
import time
from pathlib import Path

from mathlib.errors import CertificateError

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
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CertificateError(f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"not a JSON file: {error}") from None
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in CHECKERS:
        raise CertificateError(f"field 'kind': one of {', '.join(sorted(CHECKERS))} expected, not {kind!r}")
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
            print(f"{path}: {theorem} ({time.perf_counter() - started:.1f} s)", flush=True)
        except CertificateError as error:
            failed += 1
            print(f"{path}: NOT PROVED: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
