"""Figures: deterministic bytes, alternative text, shown once."""

import base64
import itertools
import json
import struct

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from mathlib.plotting import PALETTE, describe, explore, house_style, new_axes, png_bytes, show


def drawing():
    with mpl.rc_context():
        house_style()
        figure = Figure()
        axes = figure.subplots()
        axes.plot([1, 2, 3], [2, 1, 3])
        axes.set(title="A title", xlabel="x (unit)", ylabel="y (unit)")
    return figure


def test_png_is_the_same_every_time_and_holds_no_text():
    data = png_bytes(drawing())
    assert data == png_bytes(drawing())
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks.append(data[at + 4 : at + 8])
        at += 12 + length
    assert set(chunks) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_png_is_864_pixels_wide():
    assert struct.unpack(">I", png_bytes(drawing())[16:20]) == (864,)


def test_show_needs_a_figure_and_a_text(capsys):
    with pytest.raises(TypeError, match="drawing must be matplotlib Axes or a Figure; got int"):
        show(3, alt="three")
    with pytest.raises(ValueError, match="alt must say in a sentence what the figure shows; got"):
        show(Figure(), alt="  ")
    with pytest.raises(ValueError, match="alt must say in a sentence what the figure shows; got"):
        show(Figure())
    show(Figure(), alt="Nothing\n to see.")
    assert capsys.readouterr().out == "[figure: Nothing to see.]\n"


def test_show_reads_the_texts_of_all_axes_of_a_figure(capsys):
    left, right = Figure().subplots(1, 2)
    describe(right, "Down\n on the right.")
    describe(describe(left, "Up."), "Twice.")
    show(left)
    show(right.inset_axes([0, 0, 1, 1]), alt="Something else.")
    assert capsys.readouterr().out == "[figure: Up. Twice. Down on the right.]\n[figure: Something else.]\n"


def test_new_axes_are_made_only_where_none_are_given():
    axes = new_axes(figsize=(3, 2))
    assert axes.figure.get_size_inches().tolist() == [3, 2]
    assert new_axes(axes, figsize=(1, 1)) is axes
    show(axes, alt="Nothing.")
    with pytest.raises(TypeError, match=r"axes must be matplotlib Axes or None.*got Figure"):
        new_axes(axes.figure)


@pytest.fixture
def notebook(monkeypatch):
    """The outputs of a notebook's kernel, as they come."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    publisher = CapturingDisplayPublisher()
    monkeypatch.setattr(InteractiveShell.instance(), "display_pub", publisher)
    yield publisher.outputs
    InteractiveShell.clear_instance()


def test_show_displays_once_with_alternative_text_and_closes(notebook):
    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure = plt.figure()
    show(figure, alt="An empty page.")
    [output] = notebook
    assert output["metadata"]["image/png"]["alt"] == "An empty page."
    assert output["data"]["image/png"][:4] == b"\x89PNG"
    assert not plt.fignum_exists(figure.number)


def bar(height=3, colour="blue"):
    axes = new_axes(figsize=(2, 1))
    axes.bar([0], [height], color=colour)
    show(axes, alt=f"A {colour} bar of height {height}.")


def frames(outputs):
    [output] = outputs
    return output["data"]["application/vnd.mathlib.frames+json"]


def test_a_run_for_the_site_leaves_a_picture_for_each_position_of_the_first_range(notebook, monkeypatch):
    monkeypatch.setenv("MATHLIB_FRAMES", "1")
    explore(bar, height=range(1, 6), colour=["red", "blue"])
    left = frames(notebook)
    assert (left["name"], left["fixed"], left["start"]) == ("height", ["colour = blue"], 2)
    assert [frame["value"] for frame in left["frames"]] == list("12345")
    assert [frame["alt"] for frame in left["frames"]] == [f"A blue bar of height {i}." for i in range(1, 6)]
    assert all(base64.b64decode(frame["png"])[:4] == b"\x89PNG" for frame in left["frames"])
    assert json.loads(json.dumps(left)) == left


@pytest.mark.parametrize("most", [13, 100, 997])
@pytest.mark.parametrize("start", [0, 1, 6, 50, 96])
def test_twelve_pictures_are_enough_and_the_first_one_is_among_them(notebook, monkeypatch, most, start):
    monkeypatch.setenv("MATHLIB_FRAMES", "1")
    start %= most
    values = [i / 8 for i in range(most)]
    explore(lambda x=start / 8: show(Figure(figsize=(1, 1)), alt=f"{x}"), x=values)
    left = frames(notebook)
    shown = [float(frame["alt"]) for frame in left["frames"]]
    assert len(set(shown)) == 12
    assert shown == sorted(shown)
    assert shown[left["start"]] == start / 8
    assert (shown[0] == values[0]) or start
    assert max(b - a for a, b in itertools.pairwise(shown)) <= 2.2 * values[-1] / 11


def test_a_notebook_gets_a_slider_for_numbers_and_a_list_for_texts(notebook, monkeypatch):
    monkeypatch.delenv("MATHLIB_FRAMES", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    made = {}
    monkeypatch.setattr("ipywidgets.interact", lambda function, **controls: made.update(controls))
    explore(bar, height=[1.5, 3, 4], colour=["red", "blue"])
    assert (type(made["height"]).__name__, made["height"].value) == ("SelectionSlider", 3)
    assert [label for label, _ in made["height"].options] == ["1.5", "3", "4"]
    assert (type(made["colour"]).__name__, made["colour"].value) == ("Dropdown", "blue")


def test_where_nobody_can_move_a_slider_the_first_picture_is_shown(notebook, monkeypatch):
    for name in ("MATHLIB_FRAMES", "JPY_SESSION_NAME", "VSCODE_PID"):
        monkeypatch.delenv(name, raising=False)
    explore(bar, height=[1, 2])
    [output] = notebook
    assert output["metadata"]["image/png"]["alt"] == "A blue bar of height 2."


def test_what_cannot_be_explored_is_refused(notebook, monkeypatch):
    monkeypatch.setenv("MATHLIB_FRAMES", "1")
    with pytest.raises(ValueError, match="one or more values"):
        explore(bar)
    with pytest.raises(ValueError, match="one or more values"):
        explore(bar, height=[])
    with pytest.raises(TypeError, match="got weight"):
        explore(bar, weight=[1])
    with pytest.raises(ValueError, match="got 0 at height = 1"):
        explore(lambda height: None, height=[1])
    assert notebook == []
    bar()  # pictures are shown again after an error
    assert notebook[0]["metadata"]["image/png"]["alt"] == "A blue bar of height 3."


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_first_colours_stand_out_on_white():
    """A line needs a contrast of 3 to 1 (WCAG 2.1, 1.4.11); the first three colours have it."""
    contrasts = {name: 1.05 / (luminance(colour) + 0.05) for name, colour in PALETTE.items()}
    assert all(contrasts[name] > 3 for name in ["blue", "vermilion", "green", "grey"]), contrasts
