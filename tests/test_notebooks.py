"""Every notebook keeps the rules, so that it runs headless, reads well and gives its claims away.

Each rule is also tried on a notebook that breaks it.
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runner.notebooks.catalogue import find_notebooks
from runner.notebooks.topics import Topic, with_full_values
from tests import notebook_rules as rules
from tools.student_copies import main as write_students
from tools.student_copies import without_solutions
from tools.tidy_notebooks import FOLDED, METADATA, main, tidy

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = [path for path in sorted(FOLDER.rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]

# Each rule with changes to the good notebook below that break it (cells, what to put there), and the breach.
# With no cell the change is made to the notebook itself.
RULES = {
    rules.valid_format: [
        ("", {"nbformat_minor": 4}, "is nbformat 4.4"),
        ("title", {"id": "frame"}, "has two cells with the same id"),
        ("frame", {"id": None}, "has two cells with the same id, or without one"),
        ("frame", {"id": "not allowed"}, "is no valid notebook"),
        ("frame", {"cell_type": "prose"}, "is no valid notebook"),
    ],
    rules.tidy_file: [
        ("work", {"metadata": {}}, "holds outputs or editor state, or an exercise without a place"),
        ("fold", {"metadata": {"tags": ["solution"]}}, "holds outputs or editor state, or an exercise"),
        ("exercise", {"source": "And triples?"}, "holds outputs or editor state, or an exercise"),
        ("thumbnail", {"execution_count": 1}, "holds outputs"),
        ("thumbnail", {"outputs": [{"output_type": "clear_output"}]}, "holds outputs"),
        ("frame", {"metadata": {"collapsed": True}}, "holds outputs"),
        ("", {"metadata": METADATA | {"widgets": {}}}, "holds outputs"),
        ("", {"metadata": {"kernelspec": METADATA["kernelspec"]}}, "holds outputs"),
    ],
    rules.plain_python: [("define", {"source": "%timeit f(1)"}, "has a code cell that is not plain")],
    rules.short_cells: [("solution", {"source": "1\n" * 21}, "has a code cell of 21 lines")],
    rules.opening: [
        ("title", {"source": "## Count\n\nHow many?"}, "must open"),
        ("title", {"source": "# Count"}, "must open"),
    ],
    rules.frame: [
        ("frame", {"source": "What you will see. What one needs. Source, time."}, "does not say 'what you"),
        ("further", {"source": "## Reading"}, "does not end with a heading"),
    ],
    rules.known_tags: [("solution", {"metadata": {"tags": ["solution", "new"]}}, "has the unknown tag")],
    rules.parameters_cell: [
        ("parameters", {"metadata": {}}, "has 0 cells tagged `parameters`"),
        ("define", {"metadata": {"tags": ["parameters"]}}, "has 2 cells tagged `parameters`"),
        ("parameters", {"source": "seed: int = 1 + 1  # why"}, "the parameters cell: line 1"),
        ("parameters", {"source": "n: int = 1  # points"}, "declares no parameter `seed: int`"),
        ("parameters", {"source": "seed: int = 1"}, "does not describe seed"),
        ("parameters", {"source": "seed = 1  # of every draw"}, "does not annotate the parameter seed"),
    ],
    rules.claims_are_complete: [
        ("claim", {"source": "1"}, "states no claim"),
        ("claim", {"source": "claim('a', True)"}, "claim('a', True): kind= must be"),
        ("claim", {"source": "claim('a', True, kind='sure')"}, "claim('a', True, kind='sure'): kind="),
        ("claim", {"source": "claim('a', 1, kind='numerical')"}, "claim('a', 1, kind='numerical'): a n"),
        ("claim", {"source": "claim(1, 1, kind='statistical')"}, "claim(1, 1, kind='statistical'): a s"),
        ("claim", {"source": "claim.certain('a', 1)"}, "states no claim"),
    ],
    rules.measured_values_are_computed: [
        ("claim", {"source": "claim('a', f(n), kind='exact', measured=3)"}, "claims measured=3, a constant"),
        ("claim", {"source": "k = 3\nclaim('a', f(k), measured=str(-k))"}, "claims measured=str(-k), a"),
        ("claim", {"source": "claim('a', f(seed), measured=seed)"}, "claims measured=seed, a const"),
        ("claim", {"source": "claim('a', b, measured=len(b), expected=len(b))"}, "claims len(b) as m"),
        ("claim", {"source": "claim.exact('a', 3, f(n))"}, "claims measured=3, a constant"),
        ("claim", {"source": "mathlib.claim.timing('a', measured=3)"}, "claims measured=3, a constant"),
        ("claim", {"source": "claim.close('a', len(b), len(b), tolerance=1)"}, "claims len(b) as m"),
        ("claim", {"source": "claim.below('a', len(b), limit=len(b))"}, "claims len(b) as m"),
    ],
    rules.one_thumbnail: [
        ("thumbnail", {"metadata": {}}, "has 0 cells tagged `thumbnail`"),
        ("claim", {"metadata": {"tags": ["thumbnail"]}}, "has 2 cells tagged `thumbnail`"),
    ],
    rules.interactive_cell: [
        ("interactive", {"source": "draw(1)", "metadata": {}}, "has no code cell tagged `interactive`"),
        ("interactive", {"source": "widgets.interact(draw, n=3)"}, "calls widgets.interact: mathlib"),
        ("solution", {"source": "explore(draw, n=[3])"}, "calls explore in a cell not tagged"),
    ],
    rules.exercises_with_solutions: [
        ("fold solution", {"metadata": {}}, "has text after work: exercise, work, sol"),
        ("work", {"metadata": {"tags": ["solution"]}}, "has solution after exercise: exercise, work"),
        ("work", {"metadata": {}}, "has text after exercise: exercise, work"),
        ("claim", {"metadata": {"tags": ["solution"]}}, "has solution after text: exercise"),
        ("claim", {"metadata": {"tags": ["work"]}}, "has work after text: exercise"),
        ("claim", {"metadata": {"tags": ["check"]}}, "has check after text: exercise"),
        ("work", {"metadata": {"tags": ["check"]}}, "has check after exercise: exercise"),
        ("exercise work fold solution", {"metadata": {}}, "has no cell tagged `exercise`"),
        ("further", {"source": "More: further reading"}, "has a cell after a solution that opens with no h"),
        ("further", {"source": "#### Further reading"}, "has a cell after a solution that opens with no h"),
    ],
    rules.solutions_stand_aside: [
        ("last", {"source": "print(triples)"}, "uses triples, which only a solution defines"),
    ],
    rules.figures_have_texts: [
        ("solution", {"source": "show(figure)"}, "shows a figure without alt="),
        ("solution", {"source": "picture = subplots()\nshow(picture)"}, "shows a figure without alt="),
        ("solution", {"source": "plt.show()"}, "calls plt.show"),
    ],
    rules.no_runner: [("solution", {"source": "from runner import settings"}, "imports the runner")],
    rules.dollar_formulas: [
        ("frame", {"source": r"\(n\)"}, r"writes a formula with \("),
        ("frame", {"source": r"\begin{align} n \end{align}"}, r"writes a formula with \begin"),
    ],
}
CASES = [(rule, *case) for rule, cases in RULES.items() for case in cases]

GOOD = {
    "title": ("markdown", [], "# Count the pairs\n\nHow many pairs do $n$ points have?"),
    "frame": ("markdown", [], r"What you will see: $$\begin{cases} 3 \end{cases}$$. What you need: `\(`. "
              "The source paper. The time."),
    "parameters": ("code", ["parameters"], "seed: int = 0  # seed of every draw\nn: int = 3  # points"),
    "define": ("code", [], "def draw(n):\n    show(Figure(), alt='pairs')\n    axes = plot_pairs(n)\n"
               "    show(axes)\n    show(plots.plot_pairs(n))"),
    "thumbnail": ("code", ["thumbnail"], "draw(n)"),
    "claim": ("code", [], "claim('three', True, kind='exact')\nclaim('a', 1, kind='numerical', tolerance=1)\n"
              "claim.exact('three', len(b), 3)\nclaim.refused('two', lambda: f(2), ValueError)"),
    "interactive": ("code", ["interactive"], "explore(draw, n=range(1, 9))"),
    "exercise": ("markdown", ["exercise"], "### Exercise 1\n\nAnd triples?"),
    "work": ("code", ["work"], "# Your turn."),
    "fold": ("markdown", ["solution"], "#### Solution"),
    "solution": ("code", ["solution"], "triples = n * (n - 1) * (n - 2) // 6"),
    "further": ("markdown", [], "## Further reading"),
    "last": ("code", [], "print(n)"),
}  # fmt: skip


@pytest.fixture
def good():
    cells = [
        {"cell_type": kind, "id": name, "metadata": {"tags": tags} if tags else {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for name, (kind, tags, source) in GOOD.items()
    ]
    next(cell for cell in cells if cell["id"] == "fold")["metadata"][FOLDED] = True
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": cells}


def write(notebook, path):
    path.write_text(json.dumps(notebook))
    return path


def breaches(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    name = [] if re.fullmatch(r"\d\d(_[a-z0-9]+)+", path.stem) else ["is not named NN_verb_phrase.ipynb"]
    return name + [breach for rule in RULES for breach in rule(notebook)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_every_rule(path):
    assert path.parent.parent == FOLDER, "a notebook lies in the folder of its topic"
    assert breaches(path) == []


def test_a_check_stands_between_the_place_to_work_and_the_solution(good, tmp_path):
    place = [cell["id"] for cell in good["cells"]].index("fold")
    check = copy.deepcopy(good["cells"][place + 1]) | {"id": "check", "metadata": {"tags": ["check"]}}
    good["cells"].insert(place, check | {"source": "print('nothing to check yet')"})
    assert breaches(write(good, tmp_path / "01_count_pairs.ipynb")) == []
    assert "check" in [cell["id"] for cell in without_solutions(good)["cells"]]


def test_the_good_notebook_keeps_every_rule(good, tmp_path):
    assert breaches(write(good, tmp_path / "01_count_pairs.ipynb")) == []


@pytest.mark.parametrize(("rule", "cells", "change", "breach"), CASES)
def test_a_breach_is_named(rule, cells, change, breach, good, tmp_path):
    by_id = {cell["id"]: cell for cell in good["cells"]}
    for changed in [by_id[name] for name in cells.split()] or [good]:
        changed.update(change)
    path = write(good, tmp_path / "01_count_pairs.ipynb")
    assert [named.startswith(breach) for named in rule(json.loads(path.read_text()))] == [True]
    assert any(named.startswith(breach) for named in breaches(path))


def test_a_bad_name_is_named(good, tmp_path):
    assert breaches(write(good, tmp_path / "Pairs.ipynb")) == ["is not named NN_verb_phrase.ipynb"]


def test_tidying_a_notebook_that_was_run_and_edited(good, tmp_path, capsys):
    path = write(good, tmp_path / "01_count_pairs.ipynb")
    used = copy.deepcopy(good)
    used["metadata"] = METADATA | {"language_info": {"name": "python", "version": "3.11.7"}, "widgets": {}}
    used["cells"][4] |= {"execution_count": 7, "outputs": [{"name": "stdout", "text": "x"}]}
    used["cells"][4]["metadata"] |= {"scrolled": True}
    main([str(write(used, path))])
    assert capsys.readouterr().out == f"tidied {path}\n"
    assert json.loads(path.read_text()) == good
    main([str(path)])
    assert capsys.readouterr().out == ""


def bare_exercise(good, text, **other):
    """The good notebook with an exercise as an author writes it: no place to work, no folded heading."""
    cells = [cell for cell in good["cells"] if cell["id"] not in ("work", "fold")]
    cells = [cell | ({"source": text} | other if cell["id"] == "exercise" else {}) for cell in cells]
    return good | {"cells": cells}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("And triples?", "### Exercise 1\n\nAnd triples?"),
        ("## Exercises\n\nAnd triples?", "## Exercises\n\n### Exercise 1\n\nAnd triples?"),
        ("**Exercise 4. Why $n$?** Say.", "### Exercise 4. Why $n$?\n\nSay."),
        ("## Exercises\n\n**Exercise 1. Count.** Say.", "## Exercises\n\n### Exercise 1. Count\n\nSay."),
        ("### Exercise 2. Say\n\n**Now.** Say.", "### Exercise 2. Say\n\n**Now.** Say."),
    ],
)
def test_tidying_gives_an_exercise_a_heading_a_place_and_a_fold(good, text, expected):
    tidied = tidy(bare_exercise(good, text))
    assert tidy(tidied) == tidied
    assert [breach for rule in RULES for breach in rule(tidied)] == []
    place = [cell["id"] for cell in tidied["cells"]].index("exercise")
    exercise, work, fold, solution = tidied["cells"][place : place + 4]
    assert "".join(exercise["source"]) == expected
    assert (work["cell_type"], work["metadata"], work["source"]) == (
        "code",
        {"tags": ["work"]},
        ["# Your turn."],
    )
    assert fold["metadata"] == {"tags": ["solution"], FOLDED: True}
    assert solution["id"] == "solution"


def test_new_ids_are_valid_and_new(good):
    crowded = bare_exercise(good, "Why?", id="x" * 64)
    crowded["cells"][0]["id"] = "x" * 59 + "-work"
    tidied = tidy(crowded)
    assert list(rules.valid_format(tidied)) == []
    assert len(tidied["cells"]) == len(crowded["cells"]) + 2


def test_what_an_author_put_into_a_place_to_work_stays(good):
    work = next(cell for cell in good["cells"] if cell["id"] == "work")
    work["source"] = "def triples(n):\n    ...  # your turn"
    assert tidy(good) == good


def test_a_student_gets_everything_but_the_solutions(good, tmp_path, capsys):
    source = write(good, tmp_path / "01_count_pairs.ipynb")
    copy = tmp_path / "student" / tmp_path.name / source.name
    write_students([str(source), "--output", str(tmp_path / "student")])
    assert capsys.readouterr().out.startswith("1 of 1 copies written")
    student = json.loads(copy.read_text())
    assert [cell["id"] for cell in student["cells"]] == [
        name for name in GOOD if name not in ("fold", "solution")
    ]
    assert rules.source(student["cells"][-3]) == "# Your turn."

    student["cells"][-3]["source"] = "n * (n - 1) * (n - 2) // 6"
    write(student, copy)
    write_students([str(source), "--output", str(tmp_path / "student")])
    said = capsys.readouterr().out
    assert said.startswith(f"kept {copy}")
    assert "0 of 1 copies written" in said
    assert json.loads(copy.read_text()) == student
    write_students([str(source), "--output", str(tmp_path / "student"), "--force"])
    assert json.loads(copy.read_text()) == without_solutions(good)


@pytest.mark.slow
@pytest.mark.parametrize("topic", sorted(path.name for path in FOLDER.glob("*/")))
def test_a_students_copy_runs(topic, tmp_path):
    """One of each topic; that none needs a name from a solution is a rule for all of them."""
    source = sorted((FOLDER / topic).glob("*.ipynb"))[0]
    write_students([str(source), "--output", str(tmp_path / "student")])
    folders = ["--notebooks", str(tmp_path / "student"), "--output", str(tmp_path / "results")]
    done = subprocess.run(
        [sys.executable, str(FOLDER.parent / "run_all.py"), *folders],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_full_values_name_notebooks_and_parameters_that_there_are():
    notebooks = find_notebooks(FOLDER)
    checked = with_full_values(notebooks)
    assert [notebook.name for notebook in checked] == [notebook.name for notebook in notebooks]


def test_every_topic_says_what_it_is_called_and_when_to_read_it():
    topics = [Topic.read(folder, "") for folder in sorted(FOLDER.glob("*/"))]
    assert all(topic.title and topic.sentence.endswith(".") and topic.level for topic in topics)
    assert len({topic.order for topic in topics}) == len(topics)
