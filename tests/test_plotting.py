"""Figures: deterministic bytes, alternative text, shown once."""

import struct

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from mathlib.plotting import PALETTE, describe, house_style, new_axes, png_bytes, show


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


def test_show_displays_once_with_alternative_text_and_closes(monkeypatch):
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    mpl.use("agg")
    import matplotlib.pyplot as plt

    shell = InteractiveShell.instance()
    publisher = CapturingDisplayPublisher()
    monkeypatch.setattr(shell, "display_pub", publisher)
    try:
        figure = plt.figure()
        show(figure, alt="An empty page.")
    finally:
        InteractiveShell.clear_instance()
    [output] = publisher.outputs
    assert output["metadata"]["image/png"]["alt"] == "An empty page."
    assert output["data"]["image/png"][:4] == b"\x89PNG"
    assert not plt.fignum_exists(figure.number)


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_first_colours_stand_out_on_white():
    """A line needs a contrast of 3 to 1 (WCAG 2.1, 1.4.11); the first three colours have it."""
    contrasts = {name: 1.05 / (luminance(colour) + 0.05) for name, colour in PALETTE.items()}
    assert all(contrasts[name] > 3 for name in ["blue", "vermilion", "green", "grey"]), contrasts
