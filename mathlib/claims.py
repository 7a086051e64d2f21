"""State a claim where it is earned, and leave a record that a program can read back.

A notebook is an argument, and `claim` marks the sentences that it stands on:

    claim("every one of the 63 bounds holds", all_hold, kind="exact", measured=63, expected=63)

In a notebook this shows one row and leaves a JSON output of its own MIME type, from which the run of all
notebooks collects its table. In a plain Python session it prints one line. A claim that fails is shown and
recorded, and does not raise: the rest of the notebook still runs.
"""

import html
import math
import numbers
import sys
from dataclasses import asdict, dataclass

__all__ = ["KINDS", "MIME_TYPE", "Claim", "claim"]

MIME_TYPE = "application/vnd.mathlib.claim+json"

#: What makes a claim trustworthy, strongest first.
KINDS = {
    "certified": "a certificate was verified, in exact or interval arithmetic",
    "exact": "integers, fractions or symbols were compared, nothing was rounded",
    "numerical": "floating-point numbers agree within the stated tolerance",
    "statistical": "a random experiment agrees; a true claim fails with the stated false-alarm rate",
    "timing": "a duration or a ratio of durations: reported, and never counted as a failure",
}

#: Integers beyond this lose digits in programs that read every JSON number as a double.
_LARGEST_JSON_INTEGER = 2**53 - 1
#: The row shows at most this many characters of a value; the record keeps all of them.
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Claim:
    """A claim and its outcome, as `claim` returns it.

    The fields are plain Python values that JSON can hold: bool, int, finite float, str or None. Other values
    given to `claim` (a Fraction, infinity, an array) stand here as text.
    """

    statement: str
    holds: bool
    kind: str
    measured: bool | int | float | str | None = None
    expected: bool | int | float | str | None = None
    tolerance: bool | int | float | str | None = None
    false_alarm: bool | int | float | str | None = None
    source: str | None = None

    @property
    def verdict(self) -> str:
        """'held', 'FAILED', or 'reported' / 'missed' for a timing, which never fails a run."""
        if self.kind == "timing":
            return "reported" if self.holds else "missed"
        return "held" if self.holds else "FAILED"

    def payload(self) -> dict:
        """The record as a dict of JSON values: what the notebook output of type `MIME_TYPE` holds."""
        return {"version": 1, **asdict(self)}

    def _details(self) -> list[str]:
        names = ("measured", "expected", "tolerance", "false_alarm")
        pairs = [(name.replace("_", "-"), getattr(self, name)) for name in names]
        return [f"{name} {shown(value)}" for name, value in pairs if value is not None]

    def __str__(self) -> str:
        head = f"[{self.verdict}, {self.kind}] {self.statement}"
        tail = ", ".join(self._details())
        source = f" ({self.source})" if self.source else ""
        return f"{head}: {tail}{source}" if tail else f"{head}{source}"

    def __repr__(self) -> str:
        return f"Claim({str(self)!r})"

    def _ipython_display_(self) -> None:
        """Show nothing: `claim` has shown its row already, also when it is the last call of a cell."""

    def _as_html(self) -> str:
        """One row: words carry the meaning, class names let a page add colour; no style, no script."""
        failing = self.verdict in ("FAILED", "missed")
        mark = "✗" if failing else "✓"
        state = "failed" if self.verdict == "FAILED" else self.verdict
        parts = [
            f'<strong class="claim-verdict">{mark} {self.verdict}</strong>',
            f'<span class="claim-kind">({self.kind})</span>',
            f'<span class="claim-statement">{html.escape(self.statement, quote=False)}</span>',
        ]
        for name, text in [("details", " · ".join(self._details())), ("source", self.source)]:
            if text:
                parts.append(f'<br><small class="claim-{name}">{html.escape(text, quote=False)}</small>')
        return f'<div class="claim claim-{state}">{" ".join(parts)}</div>'


