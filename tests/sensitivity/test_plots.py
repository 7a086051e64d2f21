"""The pictures show what they say."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.plotting import show
from mathlib.sensitivity.plots import METHOD_STYLES, plot_brackets, plot_errors, plot_power_laws


def test_brackets_are_sorted_and_drawn_whole():
    axes = plot_brackets([0.1, 0.15], [0.6, 0.2], label="p = 1", axes=Figure().subplots())
    assert list(axes.lines[0].get_ydata()) == [0.2, 0.6]
    bars = axes.collections[0].get_segments()
    assert [tuple(bar[:, 1]) for bar in bars] == [(0.15, 0.2), (0.1, 0.6)]


def test_errors_are_medians_with_the_middle_half():
    errors = np.array([[1.0, 10], [2, 20], [3, 30], [4, 40], [np.inf, 50]])
    axes = plot_errors([5, 50], {"Lewis": errors, "mine": errors}, axes=Figure().subplots())
    assert list(axes.lines[0].get_ydata()) == [3, 30]
    assert axes.lines[0].get_color() == METHOD_STYLES["Lewis"][0]
    band = axes.collections[0].get_paths()[0].vertices
    assert {2.0, 4.0} <= set(band[band[:, 0] == 5][:, 1])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Lewis", "mine"]


def test_the_slope_of_a_power_law():
    sizes = np.array([2, 3, 10])
    axes = plot_power_laws(sizes, {"budget": 5 * sizes**1.5}, axes=Figure().subplots())
    assert axes.get_legend_handles_labels()[1] == ["budget: slope 1.50"]
    assert axes.lines[1].get_ydata() == pytest.approx(5 * np.array([2, 10]) ** 1.5)


def test_the_pictures_say_what_they_show(capsys):
    show(plot_power_laws([2, 3, 10], {"budget": [4, 9, 100], "Lewis": [2, 3, 10]}, axes=Figure().subplots()))
    assert "budget: slope 2.00; Lewis: slope 1.00." in capsys.readouterr().out
    show(plot_brackets([0.1, 0.15], [0.6, 0.2], axes=Figure().subplots()))
    assert "from 0.2 to 0.6; the widest has length 0.5." in capsys.readouterr().out
    show(plot_errors([5, 50], {"Lewis": [[3.0, 1.0]]}, axes=Figure().subplots()))
    assert "Medians: Lewis from 3 to 1." in capsys.readouterr().out
