r"""LaTeX to MathML as ziamath wants it: what it would draw wrongly is mended where safe, else refused.

ziamath reads LaTeX through latex2mathml. Between them they pass over much that they do not know: an unknown
macro becomes text, an unknown environment or alphabet is dropped, a line in an array vanishes. They also set
no space between an operator's name and what follows it (\log_2 n), nor after a relation with an index.
"""

import re
from xml.etree.ElementTree import Element, fromstring

from latex2mathml import commands
from latex2mathml.tokenizer import tokenize
from ziamath.escapes import unescape
from ziamath.operators import get_params
from ziamath.tex import tex2mml

# Environments that MathJax and ziamath both lay out alike.
ENVIRONMENTS = {"aligned", "array", "cases", "split", "smallmatrix"} | {
    f"{fence}matrix" for fence in ("", "p", "b", "B", "v", "V")
}
# Macros that one of the two does not know, or that act beyond their own formula.
REFUSED = {
    r"\tag": "equation numbers are not drawn; write the number in the text",
    r"\argmax": r"MathJax does not know it; write \operatorname*{argmax}",
    r"\argmin": r"MathJax does not know it; write \operatorname*{argmin}",
    r"\operatorname": r"its argument must be plain letters, as in \operatorname{diag}",
    r"\newcommand": "macros cannot be defined inside a formula",
    r"\def": "macros cannot be defined inside a formula",
    r"\DeclareMathOperator": "macros cannot be defined inside a formula",
    r"\newenvironment": "environments cannot be defined inside a formula",
    r"\href": "links belong into the text",
    r"\style": "style belongs into the style sheet",
    r"\class": "style belongs into the style sheet",
    r"\unicode": "write the character itself or its macro",
}
KNOWN_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom", "menclose"),
    *("mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
    *("mtable", "mtr", "mtd"),
}
SCRIPTS = {"msub", "msup", "msubsup", "munder", "munderover"}
# latex2mathml's names of alphabets, and ziamath's.
ALPHABETS = {"double-struck": "double", "sans-serif": "sans", "monospace": "mono"}
NEGATING_SLASH = "\u29f8"
INVISIBLE = "\u2061\u2062\u2063\u2064\u200b"
# Their indices stand below them in a display.
LIMITS = {"sup", "inf", "max", "min", "lim"}
THIN, MEDIUM, THICK = "0.167em", "0.222em", "0.278em"
# Operators and relations that ziamath's table lacks, or sets too tight.
SPACES = dict.fromkeys("∧∨∩∪⧵∖•", MEDIUM) | {"mod": MEDIUM}  # noqa: RUF001 - operators, not letters
SPACES |= dict.fromkeys("∼⟂⊂⊊⊃⊋⊧↪↠◁", THICK)  # noqa: RUF001


class FormulaError(ValueError):
    """A formula that the site cannot show; the text says what is wrong with it."""


def to_mathml(latex: str, display: bool) -> Element:
    """The MathML of a formula, or FormulaError where it would be drawn wrongly."""
    _check_tokens(latex)
    tree = fromstring(unescape(tex2mml(_rewritten(latex), inline=not display)))
    for element in tree.iter():
        element.tag = element.tag.rpartition("}")[2]
    for element in tree.iter():
        _check(element)
        _choose_alphabet(element)
    for element in list(tree.iter()):
        _space(element)
    return tree


def characters(element: Element) -> int:
    """How many signs a drawing must hold at least: one for each character that is not space or hidden."""
    if element.tag == "mphantom":
        return 0
    visible = [char for char in element.text or "" if not char.isspace() and char not in INVISIBLE]
    return len(visible) + sum(characters(child) for child in element)


def _check_tokens(latex: str) -> None:
    for token in tokenize(latex):
        if token in REFUSED:
            raise FormulaError(f"{token}: {REFUSED[token]}")
        if token.startswith(r"\begin") and (name := token[7:-1]) not in ENVIRONMENTS:
            raise FormulaError(f"environment {name}: allowed are {', '.join(sorted(ENVIRONMENTS))}")
        alphabets = (commands.LOCAL_FONTS, commands.MATH_NON_FONT_COMMANDS, commands.CONVERSION_MAP)
        if token.startswith(r"\math") and not any(token in known for known in alphabets):
            raise FormulaError(f"unknown macro {token}")


