"""The rules of a notebook: each is a function of its JSON that gives one line per breach."""

import ast
import builtins
import re
from collections import Counter
from contextlib import suppress

import nbformat

from mathlib.claims import KINDS
from runner.errors import UsageError
from runner.notebooks.parameters import parse_parameters
from tools.tidy_notebooks import tidy

# How the arguments of a claim are called that are given by their places.
PLACES = {
    "claim": ("statement", "holds"),
    "claim.exact": ("statement", "measured", "expected"),
    "claim.close": ("statement", "measured", "expected"),
    "claim.below": ("statement", "measured", "limit"),
    "claim.above": ("statement", "measured", "limit"),
    "claim.certified": ("statement",),
    "claim.refused": ("statement", "call", "error"),
    "claim.statistical": ("statement", "measured", "interval"),
    "claim.timing": ("statement", "measured"),
}
TAGS = {
    "check", "definition", "exercise", "hide-input", "hint", "interactive", "parameters", "raises-exception",
    "skip-execution", "slide", "solution", "thumbnail", "work",
}  # fmt: skip
LONGEST = 20  # lines of a code cell


def source(cell):
    return "".join(cell["source"])


def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tags(cell):
    return cell["metadata"].get("tags", [])


def tagged(notebook, tag):
    return [cell for cell in notebook["cells"] if tag in tags(cell)]


def calls(notebook):
    """(name of the function, call, cell) of every call in the code that is plain Python."""
    for cell in code(notebook):
        try:
            nodes = list(ast.walk(ast.parse(source(cell))))
        except SyntaxError:
            continue
        yield from ((ast.unparse(node.func), node, cell) for node in nodes if isinstance(node, ast.Call))


def valid_format(notebook):
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield f"is nbformat {notebook['nbformat']}.{notebook['nbformat_minor']}, not 4.5"
        return
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) < len(ids):  # nbformat would only warn, and mend them
        yield "has two cells with the same id, or without one"
        return
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"is no valid notebook: {str(error).splitlines()[0]}"


def tidy_file(notebook):
    """No outputs, no counts, no metadata but the kernel and the tags; a place to work in each exercise."""
    if tidy(notebook) != notebook:
        yield "holds outputs or editor state, or an exercise without a place to work: run make tidy"


def plain_python(notebook):
    """No magics and no shell: the runner reads the imports of a cell without running it."""
    for cell in code(notebook):
        try:
            ast.parse(source(cell))
        except SyntaxError as error:
            yield f"has a code cell that is not plain Python, line {error.lineno}: {error.text}"


def short_cells(notebook):
    for cell in code(notebook):
        if (lines := len(source(cell).splitlines())) > LONGEST:
            yield f"has a code cell of {lines} lines; at most {LONGEST}, algorithms live in mathlib"


def opening(notebook):
    """The title, then the question that the gallery shows."""
    first = notebook["cells"][0]
    if first["cell_type"] != "markdown" or not re.match(r"# \S.*\n\s*\n\S", source(first)):
        yield "must open with a Markdown cell: '# Title', an empty line, the question"


def frame(notebook):
    """What you will see, need, read and spend stands before the parameters; further reading at the end."""
    prose = [source(cell).lower() if cell["cell_type"] == "markdown" else "" for cell in notebook["cells"]]
    start = next((i for i, cell in enumerate(notebook["cells"]) if "parameters" in tags(cell)), 0)
    for words in ("what you will see", "what you need", "source", "time"):
        if not any(words in text for text in prose[:start]):
            yield f"does not say {words!r} before the cell of the parameters"
    if "further reading" not in (re.findall(r"^#+ (.*)", "\n".join(prose), re.M) or [""])[-1]:
        yield "does not end with a heading 'Further reading'"


def known_tags(notebook):
    for tag in sorted({tag for cell in notebook["cells"] for tag in tags(cell)} - TAGS):
        yield f"has the unknown tag {tag!r}; known: {', '.join(sorted(TAGS))}"


def parameters_cell(notebook):
    cells = tagged(notebook, "parameters")
    if len(cells) != 1:
        yield f"has {len(cells)} cells tagged `parameters`, not one"
        return
    try:
        declared = parse_parameters(source(cells[0]), "the parameters cell")
    except UsageError as error:
        yield str(error)
        return
    if "seed" not in declared or declared["seed"].type != "int":
        yield "declares no parameter `seed: int`"
    for statement in ast.parse(source(cells[0])).body:
        if isinstance(statement, ast.Assign):
            yield f"does not annotate the parameter {ast.unparse(statement.targets[0])}"
    yield from (f"does not describe {p.name} in a comment" for p in declared.values() if not p.description)


def claims(notebook):
    """(name of the constructor, its arguments by name, call) of every claim."""
    for name, node, _ in calls(notebook):
        found = re.search(r"(?:^|\.)(claim(?:\.\w+)?)$", name)
        if found and found[1] in PLACES:
            # A starred argument, and what follows it, has no place of its own.
            given = {key.arg: key.value for key in node.keywords}
            yield found[1], given | dict(zip(PLACES[found[1]], node.args, strict=False)), node


