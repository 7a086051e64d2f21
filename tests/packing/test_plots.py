"""The pictures show what they are given."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure

from mathlib.packing.plots import (
    plot_chain,
    plot_gap,
    plot_kernel,
    plot_packing,
    plot_pair,
    plot_roots,
    plot_touching,
    plot_triangles,
)
from mathlib.packing.three_point.certificate import ThreePointCertificate
from mathlib.packing.three_point.packings import PackingSums
from mathlib.plotting import show


class Stand:
    """A function with known values in the place of a certificate: r = 1, f changes its sign there."""

    n, radius_squared_times_2pi = 2, 2 * math.pi

    def f(self, x):
        return 2 * (1 - np.asarray(x) ** 2) * np.exp(-(np.asarray(x) ** 2))

    def f_hat(self, x):
        return 3 * np.exp(-(np.asarray(x) ** 2))


def test_discs_of_a_lattice_touch_and_do_not_overlap():
    axes = Figure().subplots()
    plot_packing([[1, 0], [0.5, math.sqrt(3) / 2]], width=3, axes=axes)
    centres = axes.lines[0].get_xydata()
    distances = np.linalg.norm(centres[:, None] - centres, axis=2)
    [discs] = axes.collections
    widths = [path.get_extents().width for path in discs.get_paths()]
    assert distances[distances > 1e-9].min() == pytest.approx(max(widths), rel=1e-6)
    assert len(widths) == len(centres)


def test_a_pair_is_scaled_to_one_and_magnified():
    axes = Figure().subplots(2, 1)
    for panel, magnified in zip(axes, (False, True), strict=True):
        assert plot_pair(Stand(), reach=3, magnified=magnified, axes=panel) is panel
    for panel in axes:
        zero, radius, f, transform = panel.lines
        assert f.get_ydata()[0] == transform.get_ydata()[0] == 1
        assert radius.get_xdata()[0] == pytest.approx(1)
        assert not np.any(zero.get_ydata())
    values = f.get_ydata()[f.get_xdata() > 1]
    assert axes[1].get_ylim()[0] < values.min() < 0.8 * axes[1].get_ylim()[0]


def test_touching_takes_absolute_values_and_marks_places():
    axes = Figure().subplots()
    plot_touching(Stand(), reach=2, marks=[0.5, 1.5], axes=axes)
    first, second, f, _ = axes.lines
    assert [first.get_xdata()[0], second.get_xdata()[0]] == [0.5, 1.5]
    assert f.get_ydata().min() >= 0
    assert axes.get_yscale() == "log"


def test_a_gap_is_a_ratio_to_the_first_column():
    axes = Figure().subplots()
    plot_gap([1, 2], {"bound": [0.5, 0.8], "packing": [0.5, 0.2]}, axes=axes)
    base, packing = axes.lines
    assert set(base.get_ydata()) == {1}
    assert packing.get_ydata().tolist() == [1, 0.25]
    assert "bound" in axes.get_ylabel()


def test_a_kernel_fills_its_ring():
    certificate = ThreePointCertificate.shipped(3)
    axes = plot_kernel(certificate, 1.2, axes=Figure().subplots())
    mesh = axes.collections[0]
    R = float(certificate.R / certificate.r)
    assert mesh.levels[0] == -mesh.levels[-1]
    assert mesh.levels[-1] >= abs(float(certificate.f3(1.2, 1.2, 1.0)))
    assert axes.dataLim.x1 == pytest.approx(R, rel=1e-6)
    assert axes.lines[0].get_xdata().tolist() == [0, 1.2]


def test_triangles_are_coloured_by_their_depth():
    certificate = ThreePointCertificate.shipped(3)
    axes = plot_triangles(certificate, 1.1, axes=Figure().subplots())
    mesh = axes.collections[0]
    depth = np.asarray(mesh.get_array()).reshape(121, 121)
    r, R = float(certificate.r), float(certificate.R)
    assert 10 ** depth[0, 120] == pytest.approx(-float(certificate.triangle_sum(1.1 * r, r, R)), rel=1e-6)
    assert np.allclose(depth, depth.T)


def test_a_chain_is_divided_by_the_bound():
    axes = Figure().subplots()
    plot_chain({"a": PackingSums(0.4, 0.5, 0.6, 0.8, 1.0)}, axes=axes)
    assert [line.get_xdata()[0] for line in axes.lines] == pytest.approx([0.5, 0.625, 0.75, 1.0])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a"]


def test_texts_say_what_the_pictures_show(capsys):
    axes = plot_gap([1, 2], {"bound": [0.5, 0.8], "packing": [0.5, 0.2]}, axes=Figure().subplots())
    show(axes)
    show(plot_roots({"bound": {1: 1.0, 2: 0.81}}, {"one half": 0.5}, axes=Figure().subplots()))
    show(plot_packing([[1, 0], [0, 1]], axes=Figure().subplots()))
    printed = capsys.readouterr().out
    assert "packing: from 0.25 in dimension 2 to 1 in 1" in printed
    assert "bound: from 1.0000 to 0.9000 in dimension 2; dashed lines: one half" in printed
    assert "each touching 4 others: they cover 78.5%" in printed
