"""Verify saved certificates: `python -m mathlib.verify FILE ...`

The kind of a certificate, a field of its file, says which checker it goes to; docs/certificates.md describes
the kinds. For each file one line is printed, whatever the file is: the theorem that was proved, or what is
wrong. The exit status is 0 if every file proved its theorem and 1 if not. Only the standard library has a say
in the answer: no solver, no NumPy, no FLINT, and lazy_loader, which is imported with mathlib, only finds
names. Three-point certificates and sensitivities are the exceptions: their checkers need NumPy and FLINT, and
the former numba, but no solver either; those of realizers and parameters of posets need NumPy.
"""

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from difflib import get_close_matches

from mathlib.certificates import FileName, printable, read_json
from mathlib.checks import check_choice, shown
from mathlib.errors import CertificateError

__all__ = ["verify_file"]

#: Where the checker of each kind lives. It takes the content of the file and returns the theorem.
CHECKERS = {
    "binary-code": "mathlib.packing.delsarte.check:check_binary_code",
    "different-graphs": "mathlib.graphs.checker.distinction:check_different_graphs",
    "eigenvalue-counts": "mathlib.graphs.checker.mesh:check_counts",
    "equivalent-graphs": "mathlib.graphs.checker.distinction:check_equivalent_graphs",
    "harmonic-extension": "mathlib.graphs.checker.cohomology:check_extension",
    "homology": "mathlib.graphs.checker.cohomology:check_homology",
    "kissing": "mathlib.packing.delsarte.check:check_kissing",
    "embedding": "mathlib.posets.certificates.check:check_file",
    "locality": "mathlib.metrics.checker.locality:check_locality",
    "poset-parameter": "mathlib.posets.certificates.result:check_parameter",
    "saturation": "mathlib.posets.saturation.certificate:check_saturation",
    "realizer": "mathlib.posets.certificates.realizer:check_realizer",
    "mathlib.posets.embedding": "mathlib.posets.certificates.check:check_file",  # until October 2026
    "sensitivities": "mathlib.sensitivity.brackets.check:check_sensitivities",
    "query-answer": "mathlib.graphs.checker.query:check_answer",
    "rescal": "mathlib.graphs.checker.rescal:check_rescal",
    "schroedinger-bridge": "mathlib.graphs.checker.bridge:check_bridge",
    "sheaf-cohomology": "mathlib.graphs.checker.cohomology:check_sheaf",
    "three-point": "mathlib.packing.three_point.check:check_three_point",
    "treemap": "mathlib.metrics.checker.treemap:check_treemap",
    "two-point": "mathlib.packing.two_point.check:check_two_point",
    "two-point-triangle": "mathlib.packing.two_point.check_dimension_one:check_triangle",
    "ultrametric-embedding": "mathlib.metrics.checker.ultrametric:check_embedding",
    "uncertainty": "mathlib.packing.uncertainty.check:check_uncertainty",
}


def verify_file(path: FileName, *, method: str = "taylor") -> str:
    """Return the theorem that the certificate in a file proves.

    Parameters
    ----------
    path : str or path
    method : {"taylor", "outward"}
        For three-point certificates, see `ThreePointCertificate.verify`; for the other kinds, which are
        checked in integers, it changes nothing.

    Returns
    -------
    str

    Raises
    ------
    CertificateError
        If the file is not a certificate, is damaged (the field is named), or does not prove what it states
        (the inequality is named).

    Notes
    -----
    The cost is the checker's: milliseconds to seconds.

    Examples
    --------
    >>> from mathlib.packing import TwoPointCertificate
    >>> verify_file(TwoPointCertificate.shipped_path(2))
    'No packing of equal balls in R^2 has density above 0.906899682161933.'
    """
    check_choice("method", method, ("taylor", "outward"))
    data = read_json(path)
    kind = data.get("kind", data.get("format")) if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in CHECKERS:
        word = kind[:100] if isinstance(kind, str) else ""  # to compare long texts would take long
        near = ", ".join(get_close_matches(word, CHECKERS)) or "two-point"
        text = "field 'kind': a kind that docs/certificates.md describes expected, such as"
        raise CertificateError(f"{text} {near}, not {shown(kind)}")
    module, name = CHECKERS[kind].split(":")
    check = getattr(importlib.import_module(module), name)
    return check(data, method=method) if kind == "three-point" else check(data)


def main(arguments: Sequence[str] | None = None, *, prog: str = "python -m mathlib.verify") -> int:
    """Verify the files of the command line, one line each; return the exit status."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Verify certificates with the standard library alone; three-point ones and "
        "sensitivities need NumPy and FLINT, and the former numba.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a certificate, JSON")
    parser.add_argument(
        "--method",
        choices=["taylor", "outward"],
        default="taylor",
        help="of three-point certificates: the quick proof, or another one with every operation rounded "
        "outwards",
    )
    parser.add_argument("--outward", action="store_const", const="outward", dest="method", help="the same")
    chosen, failed = parser.parse_args(arguments), 0
    for path in chosen.files:
        started = time.perf_counter()
        try:
            theorem = verify_file(path, method=chosen.method)
            verdict = f"{theorem} ({time.perf_counter() - started:.1f} s)"
        except CertificateError as error:
            failed += 1
            verdict = f"NOT PROVED: {error}"
        except ModuleNotFoundError as error:
            failed += 1
            verdict = (
                f"NOT CHECKED: this kind needs {error.name}, which is not installed here; "
                "`pip install mathlib-experiments` brings it"
            )
        except Exception as error:  # an error of ours: the other files still count
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
