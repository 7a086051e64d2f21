"""Draw docs/best_packings.png: how near the best known packings are to the best bound that is certified here.

    python -m tools.draw_hero

Every number comes from the library: the packings with their sources, and the bounds whose certificates ship.
"""

from contextlib import suppress
from pathlib import Path

from matplotlib.axes import Axes

from mathlib.packing import ThreePointCertificate, TwoPointCertificate, published_bounds
from mathlib.plotting import PALETTE, house_style, new_axes, png_bytes

ROOT = Path(__file__).resolve().parents[1]


def shares() -> dict[int, tuple[float, str]]:
    """The best packing's share of the best certified bound, and of what kind that is, by dimension."""
    found = {}
    for row in published_bounds():
        if row.best_packing is None:
            continue
        bounds = {"two points": float(TwoPointCertificate.shipped(row.n).bound)}
        with suppress(ValueError):  # none ships for this dimension
            bounds["three points"] = float(ThreePointCertificate.shipped(row.n).bound)
        kind = min(bounds, key=lambda name: bounds[name])
        found[row.n] = float(row.best_packing.density) / bounds[kind], kind
    return found


def draw(found: dict[int, tuple[float, str]]) -> Axes:
    axes = new_axes(figsize=(8, 3.4))
    axes.axhline(1, color="black", linewidth=1)
    for kind, colour in (("two points", "blue"), ("three points", "vermilion")):
        chosen = [n for n in found if found[n][1] == kind]
        heights = [found[n][0] for n in chosen]
        axes.bar(chosen, heights, color=PALETTE[colour], label=f"bound from {kind}")
    for n, (share, _) in found.items():
        if share > 0.9999:
            axes.annotate("★", (n, 1.005), ha="center", va="bottom", fontsize=11)
    axes.set(
        title="Best known packings as a share of the best certified bound (★ equal to four digits)",
        xlabel="dimension",
    )
    axes.set(ylabel="share of the bound", ylim=(0, 1.12), xlim=(0.3, max(found) + 0.7), xticks=sorted(found))
    axes.grid(visible=False, axis="x")
    axes.figure.legend(loc="outside lower center", ncols=2)
    return axes


def main() -> None:
    house_style()
    figure = draw(shares()).get_figure(root=True)
    assert figure is not None
    (ROOT / "docs/best_packings.png").write_bytes(png_bytes(figure))


if __name__ == "__main__":
    main()
