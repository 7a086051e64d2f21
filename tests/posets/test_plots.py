"""The diagrams: no line through an element, order upwards, symmetry where there is some."""

import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.plotting import show
from mathlib.posets import (
    Embedding,
    Poset,
    antichain,
    boolean_lattice,
    census,
    chain,
    complete_bipartite,
    compression_steps,
    crown,
    enumerate_posets,
    fence,
    grid,
    hypercube_width,
    random_poset,
)
from mathlib.posets.plots import (
    plot_compression,
    plot_embedding,
    plot_family,
    plot_gallery,
    plot_histograms,
    plot_poset,
    plot_upsets,
)
from mathlib.posets.plots.hasse import rounded
from mathlib.posets.plots.layout import boolean_layout, hasse_layout
from mathlib.posets.plots.texts import set_text

POSETS = [
    *enumerate_posets(5),
    *itertools.islice(enumerate_posets(7), 0, None, 40),
    *(random_poset(n, dim=d, rng=s) for n, d in ((12, 2), (20, 2), (20, 3), (30, 2)) for s in range(3)),
    *(boolean_lattice(4), grid(3, 4), crown(7), fence(12), complete_bipartite(5, 6), grid(2, 2, 3)),
]


def test_no_line_runs_through_an_element():
    for poset in POSETS:
        layout = hasse_layout(poset)
        for (low, high), path in layout.paths.items():
            line = rounded(path).interpolated(20).vertices if len(path) > 2 else np.linspace(*path, 200)
            others = [layout.places[x] for x in poset if x not in (low, high)]
            for place in others:
                assert np.linalg.norm(line - place, axis=1).min() > 0.19, poset


def test_lines_lead_upwards_and_elements_keep_apart():
    for poset in POSETS:
        layout = hasse_layout(poset)
        assert set(layout.paths) == set(poset.covers)
        for (low, high), path in layout.paths.items():
            assert np.allclose(path[0], layout.places[low])
            assert np.allclose(path[-1], layout.places[high])
            assert (np.diff(path[:, 1]) > 0).all()
        for one, other in itertools.combinations(layout.places.values(), 2):
            assert np.hypot(*np.subtract(one, other)) > 0.99


@pytest.mark.parametrize(
    "poset",
    [chain(4), boolean_lattice(2), boolean_lattice(3), grid(3, 3), fence(5), complete_bipartite(3, 3)],
)
def test_symmetric_posets_look_symmetric(poset):
    places = np.array(list(hasse_layout(poset).places.values()))
    places[:, 0] -= (places[:, 0].min() + places[:, 0].max()) / 2
    mirrored = {(round(-x, 3) + 0.0, round(y, 3)) for x, y in places}
    assert mirrored == {(round(x, 3) + 0.0, round(y, 3)) for x, y in places}


def test_only_lines_that_must_bend_do():
    assert all(len(path) == 2 for path in hasse_layout(grid(4, 4)).paths.values())
    pentagon = Poset(5, covers=[(0, 1), (1, 2), (2, 4), (0, 3), (3, 4)])
    assert all(len(path) == 2 for path in hasse_layout(pentagon).paths.values())
    bent = [path for poset in POSETS for path in hasse_layout(poset).paths.values() if len(path) > 2]
    assert bent


@pytest.mark.parametrize("w", range(7))
def test_boolean_layout(w):
    places = boolean_layout(w)
    assert len(set(places.values())) == 2**w
    assert all(y == s.bit_count() for s, (_, y) in places.items())


@pytest.mark.parametrize(
    "poset", [chain(0), chain(1), antichain(6), grid(3, 3), crown(4), grid(2, 3, 3)], ids=repr
)
def test_embeddings_are_drawn_with_and_without_the_lattice(poset):
    embedding = hypercube_width(poset).embedding
    axes = plot_embedding(embedding)
    assert axes.get_title(loc="left") == f"height {embedding.height}, ground set of {embedding.width}"
    axes.figure.draw_without_rendering()
    show(axes)


def test_a_wide_embedding_shows_its_sets():
    axes = plot_embedding(Embedding(antichain(7), [{i} for i in range(7)]))
    assert {str(i) for i in range(7)} <= {text.get_text() for text in axes.texts}
    show(axes)


def test_the_other_pictures():
    start = Embedding(antichain(3), [{1, 2}, {2, 3}, {3, 1, 4}])
    for step in compression_steps(start):
        plot_compression(step).figure.draw_without_rendering()
    assert len(plot_upsets(start).figure.axes) == 4
    assert len(plot_gallery(enumerate_posets(4), columns=6).figure.axes) == 16
    bars = plot_histograms(census(5))
    assert sorted(text.get_text() for text in bars.texts) == sorted(
        str(count)
        for column in ("height", "width", "two_dimension")
        for count in census(5).histogram(column)
        if count
    )
    show(bars)


def test_no_posets_and_no_sets_are_pictures_too():
    for axes in (plot_gallery([]), plot_upsets(Embedding(chain(1), [[]])), plot_family([], 0)):
        axes.figure.draw_without_rendering()


def test_draw_into_given_axes():
    figure = Figure()
    axes = figure.subplots()
    assert plot_poset(fence(4), axes=axes, texts={0: "left"}) is axes
    assert "left" in [text.get_text() for text in axes.texts]


def test_pictures_say_what_they_show(capsys):
    start = Embedding(antichain(2), [{1, 2}, {2, 3}])
    for axes, said in [
        (plot_poset(fence(4), filled=[1]), "4 elements: 0 below 1, 2 below 1, 2 below 3. Filled: 1."),
        (plot_poset(boolean_lattice(4)), "32 covers, 1 minimal and 1 maximal elements"),
        (plot_embedding(start), "dimension 3: the sets are 12 for 0, 23 for 1"),
        (plot_upsets(start), "1: 0; 2: 0, 1; 3: 1"),
        (plot_gallery(enumerate_posets(3)), "5 posets with 3 elements"),
        (plot_gallery([chain(1), chain(2)], titles=["one", "two"]), "1 to 2 elements: one, two"),
        (plot_histograms(census(3)), "height [0, 2, 3]"),
        (plot_family([0, 1, 3], 2), "3 of its 4 sets filled: by size, from the empty set on, 1, 1, 1"),
        (plot_compression(next(compression_steps(start))), "Join each of the 2 elements"),
    ]:
        show(axes)
        assert said in capsys.readouterr().out


def test_set_text():
    assert [set_text(s) for s in ((), {2, 0}, {"b", "a"}, {10, 9})] == ["∅", "02", "ab", "{9,10}"]


def test_a_gallery_needs_posets():
    with pytest.raises(ValueError, match="posets must be an iterable; got 3"):
        plot_gallery(3)
    with pytest.raises(TypeError, match="posets must be a Poset; got 'a'"):
        plot_gallery("a")
