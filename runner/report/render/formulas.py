"""Formulas as inline SVG, drawn by ziamath.

Glyphs are drawn once a page: a Formula refers to them by name, and a Sheet gathers them. The drawing is
rebuilt from known elements and attributes, so that nothing in a formula's source can reach the page.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from xml.etree.ElementTree import Element

import ziamath
from markupsafe import Markup

from runner.report.render.mathml import FormulaError, characters, to_mathml

# Lengths are asked for at 100 pixels an em and written in em, so that formulas follow the text size.
PIXELS_PER_EM = 100
# A display formula wider than the first may not fit a small screen, and its box can be scrolled with the
# keyboard; one wider than the second gets a box wider than the text.
WIDE_EM, WIDER_EM = 16, 33
DRAWN_TAGS = {"g", "use", "path", "rect"}
DRAWN_ATTRIBUTES = {"d", "x", "y", "width", "height", "href", "fill", "stroke", "stroke-width", "rx"}
MISSING_GLYPH = "_0"


@dataclass(frozen=True)
class Formula:
    """A drawn formula: lengths in em, glyphs as (name, SVG symbol)."""

    latex: str
    display: bool
    width: float
    height: float
    depth: float
    view_box: str
    drawing: str
    glyphs: tuple[tuple[str, str], ...]

    @property
    def depth_class(self) -> str:
        """The name of the style that lowers the formula to its baseline, in hundredths of an em."""
        return f"d{round(self.depth * 100)}".replace("-", "m")

    def markup(self) -> Markup:
        """The <svg> element; its glyphs stand in the Sheet of the page."""
        size = f'width="{self.width:.3f}em" height="{self.height:.3f}em" viewBox="{self.view_box}"'
        label = f'role="img" aria-label="{escape(" ".join(self.latex.split()))}"'
        svg = f'<svg class="math {self.depth_class}" {size} {label}>{self.drawing}</svg>'
        if not self.display:
            return Markup(svg)
        reachable = ' tabindex="0" role="group" aria-label="wide formula"' if self.width > WIDE_EM else ""
        wider = " wider" if self.width > WIDER_EM else ""
        return Markup(f'<span class="display{wider}"{reachable}>{svg}</span>')


class Sheet:
    """What the formulas of one page share: their glyphs, and a style rule for each depth."""

    def __init__(self) -> None:
        self._glyphs: dict[str, str] = {}
        self._depths: dict[str, float] = {}

    def place(self, formula: Formula) -> Markup:
        self._glyphs.update(formula.glyphs)
        self._depths[formula.depth_class] = formula.depth
        return formula.markup()

    def glyphs(self) -> Markup:
        symbols = "".join(symbol for _, symbol in sorted(self._glyphs.items()))
        return Markup(f'<svg class="glyphs" aria-hidden="true">{symbols}</svg>' if symbols else "")

    def style(self) -> str:
        depths = sorted(self._depths.items())
        return "".join(f".{name}{{vertical-align:{-depth:.2f}em}}\n" for name, depth in depths)


@lru_cache(maxsize=4096)
def render(latex: str, display: bool) -> Formula:
    """Draw a formula, or raise FormulaError.

    >>> render("x^2", False).depth_class
    'd2'
    >>> render(r"\\nosuchmacro x", False)
    Traceback (most recent call last):
    runner.report.render.mathml.FormulaError: unknown macro \\nosuchmacro
    """
    try:
        tree = to_mathml(latex, display)
        expected = characters(tree)
        tree.set("mathcolor", "currentColor")
        svg = ziamath.Math(tree, size=PIXELS_PER_EM).svgxml()
    except FormulaError:
        raise
    except Exception as error:  # the parsers fail on bad input in many ways, IndexError among them
        raise FormulaError(f"cannot be read: {type(error).__name__} {error}".strip()) from None
    drawing, glyphs = _split(svg)
    if len(re.findall("<(?:use|rect|path)", drawing)) < expected:
        raise FormulaError("part of it would not be drawn")
    box = svg.attrib["viewBox"]
    top, height = float(box.split()[1]), float(svg.attrib["height"])
    return Formula(
        latex=latex,
        display=display,
        width=float(svg.attrib["width"]) / PIXELS_PER_EM,
        height=height / PIXELS_PER_EM,
        depth=(top + height) / PIXELS_PER_EM,
        view_box=box,
        drawing=drawing,
        glyphs=glyphs,
    )


def _split(svg: Element) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The drawing and the glyphs it uses, rebuilt from known elements and attributes alone."""
    glyphs = {}
    for symbol in svg.findall("symbol"):
        name, box = symbol.attrib["id"], symbol.attrib["viewBox"]
        if name.endswith(MISSING_GLYPH):
            raise FormulaError("the formula font lacks one of the characters")
        paths = "".join(_known(path) for path in symbol)
        glyphs[name] = f'<symbol id="{escape(name)}" viewBox="{escape(box)}">{paths}</symbol>'
    drawing = "".join(_known(element) for element in svg if element.tag != "symbol")
    return drawing, tuple(glyphs.items())


def _known(element: Element) -> str:
    if element.tag not in DRAWN_TAGS:
        raise FormulaError(f"drawn with <{element.tag}>, which is not allowed on a page")
    attributes = "".join(
        f' {name}="{escape(value.strip())}"' for name, value in element.items() if name in DRAWN_ATTRIBUTES
    )
    children = "".join(_known(child) for child in element)
    return f"<{element.tag}{attributes}>{children}</{element.tag}>"
