"""The pictures show the numbers they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.dpp import Design, SobolIndices
from mathlib.dpp.plots import plot_design, plot_quantiles, plot_shares, plot_sobol
from mathlib.plotting import show


def ends(axes):
    """Lower and upper ends of the vertical bars."""
    return np.array([[path[0][1], path[1][1]] for path in axes.collections[0].get_segments()])


def test_quantiles_are_values_of_the_sample():
    axes = Figure().subplots()
    sample = np.random.default_rng(0).permutation(np.append(np.arange(1.0, 100.0), np.inf))
    plot_quantiles([3], [sample], label="a", axes=axes)
    assert axes.lines[0].get_xydata().tolist() == [[3, 50]]
    assert ends(axes).tolist() == [[10, 90]]


def test_shares_with_the_interval_of_wilson():
    axes = Figure().subplots()
    plot_shares([1, 2], [40, 0], 100, label="a", z=2.0, axes=axes)
    assert axes.lines[0].get_ydata().tolist() == [0.4, 0]
    for (low, high), share in zip(ends(axes), [0.4, 0.0], strict=True):
        for p in (low, high):  # at its ends the share is two standard deviations away
            assert (share - p) ** 2 == pytest.approx(4 * p * (1 - p) / 100, abs=1e-12)


def test_bars_of_sobol_indices():
    axes = Figure().subplots()
    first = SobolIndices(0.0, 1.0, np.array([0.5, 0.1]), np.array([0.9, 0.5]))
    second = SobolIndices(0.0, 2.0, np.array([0.4, 0.2]), np.array([0.8, 0.6]))
    plot_sobol({"one": first, "two": second}, names=["x", "y"], axes=axes)
    heights = [[bar.get_height() for bar in group] for group in axes.containers]
    assert heights == [[0.9, 0.5], [0.5, 0.1], [0.8, 0.6], [0.4, 0.2]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]


def test_areas_of_points_are_their_weights():
    axes = Figure().subplots()
    plot_design(Design([[0.0, 0.0], [0.5, -0.5]], [1.0, 3.0], "given"), axes=axes)
    areas = axes.collections[0].get_sizes()
    assert areas[1] == pytest.approx(3 * areas[0])
    with pytest.raises(ValueError, match="in the plane"):
        plot_design(Design([[0.0], [0.5]], [1.0, 3.0], "given"), axes=axes)


def test_each_picture_says_what_it_shows(capsys):
    sobol = SobolIndices(0.0, 1.0, np.array([0.5]), np.array([0.9]))
    for axes, text in (
        (plot_quantiles([1, 2], [[1.0, 2.0, 3.0], [4.0]], label="a"), "a: medians from 2 at 1 to 4 at 2"),
        (plot_shares([1, 4], [30, 10], 100, label="b"), "b: shares from 0.3 at 1 to 0.1 at 4, with"),
        (plot_sobol({"c": sobol}, names=["x"]), "total Sobol' indices. c: x 0.50 and 0.90."),
        (plot_design(Design([[0.0, 0.0], [1.0, 1.0]], [1.0, 3.0], "given")), "2 points (given), areas by"),
    ):
        show(axes)
        assert text in capsys.readouterr().out
