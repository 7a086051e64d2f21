"""The constructors of claims: each can fail, and none says more than it checked."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib import Claim, claim
from mathlib.certificates import Verified
from mathlib.errors import CertificateError
from runner.results.claims import read_claim

NAN, INF = math.nan, math.inf


class Proves:
    """A certificate that proves a theorem, or what else it is told to do."""

    def __init__(self, theorem="1 < 2.", assumes=(), instead=None):
        self.theorem, self.assumes, self.instead = theorem, assumes, instead

    def verify(self):
        if isinstance(self.instead, BaseException):
            raise self.instead
        return self.instead or Verified(self.theorem, 1, {"it": "holds"}, "exact", 0.0, self.assumes)


def raising(error):
    def call():
        raise error

    return call


# (constructor, arguments, keywords): a claim that holds, and one that does not.
EACH_CAN_FAIL = {
    "exact": [(("s", 2, 2), {}), (("s", 2, 3), {})],
    "close": [(("s", 2.0, 2), {"tolerance": 1e-9}), (("s", 2.0, 2.1), {"tolerance": 0.05})],
    "below": [(("s", 2, 2), {}), (("s", 3, 2), {})],
    "above": [(("s", 2, 2), {}), (("s", 1.9, 2), {})],
    "certified": [(("s", Proves()), {}), (("s", Proves(instead=CertificateError("no"))), {})],
    "refused": [(("s", raising(ValueError("no")), ValueError), {}), (("s", int, ValueError), {})],
    "statistical": [(("s", 5, (4, 6)), {"false_alarm": 1e-6}), (("s", 7, (4, 6)), {"false_alarm": 1e-6})],
}


@pytest.mark.parametrize("name", EACH_CAN_FAIL)
def test_each_can_hold_and_can_fail(name, capsys):
    (good, good_keywords), (bad, bad_keywords) = EACH_CAN_FAIL[name]
    held = getattr(claim, name)(*good, **good_keywords, source="Gauss 1809")
    failed = getattr(claim, name)(*bad, **bad_keywords)
    assert (held.holds, held.verdict, held.source) == (True, "held", "Gauss 1809")
    assert (failed.holds, failed.verdict, failed.source) == (False, "FAILED", None)
    assert capsys.readouterr().out == f"{held}\n{failed}\n"


@pytest.mark.parametrize("name", [*EACH_CAN_FAIL, "timing"])
def test_the_runner_reads_what_is_recorded(name):
    cases = EACH_CAN_FAIL.get(name, [(("s", 3.2), {})])
    for arguments, keywords in cases:
        record = getattr(claim, name)(*arguments, **keywords)
        assert type(record) is Claim
        read = read_claim(record.payload())
        assert read == {k: v for k, v in record.payload().items() if k != "version"}


@pytest.mark.parametrize("name", [*EACH_CAN_FAIL, "timing"])
def test_statement_and_source_are_checked(name):
    [(arguments, keywords), *_] = EACH_CAN_FAIL.get(name, [(("s", 3.2), {})])
    constructor = getattr(claim, name)
    with pytest.raises(TypeError, match="statement must be text"):
        constructor(3, *arguments[1:], **keywords)
    with pytest.raises(ValueError, match="statement is empty"):
        constructor(" ", *arguments[1:], **keywords)
    with pytest.raises(TypeError, match="source must be text"):
        constructor(*arguments, **keywords, source=1969)


# exact


@pytest.mark.parametrize(
    ("measured", "expected", "text"),
    [
        (np.int64(3), 3, 3),
        (Fraction(4, 2), 2, "2"),
        (Fraction(1, 3), Fraction(2, 6), "1/3"),
        (10**400, 10**400, str(10**400)),
        (np.True_, True, True),
        ("abc", np.str_("abc"), "abc"),
        ([1, 2], (1, 2), "[1, 2]"),
        (np.arange(4).reshape(2, 2), [[0, 1], [2, 3]], "[[0, 1], [2, 3]]"),
        (np.array([2**63], dtype=np.uint64), [2**63], f"[{2**63}]"),
        (np.array([Fraction(1, 2), 1], dtype=object), [Fraction(1, 2), 1], "[1/2, 1]"),
        ({3, 1, 2}, frozenset({2, 1, 3}), "{1, 2, 3}"),
        ({"b": [1], "a": Fraction(1, 2)}, {"a": Fraction(1, 2), "b": (1,)}, "{'b': [1], 'a': 1/2}"),
        ([], (), "[]"),
    ],
)  # fmt: skip
def test_exact_values_that_are_the_same(measured, expected, text):
    record = claim.exact("same", measured, expected)
    assert record.holds
    assert record.measured == text
    assert type(record.measured) is type(text)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (1, True),
        (0, np.False_),
        ([1, 0], [True, False]),
        (1, "1"),
        (1, [1]),
        ([1, 2], [2, 1]),
        ([1, 2], {1, 2}),
        ([[1], [2]], [1, 2]),
        ({1: 2}, {2: 1}),
        ({1: 2}, [(1, 2)]),
        ({1, 2}, {1, 2, 3}),
        (2**63, -(2**63)),
        (10**400, 10**400 + 1),
        ([], [[]]),
        ("a", ("truth value", "a")),
    ],
)  # fmt: skip
def test_exact_values_that_differ(measured, expected):
    assert not claim.exact("same", measured, expected).holds
    assert not claim.exact("same", expected, measured).holds


@pytest.mark.parametrize(
    "value",
    [0.5, 1.0, np.float32(1), NAN, 1j, Decimal("0.5"), None, ..., [1, 2.0], {1: 0.5}, {0.5}, np.ones(3),
     np.array([1, None]), b"1", range(3)],
    ids=repr,
)  # fmt: skip
def test_what_may_have_been_rounded_is_refused(value):
    for arguments, name in [((value, 1), "measured"), ((1, value), "expected")]:
        with pytest.raises(TypeError, match=rf"^{name} must be exact .*; got .*claim\.close\.$"):
            claim.exact("same", *arguments)


def test_sets_of_texts_are_recorded_in_one_order():
    assert claim.exact("same", {"b", "a", "c"}, {"a"}).measured == "{'a', 'b', 'c'}"


@given(st.recursive(
    st.integers() | st.fractions() | st.text() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
))  # fmt: skip
def test_an_exact_value_is_the_same_as_itself_and_not_as_more(value):
    assert claim.exact("same", value, value).holds
    assert not claim.exact("same", [value, value], [value]).holds


# close, below, above


@pytest.mark.parametrize(
    ("measured", "expected", "tolerance", "holds"),
    [
        (1.5, 1, 0.5, True),
        (1, 1.5, 0.5, True),
        (0.1 + 0.2, 0.3, 1e-15, True),
        (0.1 + 0.2, 0.3, 1e-17, False),
        (NAN, 1, 1e300, False),
        (1, NAN, 1e300, False),
        (NAN, NAN, 1, False),
        (INF, INF, 1, False),
        (-INF, 0, 1e308, False),
        (10**400, 10**400 + 1, 1, True),
        (10**400, 0.5, 1e308, False),
        (2**53 + 1, float(2**53), 0.5, False),  # doubles would say that they are equal
        (Fraction(1, 3), 1 / 3, 1e-16, True),
        (np.float32(0.1), 0.1, 1e-12, False),
        (np.longdouble(1), 1, 1e-12, True),
        (1, 1 + Fraction(1, 10**20), Fraction(1, 10**20), True),
        (1, 1 + Fraction(1, 10**20), Fraction(1, 10**20 + 1), False),
    ],
)  # fmt: skip
def test_close_numbers(measured, expected, tolerance, holds):
    record = claim.close("close", measured, expected, tolerance=tolerance)
    assert (record.holds, record.kind) == (holds, "numerical")
    assert record.tolerance in (tolerance, str(tolerance))


@pytest.mark.parametrize("tolerance", [0, -1, NAN, INF, True, "1", None, 1j])
def test_a_tolerance_is_positive_and_finite(tolerance):
    with pytest.raises(ValueError, match="tolerance must be a number above 0, finite; got"):
        claim.close("close", 1, 1, tolerance=tolerance)


@pytest.mark.parametrize(
    "value", [True, "1", None, 1j, [1.0], np.ones(1), np.array(1.0), Decimal(1)], ids=repr
)
def test_what_is_no_number_is_refused(value):
    for call, name in [
        (lambda: claim.close("s", value, 1, tolerance=1), "measured"),
        (lambda: claim.close("s", 1, value, tolerance=1), "expected"),
        (lambda: claim.below("s", value, 1), "measured"),
        (lambda: claim.below("s", 1, value), "limit"),
        (lambda: claim.above("s", value, 1), "measured"),
        (lambda: claim.above("s", 1, value), "limit"),
        (lambda: claim.statistical("s", value, (0, 1), false_alarm=0.1), "measured"),
        (lambda: claim.timing("s", value), "measured"),
    ]:
        with pytest.raises(TypeError, match=f"{name} must be a number; got"):
            call()


@pytest.mark.parametrize(
    ("measured", "limit", "below", "above", "kind"),
    [
        (2, 3, True, False, "exact"),
        (3, 2, False, True, "exact"),
        (np.int64(2), Fraction(2), True, True, "exact"),
        (10**400, 10**400 + 1, True, False, "exact"),
        (2.0, 2, True, True, "numerical"),
        (2, 2.5, True, False, "numerical"),
        (2**53 + 1, float(2**53), False, True, "numerical"),
        (NAN, 1, False, False, "numerical"),
        (INF, 1, False, True, "numerical"),
        (-INF, 1, True, False, "numerical"),
    ],
)  # fmt: skip
def test_limits(measured, limit, below, above, kind):
    at_most, at_least = claim.below("s", measured, limit), claim.above("s", measured, limit)
    assert (at_most.holds, at_least.holds) == (below, above)
    assert at_most.kind == at_least.kind == kind
    assert (at_most.expected, at_least.expected) == (f"at most {limit}", f"at least {limit}")


@pytest.mark.parametrize("limit", [INF, -INF, NAN])
def test_a_limit_that_nothing_breaks_or_keeps_is_refused(limit):
    for constructor in (claim.below, claim.above):
        with pytest.raises(ValueError, match="limit must be finite; got"):
            constructor("s", 1, limit)


def test_the_limit_is_recorded_in_full():
    assert claim.below("s", 0.5, 1 / 3).expected == f"at most {1 / 3!r}"


# certified


def test_the_theorems_and_what_they_assume_are_shown_whole(capsys):
    long = "A theorem of more than sixty characters, " * 3 + "which is shown as it is."
    record = claim.certified("both", Proves(long), Proves("2 < 3.", assumes=("Lemma 1", "Lemma 2")))
    assert (record.holds, record.kind) == (True, "certified")
    assert record.measured == f"{long}; 2 < 3. (assuming Lemma 1 and Lemma 2)"
    assert capsys.readouterr().out == f"[held, certified] both: {record.measured}\n"


def test_the_first_certificate_that_proves_nothing_is_named():
    bad, worse = Proves(instead=CertificateError("7 <= 5")), Proves(instead=CertificateError("no"))
    assert claim.certified("s", bad).measured == "the certificate proves nothing: 7 <= 5"
    record = claim.certified("s", Proves(), bad, worse)
    assert (record.holds, record.measured) == (False, "certificate 2 proves nothing: 7 <= 5")


@pytest.mark.parametrize("instead", ["a theorem", True, 1, Proves()], ids=["text", "True", "1", "itself"])
def test_only_a_verified_is_a_proof(instead):
    record = claim.certified("s", Proves(), Proves(instead=instead))
    assert not record.holds
    assert record.measured.startswith("certificate 2 gave no Verified but ")


@pytest.mark.parametrize("certificates", [(), (None,), (Proves(), "a theorem"), (Proves().verify(),)])
def test_what_cannot_be_verified_is_refused(certificates):
    with pytest.raises(TypeError, match=r"^certificates must be .* verify\(\); got"):
        claim.certified("s", *certificates)


@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), KeyboardInterrupt()], ids=repr)
def test_an_error_that_is_no_verdict_is_not_hidden(error):
    with pytest.raises(type(error)):
        claim.certified("s", Proves(instead=error))


def test_a_certificate_is_verified_each_time():
    @dataclass
    class Once:
        times: int = 0

        def verify(self):
            self.times += 1
            return Proves().verify()

    once = Once()
    claim.certified("s", once, once)
    assert once.times == 2


# refused


def test_the_error_is_shown():
    record = claim.refused("s", raising(CertificateError("7 <= 5")), ValueError)
    assert (record.holds, record.kind) == (True, "exact")
    assert (record.measured, record.expected) == ("CertificateError: 7 <= 5", "ValueError")


def test_another_error_and_none_fail():
    other = claim.refused("s", raising(TypeError("no")), ValueError)
    none = claim.refused("s", lambda: 7, ValueError)
    assert (other.holds, other.measured) == (False, "TypeError: no")
    assert (none.holds, none.measured) == (False, "no error but 7")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_passes_through(error):
    with pytest.raises(error):
        claim.refused("s", raising(error()), ValueError)


def test_call_and_error_are_checked():
    with pytest.raises(TypeError, match="call must be callable without arguments; got 3"):
        claim.refused("s", 3, ValueError)
    for error in (BaseException, KeyboardInterrupt, ValueError("x"), "ValueError", (ValueError,), int):
        with pytest.raises(TypeError, match="error must be a class of exceptions; got"):
            claim.refused("s", int, error)


# statistical, timing


@pytest.mark.parametrize(
    ("measured", "interval", "holds"),
    [
        (4, (4, 6), True),
        (np.float64(6), [4, 6.0], True),
        (7, np.array([4, 6]), False),
        (3.999, (4, 6), False),
        (NAN, (4, 6), False),
        (10**400, (4, INF), True),
        (-1, (-INF, 0), True),
        (5, (5, 5), True),
    ],
)  # fmt: skip
def test_intervals(measured, interval, holds):
    record = claim.statistical("s", measured, interval, false_alarm=1e-6)
    assert (record.holds, record.kind, record.false_alarm) == (holds, "statistical", 1e-6)
    assert record.expected == f"from {interval[0]} to {interval[1]}"


@pytest.mark.parametrize(
    "interval",
    [(6, 4), (NAN, 1), (1, NAN), (-INF, INF), 3, None, "ab", (1,), (1, 2, 3), (True, 2), ("1", "2")],
)
def test_what_is_no_interval(interval):
    with pytest.raises(ValueError, match=r"interval must be a pair of numbers low <= high.*; got"):
        claim.statistical("s", 5, interval, false_alarm=1e-6)


@pytest.mark.parametrize("rate", [0, 1, -0.1, NAN, True, "0.1", None])
def test_a_false_alarm_is_a_probability(rate):
    with pytest.raises(ValueError, match="false_alarm must be a number strictly between 0 and 1"):
        claim.statistical("s", 5, (4, 6), false_alarm=rate)


def test_a_timing_is_a_report():
    record = claim.timing("seconds", np.float64(0.5))
    assert (record.holds, record.verdict, record.measured, record.expected) == (True, "reported", 0.5, None)


@pytest.mark.parametrize("seconds", [-1, NAN, INF])
def test_what_is_no_duration(seconds):
    with pytest.raises(ValueError, match="measured must be at least 0 and finite; got"):
        claim.timing("seconds", seconds)
