"""The one way to show a figure: with a text for those who cannot see it."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["collected", "describe", "display", "new_axes", "png_bytes", "show"]

_DOTS_PER_INCH = 144
_CSS_PIXELS_PER_INCH = 96

#: The pictures shown while somebody collects them.
_collection: list[dict[str, Any]] | None = None


def png_bytes(figure: Figure) -> bytes:
    """Return the figure as a PNG file: the same bytes for the same figure, no date and no version inside.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    bytes

    Examples
    --------
    >>> figure = Figure()
    >>> png_bytes(figure) == png_bytes(figure)
    True
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"figure must be a matplotlib Figure; got {type(figure).__name__}.")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def new_axes(axes: Axes | None = None, **style: Any) -> Axes:
    """Return the given Axes, or those of a new figure: how every `plot_x(..., axes=None)` begins.

    Parameters
    ----------
    axes : matplotlib.axes.Axes or None
    **style
        What `matplotlib.pyplot.subplots` takes, such as figsize; not used if `axes` are given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError
        If `axes` is neither None nor an Axes.

    Examples
    --------
    >>> axes = Figure().subplots()
    >>> new_axes(axes) is axes
    True
    """
    if axes is None:
        import matplotlib.pyplot as plt  # only here: pyplot keeps its figures until they are closed

        return plt.subplots(**style)[1]
    if not isinstance(axes, Axes):
        raise TypeError(f"axes must be matplotlib Axes or None, for a new figure; got {type(axes).__name__}.")
    return axes


def describe(axes: Axes, text: str) -> Axes:
    """Add a text for those who cannot see the picture to the Axes, for `show`, and return them.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    text : str
        What the picture shows, in a sentence or two: the axes and the finding, not the colours.

    Returns
    -------
    matplotlib.axes.Axes
        The same Axes.

    Examples
    --------
    >>> show(describe(Figure().subplots(), "A line falls from 3 to 1."))
    [figure: A line falls from 3 to 1.]
    """
    if not isinstance(axes, Axes):
        raise TypeError(f"axes must be matplotlib Axes; got {type(axes).__name__}.")
    axes._alternative_texts = [*getattr(axes, "_alternative_texts", []), _one_line("text", text)]  # type: ignore[attr-defined]
    return axes


def show(drawing: Axes | Figure, *, alt: str | None = None) -> None:
    """Show a figure once, with a text for those who cannot see it, and close it.

    Parameters
    ----------
    drawing : matplotlib.axes.Axes or matplotlib.figure.Figure
        The figure, or any Axes in it. In a notebook it is shown as a PNG; a plain Python session prints the
        text instead.
    alt : str, optional
        What the picture shows, in a sentence or two: the axes and the finding, not the colours. Without it
        the texts count that the functions which drew the picture have left (`describe`).

    Raises
    ------
    TypeError
        If `drawing` is neither Axes nor a Figure.
    ValueError
        If there is no text, or the Axes are part of no figure any more.

    Examples
    --------
    >>> show(Figure(), alt="An empty page.")
    [figure: An empty page.]
    """
    if not isinstance(drawing, Axes | Figure):
        raise TypeError(f"drawing must be matplotlib Axes or a Figure; got {type(drawing).__name__}.")
    figure = drawing if isinstance(drawing, Figure) else drawing.get_figure(root=True)
    if figure is None:
        raise ValueError("drawing must be part of a figure; got Axes that were removed from theirs.")
    if alt is None:
        alt = " ".join(text for axes in figure.axes for text in getattr(axes, "_alternative_texts", []))
    alt = _one_line("alt", alt)
    picture = {
        "png": png_bytes(figure),
        "alt": alt,
        "width": round(figure.get_figwidth() * _CSS_PIXELS_PER_INCH),
    }
    if _collection is None:
        _leave(picture)
    else:
        _collection.append(picture)
    # A figure made by pyplot stays open until it is closed, and the notebook would show it a second time.
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)


@contextmanager
def collected() -> Iterator[list[dict[str, Any]]]:
    """Collect the pictures that are shown meanwhile, instead of showing them."""
    global _collection
    pictures: list[dict[str, Any]] = []
    _collection = pictures
    try:
        yield pictures
    finally:
        _collection = None


def _leave(picture: dict[str, Any]) -> None:
    """Show a picture in the notebook, or its text in a plain session."""
    text = f"[figure: {picture['alt']}]"
    bundle = {"image/png": picture["png"], "text/plain": text}
    if not display(bundle, {"image/png": {"alt": picture["alt"], "width": picture["width"]}}):
        print(text)


def display(bundle: dict[str, Any], metadata: dict[str, Any]) -> bool:
    """Display in a notebook; False in a plain session."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return False
    ipython.display.display(bundle, raw=True, metadata=metadata)
    return True


def _one_line(name: str, text: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name} must say in a sentence what the figure shows; got {text!r}.")
    return " ".join(text.split())
