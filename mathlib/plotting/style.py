"""The house style: colours, letters and lines of every figure."""

from typing import Any

import matplotlib
from cycler import cycler

__all__ = ["PALETTE", "house_style"]

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


def house_style() -> None:
    """Make the house style the default of every figure drawn after this call.

    Examples
    --------
    >>> house_style()
    >>> matplotlib.rcParams["axes.grid"]
    True
    """
    matplotlib.rcParams.update(_STYLE)
