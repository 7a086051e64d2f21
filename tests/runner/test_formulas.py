"""Formulas: drawn from the parser's tokens, on the baseline, and never silently wrong."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runner.report.render.formulas import Sheet, render
from runner.report.render.mathml import FormulaError
from runner.report.render.prose import Prose, check_formulas
from tests.runner.fixtures.site.sample import notebook, text

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

GOOD = r"""
\mathbb{E}[X] \qquad \mathbb{R}^n \qquad \mathbb P(A)
\begin{cases} 1 & x \in A \\ 0 & \text{otherwise} \end{cases}
\begin{pmatrix} a & b \\ c & d \end{pmatrix}
\begin{aligned} x &= y + z \\ &\le \sum_{i=1}^n \alpha_i \end{aligned}
\left\lVert Ax - b \right\rVert_2^2 \le (1 + \varepsilon) \min_x \|Ax - b\|_2^2
\Bigl( \frac{a}{b} \Bigr) \bigl\| x \bigr\| \big| y \big|
\Pr[X \ge t] \le e^{-t^2/2}, \quad \binom{n}{k_{1}} \binom{\binom{a}{b}}{c}
\operatorname{tr}(A) = \operatorname*{argmax}_{x} f(x), \; \mathcal{O}(n \log_2 n), \; \lfloor n/2 \rfloor
x \leq_P y, \; a \bmod b, \; a \equiv b \pmod{n}, \; A \cup B \setminus C, \; \{0, 1\}^n
\hat{f}(t) = \int_{\mathbb{R}^n} f(x) e^{-2\pi i \langle x, t \rangle} \, dx, \; \overline{X} \widehat{\beta}
\sqrt[3]{x} + \tfrac12 + \underbrace{a + b}_{\text{sum}} \xrightarrow{d} \mathbf{1} \boldsymbol{\beta} x''
A^{\top} A \succeq 0 \iff x \nleq y \neq z \notin S, \quad x \sim y, \; 1{,}000 < 100\%
""".strip().splitlines()

REFUSED = [
    (r"\nosuchmacro x", r"\nosuchmacro"),
    (r"x + \label{eq}", r"\label"),
    (r"\begin{nosuch} x \end{nosuch}", "environment nosuch"),
    (r"\begin{align} x &= y \end{align}", "environment align"),
    (r"\mathnosuch{x}", r"\mathnosuch"),
    (r"x \not\le y", r"\not"),
    (r"\text{if $x > 0$}", "plain text"),
    (r"\text{<script>alert(1)</script>}", "<script>"),
    (r"\operatorname{arg\,max}", r"\operatorname"),
    (r"\argmax_x f", r"\operatorname*{argmax}"),
    (r"\begin{array}{c|c} a & b \end{array}", "Markdown table"),
    (r"\newcommand{\R}{x} \R", "macros"),
    (r"x \tag{1}", "number"),
    (r"\href{javascript:alert(1)}{x}", r"\href"),
    (r"\mathbin{x} y", "part of it"),
    (r"\binom{n", r"\binom"),
    ("\u4e2d", "font"),
    (r"\left( x", "cannot be read"),
    ("x_", "cannot be read"),
    ("", "cannot be read"),
]


@pytest.mark.parametrize("display", [False, True])
@pytest.mark.parametrize("latex", GOOD)
def test_what_mathematics_needs_is_drawn(latex, display):
    formula = render(latex, display)
    assert formula.width > 1
    assert formula.height > 0.3
    assert formula.glyphs


@pytest.mark.parametrize(("latex", "said"), REFUSED)
def test_what_would_be_drawn_wrongly_is_refused_by_name(latex, said):
    with pytest.raises(FormulaError, match=re.escape(said)):
        render(latex, False)


def lowest_point(formula) -> float:
    """How far the glyphs reach below the baseline, in em, from the outlines alone."""
    symbols = {name: ElementTree.fromstring(symbol) for name, symbol in formula.glyphs}
    drawing = ElementTree.fromstring(f"<g>{formula.drawing}</g>")
    lowest = []
    for use in drawing.iter("use"):
        symbol = symbols[use.get("href")[1:]]
        _, top, _, height = map(float, symbol.get("viewBox").split())
        numbers = re.findall(r"-?[\d.]+", symbol.find("path").get("d"))
        bottom = max(map(float, numbers[1::2]))
        lowest.append(float(use.get("y")) + (bottom - top) * float(use.get("height")) / height)
    return max(lowest) / 100


@pytest.mark.parametrize("latex", ["x", "p", "Q", "x_1", "\\frac{a}{g}", "\\sum_{i}^n", "\\int_0^1", "f(y)"])
@pytest.mark.parametrize("display", [False, True])
def test_the_depth_puts_a_formula_on_the_baseline(latex, display):
    formula = render(latex, display)
    # The drawing has a margin of a hundredth of an em on each side.
    assert formula.depth == pytest.approx(max(lowest_point(formula), -0.1) + 0.01, abs=0.015)


def test_the_style_sheet_lowers_each_formula_by_its_depth():
    sheet = Sheet()
    for latex in ("x", "p", "\\frac{a}{g}"):
        formula = render(latex, False)
        markup = sheet.place(formula)
        rule = re.search(rf"\.{formula.depth_class}{{vertical-align:(-?[\d.]+)em}}", sheet.style())
        assert float(rule[1]) == pytest.approx(-formula.depth, abs=0.006)
        assert f'class="math {formula.depth_class}"' in markup


def test_a_formula_follows_the_colour_of_the_text_and_says_its_source():
    formula = render(r'a < b \& "c"', False)
    svg = ElementTree.fromstring(formula.markup())
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == r'a < b \& "c"'
    assert {use.get("fill") for use in svg.iter("use")} == {"currentColor"}


def test_a_drawing_holds_only_shapes():
    for latex in GOOD:
        svg = ElementTree.fromstring(render(latex, True).markup()).find("svg")
        assert {element.tag for element in svg.iter()} <= {"svg", "g", "use", "path", "rect"}
        assert all(use.get("href").startswith("#") for use in svg.iter("use"))
    coloured = render(r"\color{red;}{x}", False)
    assert "style" not in coloured.drawing


def test_alphabets_and_signs_are_those_that_were_asked_for():
    def glyphs(latex):
        return [name for name, _ in render(latex, False).glyphs]

    assert glyphs(r"\mathbb E") == glyphs(r"\mathbb{E}") == glyphs("\U0001d53c")
    for alphabet in ("mathbb", "mathsf", "mathtt", "mathcal", "mathfrak", "mathbf"):
        assert glyphs(rf"\{alphabet} R") != glyphs("R")
    assert glyphs(r"\sim") == glyphs("\u223c")
    assert glyphs(r"\bigl\|") == glyphs("\\bigl\u2016")


@pytest.mark.parametrize(
    ("latex", "spelled_out"),
    [
        (r"\log_2 n", r"\log_2 \, n"),
        (r"2 \operatorname{tr} A", r"2 \, \operatorname{tr} \, A"),
        (r"\liminf_n \limsup_m x", r"\liminf_n \, \limsup_m \, x"),
        (r"a \cup b", r"a \: {\cup} \: b"),
        (r"a \bmod b", r"a \: {\bmod} \: b"),
        (r"x \sim y", r"x \; {\sim} \; y"),
        (r"x \leq_P y", r"x \; {\leq}_P \; y"),
    ],
)
def test_names_of_operators_and_relations_keep_their_distance(latex, spelled_out):
    assert render(latex, False).width == pytest.approx(render(spelled_out, False).width, abs=0.002)


def test_a_formula_is_drawn_once():
    assert render("x + 1", False) is render("x + 1", False)


def test_glyphs_stand_once_on_a_page_and_each_use_finds_its_glyph():
    prose = Prose()
    html = prose.render("$x^2 + x$ and $$x^2$$ and again $x$")
    names = re.findall(r'<symbol id="([^"]+)"', prose.sheet.glyphs())
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(names)


def test_code_keeps_its_dollars():
    prose = Prose()
    html = prose.render("`$x$` and ``a $$y$$ b``\n\n```\n$$z$$\n```\n\n    $w$ indented\n")
    assert "<svg" not in html
    for kept in ("<code>$x$</code>", "$$y$$", "$$z$$", "$w$ indented"):
        assert kept in html


def test_inline_and_display_formulas_in_running_text():
    prose = Prose()
    html = prose.render("Let $x$, (see $y$) and\n\n$$\\sum_{i} x_i$$\n\nend.")
    assert html.count("<svg") == 3
    assert html.count('<span class="display"') == 1
    # The comma and the brackets stay on the line of their formula.
    assert re.search(r'<span class="together"><svg class="math.*?</svg>,</span>', html)
    assert re.search(r'<span class="together"><svg class="math.*?</svg>\)</span>', html)


def test_a_formula_in_an_attribute_is_its_source():
    prose = Prose()
    html = prose.render('![the set $x_1 "y"$](data:image/png;base64,AAAA) and <abbr title="$n$ now">n</abbr>')
    picture = re.search(r'<img[^>]*alt="([^"]*)"', html)
    assert picture[1] == "the set x_1 &quot;y&quot;"
    assert "<svg" not in html


def test_a_broken_formula_shows_its_source_and_the_rest_goes_on():
    prose = Prose()
    html = prose.render("Before $\\nosuchmacro{<b>}$ between $x$ after.")
    assert (
        '<code class="math-error" title="unknown macro \\nosuchmacro">\\nosuchmacro{&lt;b&gt;}</code>' in html
    )
    assert html.count("<svg") == 1
    assert prose.problems == ["`\\nosuchmacro{<b>}`: unknown macro \\nosuchmacro"]


def test_nobody_can_write_a_placeholder_of_ours():
    first, second = Prose(), Prose()
    guess = first.formula("x", False)
    assert re.fullmatch(r"formula[0-9a-f]{32}n0z", guess)
    second.formula("y", False)
    assert guess in second.render(f"text {guess} text $z$")


def test_check_formulas_names_notebook_cell_and_formula(tmp_path):
    path = tmp_path / "bad.ipynb"
    content = notebook(
        text("# Fine $x$"),
        text("Wrong: $\\nosuch y$"),
        text("<div>\n$x$ in a block\n</div>"),
    )
    path.write_text(json.dumps(content), encoding="utf-8")
    problems = check_formulas(path)
    assert len(problems) == 2
    assert problems[0] == f"{path}, cell 2: `\\nosuch y`: unknown macro \\nosuch"
    assert "cell 3" in problems[1]
    assert "HTML" in problems[1]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.rglob("*.ipynb")), ids=lambda path: path.stem)
def test_every_formula_of_the_notebooks_can_be_shown(path):
    assert check_formulas(path) == []
