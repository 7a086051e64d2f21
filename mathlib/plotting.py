"""The house style of the figures, and the one way to show them.

    house_style()
    axes = plot_growth(sizes, seconds)  # a function of some topic's `plots`
    show(axes)

A function `plot_x(..., axes=None)` of a topic's `plots` draws into the given Axes, or into a new figure,
leaves a text for those who cannot see the picture, and returns the Axes. `show` shows it with that text.
"""

import io
import sys
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["PALETTE", "describe", "house_style", "new_axes", "png_bytes", "show"]

#: Colours that remain distinct for colour-blind readers (Okabe and Ito, 2008), strongest on white first.
PALETTE = {
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "grey": "#5F6368",
}

#: A figure is 6 inches wide, so that 12 point text is still near 10 pixels high on a screen of 375 pixels.
_STYLE: dict[Any, Any] = {
    "figure.figsize": (6.0, 3.9),
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "white",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib: the same letters on every machine
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.labelsize": 12,
    "axes.edgecolor": "#444444",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "legend.fontsize": 11,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
    "image.cmap": "viridis",
}

_DOTS_PER_INCH = 144
_CSS_PIXELS_PER_INCH = 96


def house_style() -> None:
    """Make the house style the default of every figure drawn after this call.

    Examples
    --------
    >>> house_style()
    >>> matplotlib.rcParams["axes.grid"]
    True
    """
    matplotlib.rcParams.update(_STYLE)


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
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(f"[figure: {alt}]")
    else:
        width = round(figure.get_figwidth() * _CSS_PIXELS_PER_INCH)
        bundle = {"image/png": png_bytes(figure), "text/plain": f"[figure: {alt}]"}
        ipython.display.display(bundle, raw=True, metadata={"image/png": {"alt": alt, "width": width}})
    # A figure made by pyplot stays open until it is closed, and the notebook would show it a second time.
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)


def _one_line(name: str, text: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name} must say in a sentence what the figure shows; got {text!r}.")
    return " ".join(text.split())