def _check(element: Element) -> None:
    tag, text = element.tag, element.text or ""
    if tag not in KNOWN_TAGS:
        raise FormulaError(f"<{tag}> cannot stand inside a formula")
    if macro := re.search(r"\\([A-Za-z]+|.)", text):
        raise FormulaError(f"unknown macro {macro[0]}")
    if tag == "mtext" and "$" in text:
        raise FormulaError(rf"\text holds plain text only, not {text!r}")
    if text == NEGATING_SLASH:
        raise FormulaError(r"\not prints badly; write the ready-made sign: \neq, \nleq, \notin")
    if element.get("columnlines") or element.get("rowlines"):
        raise FormulaError("lines in an array are not drawn; use a Markdown table")


def _choose_alphabet(element: Element) -> None:
    if variant := element.get("mathvariant"):
        for name, known in ALPHABETS.items():
            variant = variant.replace(name, known)
        element.set("mathvariant", variant)


def _space(row: Element) -> None:
    """Insert the spaces that TeX sets around names of operators and after relations with an index."""
    if row.tag in SCRIPTS or row.tag in ("mfrac", "mroot", "mover", "mtable", "mtr"):
        return  # their children are not a row
    for child in list(row):
        place = list(row).index(child)
        before = row[place - 1] if place else None
        after = row[place + 1] if place + 1 < len(row) else None
        base = child[0] if child.tag in SCRIPTS else child
        if base.text in LIMITS:
            base.set("movablelimits", "true")
        if base.text in SPACES and before is not None and after is not None:
            base.tag = "mo"
            base.attrib |= {"lspace": SPACES[base.text], "rspace": SPACES[base.text]}
        table = get_params(base.text or "", "infix") | base.attrib if base.tag == "mo" else {}
        if _is_name(base) and "rspace" not in table:
            if after is not None and (_is_ordinary(after) or _is_name(after)) and child.tag != "mi":
                row.insert(place + 1, Element("mspace", width=THIN))
            if before is not None and _is_ordinary(before) and base.tag == "mo":
                row.insert(place, Element("mspace", width=THIN))
        elif base is not child and table.get("lspace", "0em") != "0em" and "movablelimits" not in table:
            base.set("rspace", "0em")
            if after is not None:
                row.insert(place + 1, Element("mspace", width=table["rspace"]))


def _is_name(element: Element) -> bool:
    """log, tr, lim sup: an operator that is written as a word."""
    base = element[0] if element.tag in SCRIPTS else element
    word = "".join((base.text or "").split())
    return base.tag in ("mi", "mo") and len(word) > 1 and word.isalpha()


def _is_ordinary(element: Element) -> bool:
    """A variable, a number, a fraction: what TeX keeps a thin space away from an operator's name."""
    base = element[0] if element.tag in SCRIPTS and len(element) else element
    return base.tag in ("mi", "mn", "mfrac", "msqrt", "mroot", "mover") and not _is_name(base)


def _rewritten(latex: str) -> str:
    r"""Rewrite what the conversion gets wrong: \sim, \bigl\| and a \binom with braces in it.

    >>> _rewritten(r"\bigl\| x \bigr\| \binom{n}{k_{1}}")
    '\\bigl‖ x \\bigr‖ \\left({n \\atop k_{1}}\\right)'
    """
    latex = re.sub(r"\\sim(?![A-Za-z])", "∼", latex)  # noqa: RUF001 - not the tilde that it becomes otherwise
    latex = re.sub(r"(\\[bB]igg?[lrm]?)\s*\\(?:\||[lr]?Vert\b)", r"\1‖", latex)
    while (start := latex.find(r"\binom{")) >= 0:
        upper, rest = _braced(latex[start + len(r"\binom") :])
        lower, rest = _braced(rest.lstrip())
        latex = latex[:start] + rf"\left({{{upper} \atop {lower}}}\right)" + rest
    return latex


def _braced(text: str) -> tuple[str, str]:
    """The content of the braces at the start of `text`, and what follows them."""
    depth = 0
    for brace in re.finditer(r"(?<!\\)[{}]", text if text.startswith("{") else ""):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return text[1 : brace.start()], text[brace.end() :]
    raise FormulaError(r"\binom takes two arguments in braces: \binom{n}{k}")
