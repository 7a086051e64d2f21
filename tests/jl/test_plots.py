"""The pictures show what they say."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.jl.plots import plot_growth, plot_ratios, plot_shares


def alternative(axes):
    """The text that `show` gives to those who cannot see the picture."""
    [text] = axes._alternative_texts
    return text


def test_histograms_the_law_and_the_limits():
    rng = np.random.default_rng(0)
    axes = Figure().subplots()
    samples = {"a": rng.chisquare(50, 900) / 50, "b": rng.chisquare(50, 90) / 50}
    assert plot_ratios(samples, k=50, eps=0.2, title="two", axes=axes) is axes
    outside = sum(np.count_nonzero(np.abs(sample - 1) > 0.2) for sample in samples.values())
    assert axes.get_title(loc="center") == "two"
    assert f"{outside} of 990 lie outside" in alternative(axes)
    assert "mean 1 and standard deviation 0.2" in alternative(axes)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["a", "b", "law for k = 50"]
    law, *limits = axes.get_lines()
    assert np.trapezoid(law.get_ydata(), law.get_xdata()) == pytest.approx(1, abs=0.01)
    assert [line.get_xdata()[0] for line in limits] == [0.8, 1.2]
    left, right = axes.get_xlim()
    assert left < 0.8 < 1.2 < right


def test_without_law_and_limits():
    axes = Figure().subplots()
    plot_ratios({"only": [1.0, 1.5]}, axes=axes)
    assert alternative(axes).endswith("only, mean 1.25, standard deviation 0.25.")
    assert "all 2 lie inside" in alternative(plot_ratios({"only": [1.0, 1.5]}, eps=0.5))
    assert axes.get_lines() == []


def test_growth_has_the_shape_of_the_theory_and_the_height_of_the_points():
    axes = Figure().subplots()
    sizes = np.array([4, 16, 64])
    plot_growth(sizes, [8.0, 64.0, 512.0], lambda n: n * np.log2(n), label="times", axes=axes)
    # The ratios to n log2(n) are 1, 1 and 4 / 3: their geometric mean.
    factor = (4 / 3) ** (1 / 3)
    assert "from 8 at 4 to 512 at 64. No point is off the curve" in alternative(axes)
    assert f"a factor of {factor**2:.2f}." in alternative(axes)
    points, curve = axes.get_lines()
    assert list(points.get_xdata()) == list(sizes)
    assert curve.get_ydata()[-1] == pytest.approx(factor * 64 * 6)
    assert points.get_color() == curve.get_color()
    assert axes.get_legend_handles_labels()[1] == ["times"]


@pytest.mark.parametrize("hits", [0, 3, 50, 100])
def test_the_bars_are_wilson_intervals(hits):
    trials, z = 100, 3.0
    axes = Figure().subplots()
    plot_shares([7], [hits], trials, z=z, label="shares", axes=axes)
    assert f"from {hits / 100:.3g} at 7" in alternative(axes)
    (bars,) = axes.containers[0].lines[2]
    ((x, low), (_, high)) = bars.get_segments()[0]
    assert x == 7
    assert 0 <= low < high <= 1 + 1e-12
    for p in (low, high):
        # An end inside (0, 1) is where the observed number is just z standard deviations away.
        assert p in (0, 1) or abs(hits - trials * p) == pytest.approx(
            z * np.sqrt(trials * p * (1 - p)), abs=1e-6
        )
    assert axes.get_legend_handles_labels()[1] == ["shares"]
