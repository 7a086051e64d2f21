"""The pictures carry titles, labels and a text with the finding."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mathlib.graphs import (
    cycle,
    icosphere,
    iterative_markovian_fitting,
    laplacian_spectrum,
    plots,
    schroedinger_bridge,
    separation_table,
)
from mathlib.plotting import show

CHAIN = [[0.9, 0.1], [0.1, 0.9]]


def drawings():
    mesh = icosphere(1)
    spectrum = laplacian_spectrum(mesh, 9)
    bridge = schroedinger_bridge(CHAIN, 3, [0.9, 0.1], [0.2, 0.8])
    kl = iterative_markovian_fitting(CHAIN, 3, [0.9, 0.1], [0.2, 0.8], 8).kl
    return {
        "of 34 graphs on 5 vertices": lambda axes: plots.plot_separation(separation_table(5), axes=axes),
        "7 vertices on a circle, 7 edges": lambda axes: plots.plot_graph(cycle(7), axes=axes),
        "turns by 0.5 radians": lambda axes: plots.plot_twisted_cycle(np.ones((6, 2)), 0.5, axes=axes),
        "positive at": lambda axes: plots.plot_mode(mesh, spectrum.vectors[:, 4], axes=axes),
        "level 1 ends at": lambda axes: plots.plot_spectrum([spectrum], ["level 1"], axes=axes),
        "goes from state 0 to 1": lambda axes: plots.plot_moving_mass(bridge, axes=axes),
        "in 8 iterations": lambda axes: plots.plot_fitting(kl, 0.6, axes=axes),
    }


@pytest.mark.parametrize("text", drawings())
def test_pictures_say_what_they_show(text, capsys):
    axes = Figure().subplots()
    drawn = drawings()[text](axes)
    assert drawn is axes
    assert isinstance(drawn, Axes)
    show(drawn)
    assert text in capsys.readouterr().out


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="spectra must have from 1 to 20 entries"):
        plots.plot_spectrum([], [])
    with pytest.raises(ValueError, match=r"values must have shape \(42,\)"):
        plots.plot_mode(icosphere(1), np.ones(3))
    with pytest.raises(TypeError, match="axes must be matplotlib Axes"):
        plots.plot_graph(cycle(3), axes="here")