def claims_are_complete(notebook):
    found = list(claims(notebook))
    if not found:
        yield "states no claim"
    for name, given, node in found:
        kind = getattr(given.get("kind"), "value", None)
        if name == "claim" and kind not in KINDS:
            yield f"{ast.unparse(node)}: kind= must be one of {', '.join(KINDS)}, in quotes"
        for needing, field in (("numerical", "tolerance"), ("statistical", "false_alarm")):
            if kind == needing and field not in given:
                yield f"{ast.unparse(node)}: a {needing} claim states its {field}="


def measured_values_are_computed(notebook):
    """What a claim says was measured is no constant, and not the very thing that it is compared with."""
    constants = set(_constants(notebook)) | vars(builtins).keys()
    for _, given, _ in claims(notebook):
        if "measured" not in given:
            continue
        measured = ast.unparse(given["measured"])
        used = {part.id for part in ast.walk(given["measured"]) if isinstance(part, ast.Name)}
        others = [ast.unparse(given[name]) for name in ("expected", "limit") if name in given]
        if used <= constants:
            yield f"claims measured={measured}, a constant: give the value that was computed"
        elif measured in others:
            yield f"claims {measured} as measured and as expected: they agree whatever was computed"


def _constants(notebook):
    """Names that are bound in one place only, to a number or a text."""
    bound, constant = Counter(), set()
    for cell in code(notebook):
        with suppress(SyntaxError):
            for node in ast.walk(ast.parse(source(cell))):
                bound.update(_bound_by(node))
                if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                    constant.update(name for part in ast.walk(node) for name in _bound_by(part))
    return [name for name in constant if bound[name] == 1]


def one_thumbnail(notebook):
    cells = tagged(notebook, "thumbnail")
    if [cell["cell_type"] for cell in cells] != ["code"]:
        yield f"has {len(cells)} cells tagged `thumbnail`, not one code cell"


def interactive_cell(notebook):
    """A cell lets the reader move something: by `explore`, of which the page has pictures."""
    if not any(cell["cell_type"] == "code" for cell in tagged(notebook, "interactive")):
        yield "has no code cell tagged `interactive`"
    for name, _, cell in calls(notebook):
        if name.split(".")[-1].startswith("interact"):
            yield f"calls {name}: mathlib.plotting.explore does it on the page, too"
        if name.split(".")[-1] == "explore" and "interactive" not in tags(cell):
            yield f"calls {name} in a cell not tagged `interactive`"


def exercises_with_solutions(notebook):
    """An exercise, a place to work, perhaps a check, the solution; then a heading ends the fold."""
    cells = notebook["cells"]
    names = ("exercise", "work", "check", "solution")
    kinds = [next((t for t in names if t in tags(cell)), "") for cell in cells]
    if "exercise" not in kinds:
        yield "has no cell tagged `exercise`"
    allowed = {"exercise": ["work"], "work": ["work", "check", "solution"], "": ["", "exercise"]}
    allowed["check"] = ["check", "solution"]
    for before, after, cell in zip(["", *kinds], [*kinds, ""], [*cells, None], strict=True):
        if after not in allowed.get(before, ["", "exercise", "solution"]):
            yield f"has {after or 'text'} after {before or 'text'}: exercise, work, solution is the order"
            return  # the rest would be breaches that follow from this one
        if before == "solution" != after and cell and not _opens_with_heading(cell):
            yield "has a cell after a solution that opens with no heading of level 2 or 3: it would be folded"


def _opens_with_heading(cell):
    return cell["cell_type"] == "markdown" and re.match(r"#{1,3} ", source(cell)) is not None


def solutions_stand_aside(notebook):
    """Who has no solutions can still run the rest: no later cell needs a name that only a solution gives."""
    given, lost = set(), set()
    for cell in code(notebook):
        try:
            nodes = list(ast.walk(ast.parse(source(cell))))
        except SyntaxError:
            continue
        bound = {name for node in nodes for name in _bound_by(node)}
        if "solution" in tags(cell):
            lost |= bound - given
            continue
        used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        yield from (f"uses {name}, which only a solution defines" for name in sorted(used & lost - bound))
        given |= bound
        lost -= bound


def _bound_by(node):
    """Names that a node of the syntax tree binds."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((name.asname or name.name).split(".")[0] for name in node.names)
    elif isinstance(node, ast.arg):
        yield node.arg


def figures_have_texts(notebook):
    """A function plot_x of some topic's plots leaves a text of its own in the figure; others need alt=."""
    described = {cell["id"] for name, _, cell in calls(notebook) if name.split(".")[-1].startswith("plot_")}
    for name, node, cell in calls(notebook):
        told = cell["id"] in described or any(keyword.arg == "alt" for keyword in node.keywords)
        if name in ("plt.show", "pyplot.show", "plt.savefig"):
            yield f"calls {name}; use mathlib.plotting.show(fig, alt=...)"
        elif name.split(".")[-1] == "show" and not told:
            yield f"shows a figure without alt=: {ast.unparse(node)}"


def no_runner(notebook):
    if re.search(r"^\s*(import|from)\s+(runner|run_all)\b", "\n".join(map(source, code(notebook))), re.M):
        yield "imports the runner"


def dollar_formulas(notebook):
    r"""Formulas stand between $ or $$, which JupyterLab and the site both read; \( and \[ are not."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            prose = re.sub(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$", "", source(cell), flags=re.S)
            yield from (f"writes a formula with {sign}" for sign in re.findall(r"\\\(|\\\[|\\begin\b", prose))
