"""Pictures that a reader moves: sliders in JupyterLab, a few pictures to choose from on a page."""

import base64
import inspect
import os
import sys
from collections.abc import Callable, Iterable
from numbers import Real
from typing import Any

from mathlib.checks import shown
from mathlib.plotting.figures import collected, display

__all__ = ["explore"]

#: Where this variable of the environment is set, pictures for a page take the place of sliders.
FRAMES = "MATHLIB_FRAMES"
FRAMES_TYPE = "application/vnd.mathlib.frames+json"
MOST = 12  # pictures
#: What kernels of JupyterLab and VS Code have in their environment. Where nobody can move a slider, none is
#: made: plain papermill and nbconvert may wait for ever for an answer of its (nbclient's issue 312).
FRONT_ENDS = ("JPY_SESSION_NAME", "VSCODE_PID")


def explore(function: Callable[..., None], **ranges: Iterable[Any]) -> None:
    """Let a reader move the arguments of a function that shows one picture.

    In JupyterLab and VS Code each argument gets a slider, or a list to choose from where it holds texts. A
    run for the site draws at most 12 pictures along the first argument, which the page shows one at a time;
    elsewhere the first picture is shown.

    Parameters
    ----------
    function : callable
        Called with the arguments by name; shows one picture. Each slider begins at the value nearest to the
        function's default, or at the first one where there is none.
    **ranges : iterable
        The values that each argument may take, such as `range(4, 25)`.

    Raises
    ------
    ValueError
        If there is no range, a range is empty, or the function shows not one picture.
    TypeError
        If the function does not take an argument of that name.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from mathlib.plotting import show
    >>> def line(length=2, style="-"):
    ...     show(Figure(), alt=f"A line of length {length}.")
    >>> explore(line, length=range(1, 9), style=["-", ":"])
    [figure: A line of length 2.]
    """
    if not callable(function):
        raise TypeError(f"function must be a function that shows a picture; got {type(function).__name__}.")
    for name, values in ranges.items():
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise TypeError(f"{name} must hold values to take, such as range(4, 25); got {shown(values)}.")
    choices = {name: list(values) for name, values in ranges.items()}
    if not choices or not all(choices.values()):
        raise ValueError(f"ranges must give one or more values to each argument; got {choices}.")
    defaults = {name: given.default for name, given in inspect.signature(function).parameters.items()}
    if unknown := choices.keys() - defaults.keys():
        raise TypeError(f"ranges must be of arguments of the function; got {', '.join(sorted(unknown))}.")
    start = {name: _nearest(values, defaults[name]) for name, values in choices.items()}
    ipython = sys.modules.get("IPython")
    in_notebook = ipython is not None and ipython.get_ipython() is not None
    if in_notebook and os.environ.get(FRAMES):
        _leave_frames(function, choices, start)
    elif in_notebook and any(name in os.environ for name in FRONT_ENDS):
        _show_sliders(function, choices, start)
    else:
        function(**start)


def _leave_frames(
    function: Callable[..., None], choices: dict[str, list[Any]], start: dict[str, Any]
) -> None:
    """Leave pictures along the first argument, in the notebook's output, the others as they start."""
    (moving, values), *others = choices.items()
    count = min(len(values), MOST)
    places = [round(i * (len(values) - 1) / max(count - 1, 1)) for i in range(count)]
    first = values.index(start[moving])
    nearest = min(range(count), key=lambda i: abs(places[i] - first))
    places[nearest] = first
    frames = []
    for place in places:
        with collected() as pictures:
            function(**(start | {moving: values[place]}))
        if len(pictures) != 1:
            where = f"{moving} = {values[place]}"
            raise ValueError(f"function must show one picture; got {len(pictures)} at {where}.")
        [picture] = pictures
        png = base64.b64encode(picture["png"]).decode("ascii")
        frames.append(picture | {"png": png, "value": _label(values[place])})
    fixed = [f"{name} = {_label(start[name])}" for name, _ in others]
    payload = {"name": moving, "fixed": fixed, "start": nearest, "frames": frames}
    display({FRAMES_TYPE: payload, "text/plain": f"[{count} figures, one for each {moving}]"}, {})


def _show_sliders(
    function: Callable[..., None], choices: dict[str, list[Any]], start: dict[str, Any]
) -> None:
    from ipywidgets import Dropdown, SelectionSlider, interact

    controls = {}
    for name, values in choices.items():
        kind = Dropdown if any(isinstance(value, str) for value in values) else SelectionSlider
        options = [(_label(value), value) for value in values]
        settings = {} if kind is Dropdown else {"continuous_update": False}
        controls[name] = kind(options=options, value=start[name], description=name, **settings)
    interact(function, **controls)


def _nearest(values: list[Any], wanted: Any) -> Any:
    if isinstance(wanted, Real) and all(isinstance(value, Real) for value in values):
        return min(values, key=lambda value: abs(value - wanted))
    return wanted if wanted in values else values[0]


def _label(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
