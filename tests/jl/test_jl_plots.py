"""The pictures show what they say."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.jl.plots import plot_ratios


def test_histograms_the_law_and_the_limits():
    rng = np.random.default_rng(0)
    axes = Figure().subplots()
    plot_ratios(axes, {"a": rng.chisquare(50, 900) / 50, "b": rng.chisquare(50, 90) / 50}, k=50, eps=0.2)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["a", "b", "law for k = 50"]
    law, *limits = axes.get_lines()
    assert np.trapezoid(law.get_ydata(), law.get_xdata()) == pytest.approx(1, abs=0.01)
    assert [line.get_xdata()[0] for line in limits] == [0.8, 1.2]
    left, right = axes.get_xlim()
    assert left < 0.8 < 1.2 < right


def test_without_law_and_limits():
    axes = Figure().subplots()
    plot_ratios(axes, {"only": [1.0, 1.5]})
    assert axes.get_lines() == []
