"""What claims and records leave in a notebook: a row to read, and the same as JSON for programs."""

import math
import numbers
import sys
from typing import TypeAlias

__all__ = ["Plain", "is_numpy_bool", "json_value", "leave", "short"]

#: What a field of a claim or a record holds, None for nothing.
Plain: TypeAlias = bool | int | float | str | None

#: Integers beyond this lose digits in programs that read every JSON number as a double.
_LARGEST_JSON_INTEGER = 2**53 - 1
#: The row shows at most this many characters of a value; the output keeps all of them.
_LONGEST_SHOWN = 60


def json_value(value) -> Plain:
    """The value as bool, int, finite float, str or None; a number that JSON would distort becomes text."""
    if value is None or isinstance(value, bool | str):
        return value
    if is_numpy_bool(value):
        return bool(value)
    if isinstance(value, numbers.Integral):
        whole = int(value)
        return whole if abs(whole) <= _LARGEST_JSON_INTEGER else _text(value)
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational):
        real = float(value)
        return real if math.isfinite(real) else str(real)
    return _text(value)


def is_numpy_bool(value) -> bool:
    """Whether a value is a truth value of NumPy."""
    # By name, so that a plain session need not import NumPy; the scalar is `bool_` before NumPy 2.
    return type(value).__module__ == "numpy" and type(value).__name__ in ("bool", "bool_")


def _text(value) -> str:
    try:
        return str(value)
    except ValueError:  # Python writes no integer of more than 4300 digits
        return f"{type(value).__name__} too long to write out"


def short(value, most=_LONGEST_SHOWN) -> str:
    """The value in one line of text: six digits of a float, so many characters of other values."""
    text = format(value, ".6g") if isinstance(value, float) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def leave(text, html, mime_type, payload) -> None:
    """Show one row in a notebook and leave a payload there; print the text in a plain session."""
    # A kernel has imported IPython before it runs any cell; a plain session need not pay for the import.
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(text)
    else:
        bundle = {"text/plain": text, "text/html": html, mime_type: payload}
        ipython.display.display(bundle, raw=True)
