"""The pictures carry titles, labels and a text with the finding."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mathlib.graphs import (
    And,
    Entity,
    Project,
    answer,
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
    likes = {"likes": np.array([[0.0, 0.5], [1.0, 0.25]])}
    query = And(Project(Entity(0), "likes"), Project(Entity(1), "likes", negated=True))
    words = {"xlabel": "k", "ylabel": "count", "title": "Growth", "theory": ["cubes"]}
    curves = {"squares": [1, 4, 9], "cubes": [1, 8, 27]}
    kl = iterative_markovian_fitting(CHAIN, 3, [0.9, 0.1], [0.2, 0.8], 8).kl
    return {
        "of 34 graphs on 5 vertices": lambda axes: plots.plot_separation(separation_table(5), axes=axes),
        "7 vertices on a circle, 7 edges": lambda axes: plots.plot_graph(cycle(7), axes=axes),
        "turns by 0.5 radians": lambda axes: plots.plot_twisted_cycle(np.ones((6, 2)), 0.5, axes=axes),
        "positive at": lambda axes: plots.plot_mode(mesh, spectrum.vectors[:, 4], axes=axes),
        "level 1 ends at": lambda axes: plots.plot_spectrum([spectrum], ["level 1"], axes=axes),
        "goes from state 0 to 1": lambda axes: plots.plot_moving_mass(bridge, axes=axes),
        "entity 1 on top, entities 1, 0, 1, 1 below": lambda axes: plots.plot_query(
            answer(query, likes), 1, axes=axes
        ),
        "3 of 4 are right": lambda axes: plots.plot_products([[0, 1], [1, 1]], [[0, 1], [1, 0]], axes=axes),
        "Counts: 2 by 2, 1 entries are 0": lambda axes: plots.plot_entries(
            [[1, 0], [4, 2]], title="Counts", axes=axes
        ),
        "a 4 and 0.4; b 1 and 0.5": lambda axes: plots.plot_costs(
            [[10, 0], [0, 2]], [[2, 0], [0, 1]], ["a", "b"], axes=axes
        ),
        "cubes goes from 1 to 27": lambda axes: plots.plot_curves([1, 2, 3], curves, **words, axes=axes),
        "the share is 0.5000; exact is 0.4000": lambda axes: plots.plot_draws([1, 0, 0, 1], 0.4, axes=axes),
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
    with pytest.raises(ValueError, match="positive definite"):
        plots.plot_costs([[1, 2], [2, 1]], [[1, 0]], ["a"])
    with pytest.raises(ValueError, match="expected must have the shape"):
        plots.plot_products([[0]], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="numbers >= 0"):
        plots.plot_entries([[-1.0]])
    with pytest.raises(ValueError, match="scale must be"):
        plots.plot_curves([1], {"a": [1]}, xlabel="", ylabel="", title="", scale="root")
    with pytest.raises(TypeError, match="axes must be matplotlib Axes"):
        plots.plot_graph(cycle(3), axes="here")