def claim(
    statement,
    holds,
    *,
    kind,
    measured=None,
    expected=None,
    tolerance=None,
    false_alarm=None,
    source=None,
) -> Claim:
    """State that something holds, show it, and leave a record of it.

    Parameters
    ----------
    statement : str
        One sentence in plain text that a reader understands without the code.
    holds : bool or numpy.bool
        The outcome of the check. Anything else is refused: an array or None would pass or fail by accident.
    kind : {"certified", "exact", "numerical", "statistical", "timing"}
        What the check rests on; `KINDS` explains each.
    measured, expected : optional
        What was computed and what it was compared with, in the unit that the statement names.
    tolerance : optional
        The largest |measured - expected| that still counts as agreement. Give it with "numerical".
    false_alarm : optional
        The probability that the check fails although the statement is true. Give it with "statistical".
    source : str, optional
        Where the statement comes from: author, year, theorem.

    Returns
    -------
    Claim
        The record. The values are kept as bool, int, finite float or text: an integer beyond 2^53, a
        Fraction, a NaN becomes text, so that no reader of the JSON can misread it.

    Raises
    ------
    TypeError
        If `holds` is not a truth value, or the statement or the source is not text.
    ValueError
        If `kind` is not one of the five, or the statement is empty.

    A claim that does not hold raises nothing: it is shown as FAILED and recorded.

    Examples
    --------
    >>> result = claim("7 divides 1001", 1001 % 7 == 0, kind="exact", measured=1001 % 7, expected=0)
    [held, exact] 7 divides 1001: measured 0, expected 0
    >>> result.holds
    True
    """
    record = Claim(
        statement=_statement(statement),
        holds=_truth_value(holds),
        kind=_known_kind(kind),
        measured=json_value(measured),
        expected=json_value(expected),
        tolerance=json_value(tolerance),
        false_alarm=json_value(false_alarm),
        source=_source(source),
    )
    _show(record)
    return record


def _show(record: Claim) -> None:
    # A kernel has imported IPython before it runs any cell; a plain session need not pay for the import.
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(record)
        return
    bundle = {"text/plain": str(record), "text/html": record._as_html(), MIME_TYPE: record.payload()}
    ipython.display.display(bundle, raw=True)


def _statement(statement) -> str:
    if not isinstance(statement, str):
        raise TypeError(f"statement must be text, one sentence; got {type(statement).__name__}.")
    line = " ".join(statement.split())
    if not line:
        raise ValueError("statement is empty: say in one sentence what is claimed.")
    return line


def _source(source) -> str | None:
    if source is None:
        return None
    if not isinstance(source, str):
        raise TypeError(f"source must be text (author, year, theorem) or None; got {type(source).__name__}.")
    return " ".join(source.split()) or None


def _known_kind(kind) -> str:
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}.")
    return kind


def _truth_value(holds) -> bool:
    if isinstance(holds, bool) or _is_numpy_bool(holds):
        return bool(holds)
    raise TypeError(
        f"holds must be True or False; got {type(holds).__name__}. "
        "Reduce an array with .all() or .any(), and compare explicitly instead of passing a number or None."
    )


def _is_numpy_bool(value) -> bool:
    # By name, so that a plain session need not import NumPy; the scalar is `bool_` before NumPy 2.
    return type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")


def json_value(value):
    """The value as bool, int, finite float, str or None; a number that JSON would distort becomes text."""
    if value is None or isinstance(value, bool | str):
        return value
    if _is_numpy_bool(value):
        return bool(value)
    if isinstance(value, numbers.Integral):
        whole = int(value)
        return whole if abs(whole) <= _LARGEST_JSON_INTEGER else _text(value)
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational):
        real = float(value)
        return real if math.isfinite(real) else str(real)
    return _text(value)


def _text(value) -> str:
    try:
        return str(value)
    except ValueError:  # Python writes no integer of more than 4300 digits
        return f"{type(value).__name__} too long to write out"


def shown(value) -> str:
    text = format(value, ".6g") if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text)} characters)"
