"""The pictures of curves and maps carry titles, labels and a text with the finding."""

from fractions import Fraction

import pytest
from matplotlib.figure import Figure

from mathlib.metrics import (
    cycle,
    embed_ultrametric,
    fat_treemap,
    hilbert,
    least_euclidean_distortion,
    plots,
)
from mathlib.plotting import show

DRAWINGS = {
    "5 points in the plane": lambda axes: plots.plot_flattened(
        least_euclidean_distortion(cycle(5)), axes=axes
    ),
    "through all 64 cells": lambda axes: plots.plot_curve(hilbert, 3, times=[Fraction(1, 3)], axes=axes),
    "in 3 polygons": lambda axes: plots.plot_treemap(fat_treemap([3, [1, 2]]), labels=list("abc"), axes=axes),
    "in 1 polygons": lambda axes: plots.plot_treemap([[(0, 0), (1, 0), (1, 1), (0, 1)]], axes=axes),
    "5 points of an ultrametric": lambda axes: plots.plot_embedding(
        embed_ultrametric((1, [(0, [])] * 5)), axes=axes
    ),
}


@pytest.mark.parametrize("finding", DRAWINGS)
def test_pictures_say_what_they_show(finding, capsys):
    axes = Figure().subplots()
    assert DRAWINGS[finding](axes) is axes
    assert axes.get_title()
    show(axes)
    assert finding in capsys.readouterr().out


def test_labels_are_one_for_each():
    with pytest.raises(ValueError, match="labels must be one"):
        plots.plot_treemap(fat_treemap([1, 2, 3]), labels=["a"])
