"""Recorded values: what they accept, what they leave, how they look."""

import json
from dataclasses import FrozenInstanceError
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mathlib
from mathlib.records import RECORD_TYPE, record
from runner.results import claims


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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (7, 7),
        (np.int64(7), 7),
        (True, True),
        (np.True_, True),
        (0.25, 0.25),
        (np.float32(0.25), 0.25),
        (float("nan"), "nan"),
        (np.inf, "inf"),
        (2**53, str(2**53)),
        (Fraction(1, 3), "1/3"),
        ("digits", "digits"),
    ],
)
def test_one_value_is_kept_as_json_can_hold_it(given, kept):
    value = record("x", given).value
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize("value", [None, [1], (1, 2), {"a": 1}, np.ones(2), np.array(1.0), b"bytes"])
def test_nothing_and_several_values_are_refused(value):
    with pytest.raises(TypeError, match="one number, truth value or text"):
        record("x", value)


@pytest.mark.parametrize("name", ["", "a b", "1a", "a.b", "run.status", "a\n"])
def test_a_name_that_heads_no_column_is_refused(name):
    with pytest.raises(ValueError, match="identifier"):
        record(name, 1)


def test_a_name_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="name must be text; got int"):
        record(1, "x")


def test_it_is_shown_once_and_read_back_by_the_runner(shell, capsys):
    entry = record("rate", 0.5)
    [output] = shell.outputs
    assert output["data"]["text/plain"] == "[recorded] rate = 0.5"
    assert "rate = 0.5" in output["data"]["text/html"]
    assert claims.read_record(output["data"][RECORD_TYPE]) == ("rate", 0.5)
    assert claims.RECORD == RECORD_TYPE
    assert capsys.readouterr().out == ""
    assert entry._ipython_display_() is None
    record("text", "<b>")
    assert "&lt;b&gt;" in shell.outputs[1]["data"]["text/html"]


@given(st.one_of(st.integers(), st.floats(), st.text(), st.booleans(), st.fractions()))
def test_every_payload_is_json_that_the_runner_takes(value):
    payload = record("x", value).payload()
    assert claims.read_record(json.loads(json.dumps(payload, allow_nan=False))) == ("x", payload["value"])


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"name": "x"},
        {"name": "x", "value": None},
        {"name": "x", "value": [1]},
        {"name": "x", "value": float("inf")},
        {"name": "a.b", "value": 1},
        {"name": 1, "value": 1},
    ],
)
def test_the_runner_takes_nothing_else(payload):
    assert claims.read_record(payload) is None


def test_it_stands_beside_claim_and_is_frozen(capsys):
    entry = mathlib.record("n", 3)
    assert capsys.readouterr().out == "[recorded] n = 3\n"
    assert entry == mathlib.Record("n", 3)
    with pytest.raises(FrozenInstanceError):
        entry.value = 4
