"""The diagrams: no line through an element, order upwards, symmetry where there is some."""

import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.posets import (
    Embedding,
    Poset,
    antichain,
    boolean_lattice,
    census,
    chain,
    complete_bipartite,
    crown,
    draw,
    draw_embedding,
    enumerate_posets,
    fence,
    grid,
    hypercube_width,
    random_poset,
)
from mathlib.posets.compress import compression_steps
from mathlib.posets.layout import boolean_layout, hasse_layout
from mathlib.posets.plots import (
    _rounded,
    draw_compression,
    draw_gallery,
    draw_histograms,
    draw_upsets,
    set_text,
)

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
            line = _rounded(path).interpolated(20).vertices if len(path) > 2 else np.linspace(*path, 200)
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
    figure = draw_embedding(embedding)
    assert (
        figure.axes[0].get_title(loc="left") == f"height {embedding.height}, ground set of {embedding.width}"
    )
    figure.draw_without_rendering()


def test_a_wide_embedding_shows_its_sets():
    figure = draw_embedding(Embedding(antichain(7), [{i} for i in range(7)]))
    assert {str(i) for i in range(7)} <= {text.get_text() for text in figure.axes[0].texts}


def test_the_other_pictures():
    start = Embedding(antichain(3), [{1, 2}, {2, 3}, {3, 1, 4}])
    for step in compression_steps(start):
        draw_compression(step).draw_without_rendering()
    assert len(draw_upsets(start).axes) == 4
    assert len(draw_gallery(enumerate_posets(4), columns=6).axes) == 16
    bars = draw_histograms(census(5)).axes[0]
    assert sorted(text.get_text() for text in bars.texts) == sorted(
        str(count)
        for column in ("height", "width", "two_dimension")
        for count in census(5).histogram(column)
        if count
    )


def test_draw_into_given_axes():
    figure = Figure()
    axes = figure.subplots()
    assert draw(fence(4), ax=axes, texts={0: "left"}) is figure
    assert "left" in [text.get_text() for text in axes.texts]


def test_set_text():
    assert [set_text(s) for s in ((), {2, 0}, {"b", "a"}, {10, 9})] == ["∅", "02", "ab", "{9,10}"]
