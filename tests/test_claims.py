"""Claims: what they accept, what they record, how they look."""

import decimal
import json
import tomllib
from dataclasses import FrozenInstanceError
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mathlib
from mathlib.claims import KINDS, MIME_TYPE, claim

FIELDS = ["statement", "holds", "kind", "measured", "expected", "tolerance", "false_alarm", "source"]


@pytest.fixture
def shell(monkeypatch):
    """An IPython shell whose display outputs are collected instead of shown."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher()
    monkeypatch.setattr(shell, "display_pub", publisher)
    yield publisher
    InteractiveShell.clear_instance()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("holds", [True, False, np.True_, np.False_, np.float64(1) < 2])
def test_outcome_is_kept_and_never_raises(kind, holds, capsys):
    record = claim("a statement", holds, kind=kind)
    assert record.holds is bool(holds)
    assert record.payload()["holds"] is bool(holds)
    assert record.verdict in capsys.readouterr().out


@pytest.mark.parametrize("holds", [None, 1, 0, "True", [], np.array(True), np.array([True]), np.int64(1)])
def test_anything_but_a_truth_value_is_refused(holds):
    with pytest.raises(TypeError, match="holds must be True or False"):
        claim("a statement", holds, kind="exact")


def test_kind_statement_and_source_are_checked():
    with pytest.raises(ValueError, match="'statistical' or 'timing'; got 'proved'"):
        claim("a statement", True, kind="proved")
    with pytest.raises(ValueError, match="kind"):
        claim("a statement", True, kind=None)
    with pytest.raises(ValueError, match="statement is empty"):
        claim(" \n", True, kind="exact")
    with pytest.raises(TypeError, match="statement must be text"):
        claim(True, True, kind="exact")
    with pytest.raises(TypeError, match="source must be text"):
        claim("a statement", True, kind="exact", source=1969)


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        (None, None),
        (True, True),
        (np.True_, True),
        (7, 7),
        (np.int64(7), 7),
        (2**53 - 1, 2**53 - 1),
        (2**53, str(2**53)),
        (-(2**80), str(-(2**80))),
        (0.25, 0.25),
        (np.float32(0.25), 0.25),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (np.float64("inf"), "inf"),
        (Fraction(1, 3), "1/3"),
        (decimal.Decimal("0.10"), "0.10"),
        (1 + 2j, "(1+2j)"),
        ("text", "text"),
        ((1, 2), "(1, 2)"),
    ],
)
def test_values_become_json(given, recorded):
    payload = claim("a statement", True, kind="exact", measured=given).payload()
    value = payload["measured"]
    assert value == recorded
    assert type(value) is type(recorded)
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_values_too_long_to_write_are_described():
    huge = 1 << 40_000
    assert claim("huge", True, kind="exact", measured=huge).measured == "int too long to write out"
    fraction = claim("huge", True, kind="exact", measured=Fraction(1, huge))
    assert fraction.measured == "Fraction too long to write out"


def test_long_values_are_recorded_whole_and_shown_short(capsys):
    record = claim("long", True, kind="exact", measured="x" * 200)
    assert record.measured == "x" * 200
    assert f"measured {'x' * 60}… (200 characters)\n" in capsys.readouterr().out


@given(
    st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.fractions(), st.decimals()),
    st.text(min_size=1).filter(str.strip),
)
def test_every_record_is_one_line_and_valid_json(value, statement):
    record = claim(statement, True, kind="numerical", measured=value, expected=value, tolerance=0)
    payload = json.loads(json.dumps(record.payload(), allow_nan=False))
    assert list(payload) == ["version", *FIELDS]
    assert payload["version"] == 1
    assert len(repr(record).splitlines()) == 1
    assert len(payload["statement"].splitlines()) == 1


def test_record_is_frozen_and_compares_by_value():
    record = claim("a statement", True, kind="exact", measured=3)
    assert record == claim("a statement", True, kind="exact", measured=3)
    with pytest.raises(FrozenInstanceError):
        record.holds = False


def test_text_names_verdict_kind_and_numbers(capsys):
    claim("x is small", False, kind="statistical", measured=1 / 3, false_alarm=1e-6, source="Gauss 1809")
    line = "[FAILED, statistical] x is small: measured 0.333333, false-alarm 1e-06 (Gauss 1809)\n"
    assert capsys.readouterr().out == line


def test_notebook_output_is_one_display_with_three_types(shell, capsys):
    record = claim("a < b", True, kind="exact", measured=1, expected=1, source="R. & D.")
    assert capsys.readouterr().out == ""
    [output] = shell.outputs
    assert set(output["data"]) == {MIME_TYPE, "text/html", "text/plain"}
    assert output["data"][MIME_TYPE] == record.payload()
    html = output["data"]["text/html"]
    assert "a &lt; b" in html
    assert "R. &amp; D." in html
    assert "held" in html
    # As the last value of a cell the record must not appear a second time.
    record._ipython_display_()
    assert len(shell.outputs) == 1


@pytest.mark.parametrize(
    ("kind", "holds", "word", "css"),
    [
        ("exact", True, "held", "claim-held"),
        ("exact", False, "FAILED", "claim-failed"),
        ("timing", True, "reported", "claim-reported"),
        ("timing", False, "missed", "claim-missed"),
    ],
)
def test_html_survives_a_sanitiser(shell, kind, holds, word, css):
    nh3 = pytest.importorskip("nh3")
    claim("<script>alert(1)</script> is only text", holds, kind=kind, measured="<b>", source='"')
    html = shell.outputs[0]["data"]["text/html"]
    tags = {"div", "span", "strong", "small", "br"}
    assert nh3.clean(html, tags=tags, attributes={tag: {"class"} for tag in tags}) == html
    assert f'class="claim {css}"' in html
    assert word in html
    assert "<script" not in html


def test_errors_are_value_errors():
    from mathlib.errors import CertificateError

    assert issubclass(CertificateError, ValueError)


def test_version_is_that_of_the_distribution():
    project = Path(mathlib.__file__).parent.parent / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == mathlib.__version__
