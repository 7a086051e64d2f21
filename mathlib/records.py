"""Record a number that is worth tabulating, beside the claims of a notebook.

A claim says whether something holds; a record is a value without a verdict, and its name is the head of a
column when many runs of the notebook are put into one table:

    record("failures", hits / trials)

In a notebook this shows one line and leaves a JSON output of its own MIME type, which the runner collects. In
a plain Python session it prints the line.
"""

import html
from dataclasses import asdict, dataclass
from typing import Any

from mathlib.outputs import Plain, json_value, leave, short

__all__ = ["RECORD_TYPE", "Record", "record"]

RECORD_TYPE = "application/vnd.mathlib.record+json"


@dataclass(frozen=True)
class Record:
    """A named value, as `record` returns it.

    Attributes
    ----------
    name : str
        An identifier.
    value : bool, int, float or str
        What was recorded, as JSON can hold it.

    Examples
    --------
    >>> Record("dimensions", 364)
    Record('[recorded] dimensions = 364')
    """

    name: str
    value: Plain

    def payload(self) -> dict:
        """The record as a dict of JSON values: what the notebook output of type `RECORD_TYPE` holds."""
        return {"version": 1, **asdict(self)}

    def __str__(self) -> str:
        return f"[recorded] {self.name} = {short(self.value)}"

    def __repr__(self) -> str:
        return f"Record({str(self)!r})"

    def _ipython_display_(self) -> None:
        """Show nothing: `record` has shown its line already, also when it is the last call of a cell."""


def record(name: str, value: Any) -> Record:
    """Record a value under a name, show it, and leave it where a program can read it back.

    Parameters
    ----------
    name : str
        A Python identifier, used once in a run: the head of a column in the table of a sweep.
    value : bool, int, float, Fraction, str or a scalar of NumPy
        One value, in a unit that the text beside it names. As with `claim`, an integer beyond 2^53, a
        Fraction and a number that is not finite are kept as text.

    Returns
    -------
    Record

    Raises
    ------
    TypeError
        If the name is not text, or the value is None or holds several values (an array, a list).
    ValueError
        If the name is not an identifier.

    Recording the same name twice in one run is an error of that run, which the runner reports: one of the two
    values would be lost.

    Examples
    --------
    >>> row = record("dimensions", 364)
    [recorded] dimensions = 364
    >>> row.value
    364
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be text; got {type(name).__name__}.")
    if not name.isidentifier():
        raise ValueError(f"name must be an identifier such as failure_rate, to head a column; got {name!r}.")
    if value is None or (hasattr(value, "__len__") and not isinstance(value, str)) or _has_axes(value):
        raise TypeError(
            f"value must be one number, truth value or text; got {type(value).__name__}. "
            "Record the entries of an array one by one, each under a name of its own."
        )
    entry = Record(name, json_value(value))
    row = f'<div class="record"><small>{html.escape(str(entry), quote=False)}</small></div>'
    leave(str(entry), row, RECORD_TYPE, entry.payload())
    return entry


def _has_axes(value) -> bool:
    # An array of NumPy without axes has no length either, and is still no scalar.
    return hasattr(value, "ndim") and type(value).__name__ == "ndarray"
