"""A good call of each public function of mathlib itself, for tests/test_grammar.py."""

import functools
import tempfile
from pathlib import Path

from matplotlib.figure import Figure

from mathlib import claim, record
from mathlib.certificates import Verified
from mathlib.packing import TwoPointCertificate
from mathlib.plotting import describe, explore, new_axes, plot_curves, png_bytes, show
from mathlib.verify import verify_file
from tests.grammar import NAN, Call


def curves(**given):
    return plot_curves(**given, xlabel="x", ylabel="y", title="t")


class Proves:
    """What `claim.certified` takes."""

    def verify(self):
        return Verified("1 < 2.", 1, {"it": "holds"}, "exact", 0.0)


def verified(certificates, statement="It holds."):
    return claim.certified(statement, certificates)


@functools.cache
def written():
    """A folder for what these calls write; it is deleted when Python ends."""
    return tempfile.TemporaryDirectory()


def save(path):
    TwoPointCertificate.shipped(2).save(Path(written().name) / path if isinstance(path, str) else path)


TEXT = ["another text"]
COMMON = {"statement": "It holds.", "source": "Gauss 1809"}
NUMBER = COMMON | {"measured": 0.5}
ANY_TEXT = {"statement": TEXT, "source": TEXT}
ANY_NUMBER = ANY_TEXT | {"measured": [NAN]}
SHIPPED = TwoPointCertificate.shipped_path(2)

CALLS = [
    Call(claim, COMMON | {"holds": True, "kind": "exact"}, "claim", ANY_TEXT),
    Call(claim.exact, COMMON | {"measured": 3, "expected": 4}, "claim.exact",
         ANY_TEXT | {"measured": [True, "3"], "expected": [True, "4"]}),
    Call(claim.close, NUMBER | {"expected": 0.6, "tolerance": 0.2}, "claim.close",
         ANY_NUMBER | {"expected": [NAN]}),
    Call(claim.below, NUMBER | {"limit": 0.6}, "claim.below", ANY_NUMBER),
    Call(claim.above, NUMBER | {"limit": 0.6}, "claim.above", ANY_NUMBER),
    Call(verified, {"statement": "It holds.", "certificates": Proves()}, "claim.certified", ANY_TEXT),
    Call(claim.refused, COMMON | {"call": lambda: int("x"), "error": ValueError}, "claim.refused", ANY_TEXT),
    Call(claim.statistical, NUMBER | {"interval": (0.4, 0.6), "false_alarm": 1e-6}, "claim.statistical",
         ANY_NUMBER),
    Call(claim.timing, NUMBER, "claim.timing", ANY_TEXT),
    Call(functools.partial(record, value=3), {"name": "failures"}, "record"),
    Call(png_bytes, {"figure": Figure(figsize=(1, 1))}),
    Call(curves, {"x": [1.0, 2.0], "curves": {"a": [1.0, 2.0]}, "scale": "log"}, "plot_curves"),
    Call(new_axes, {"axes": Figure().subplots()}),
    Call(describe, {"axes": Figure().subplots(), "text": "A line falls."}, allows={"text": TEXT}),
    Call(show, {"drawing": Figure(), "alt": "A line falls."}, allows={"alt": TEXT}),
    Call(explore, {"function": lambda n: None, "n": range(2)}),
    Call(verify_file, {"path": SHIPPED, "method": "taylor"}, allows={"path": ["a text"]}),
    Call(TwoPointCertificate.load, {"path": SHIPPED}, "Certificate.load", {"path": ["a text"]}),
    Call(save, {"path": "n02.json"}, "Certificate.save", {"path": TEXT}),
    Call(TwoPointCertificate.shipped, {"n": 2}, "Certificate.shipped"),
    Call(TwoPointCertificate.shipped_path, {"n": 2}, "Certificate.shipped_path"),
]  # fmt: skip
