"""A claim and its outcome: what is shown of it, and what a program reads back."""

import html
from dataclasses import asdict, dataclass

from mathlib.checks import check_choice
from mathlib.outputs import Plain, is_numpy_bool, json_value, leave, short

__all__ = ["KINDS", "MIME_TYPE", "Claim", "state"]

MIME_TYPE = "application/vnd.mathlib.claim+json"

#: What makes a claim trustworthy, strongest first.
KINDS = {
    "certified": "a certificate was verified, in exact or interval arithmetic",
    "exact": "integers, fractions or symbols were compared, nothing was rounded",
    "numerical": "floating-point numbers keep to the stated tolerance or limit",
    "statistical": "a random experiment agrees; a true claim fails with the stated false-alarm rate",
    "timing": "a duration or a ratio of durations: reported, and never counted as a failure",
}

#: The row shows at most this many characters of a value, and of a theorem; the record keeps all of them.
_LONGEST_SHOWN = 60
_LONGEST_THEOREM = 600


@dataclass(frozen=True)
class Claim:
    """A claim and its outcome, as `claim` and its constructors return it.

    The fields are plain Python values that JSON can hold: bool, int, finite float, str or None. Other values
    (a Fraction, infinity, an array) stand here as text.

    Attributes
    ----------
    statement : str
        What is claimed, in one line.
    holds : bool
        The outcome of the check.
    kind : str
        One of `KINDS`.
    measured, expected : optional
        What was computed, and what it was compared with.
    tolerance, false_alarm : optional
        How far the two may be apart; the probability that a true claim fails.
    source : str, optional
        Where the statement comes from.

    Examples
    --------
    >>> Claim("7 divides 1001", True, "exact", measured=0, expected=0)
    Claim('[held, exact] 7 divides 1001: measured 0, expected 0')
    """

    statement: str
    holds: bool
    kind: str
    measured: Plain = None
    expected: Plain = None
    tolerance: Plain = None
    false_alarm: Plain = None
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
        # A theorem that was cut off could be read as more than was proved.
        most = _LONGEST_THEOREM if self.kind == "certified" else _LONGEST_SHOWN
        texts = [f"{name} {short(value, most)}" for name, value in pairs if value is not None]
        if self.kind == "certified" and isinstance(self.measured, str) and len(texts) == 1:
            return [texts[0].removeprefix("measured ")]  # a theorem speaks for itself
        return texts

    def __str__(self) -> str:
        head = f"[{self.verdict}, {self.kind}] {self.statement}"
        tail = ", ".join(self._details())
        source = f" ({self.source})" if self.source else ""
        return f"{head}: {tail}{source}" if tail else f"{head}{source}"

    def __repr__(self) -> str:
        return f"Claim({str(self)!r})"

    def _ipython_display_(self) -> None:
        """Show nothing: the row has been shown already, also by the last call of a cell."""

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


def state(
    statement, holds, kind, measured=None, expected=None, tolerance=None, false_alarm=None, source=None
) -> Claim:
    """Check the parts of a claim, show it in one row, leave a record of it, and return that."""
    record = Claim(
        statement=_statement(statement),
        holds=_truth_value(holds),
        kind=check_choice("kind", kind, tuple(KINDS)),
        measured=json_value(measured),
        expected=json_value(expected),
        tolerance=json_value(tolerance),
        false_alarm=json_value(false_alarm),
        source=_source(source),
    )
    leave(str(record), record._as_html(), MIME_TYPE, record.payload())
    return record


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


def _truth_value(holds) -> bool:
    if isinstance(holds, bool) or is_numpy_bool(holds):
        return bool(holds)
    raise TypeError(
        f"holds must be True or False; got {type(holds).__name__}. "
        "Reduce an array with .all() or .any(), and compare explicitly instead of passing a number or None."
    )
