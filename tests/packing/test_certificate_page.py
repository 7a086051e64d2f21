"""docs/certificates.md describes the files that there are, and a checker can be written from it.

The tables of the page are read here: every field of every file stands in them with its type, and no other.
The checker that was written from the page alone, page_checker.py, accepts what ships and refuses forgeries.
"""

import json
import re
import sys
from pathlib import Path

import pytest

import mathlib.packing
from mathlib.errors import CertificateError
from mathlib.packing import binary_code_bound, kissing_bound, two_point_bound, uncertainty_bound
from mathlib.posets import (
    antichain,
    boolean_lattice,
    crown,
    fence,
    hypercube_width,
    order_dimension,
    random_poset,
    saturation_number,
    two_dimension,
)
from mathlib.sensitivity import sensitivities
from mathlib.verify import CHECKERS, verify_file
from mathlib.verify import main as verify

sys.path.insert(0, str(Path(__file__).parent))
from tests.packing.page_checker import refuted

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/certificates.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SHIPPED = Path(mathlib.packing.__file__).parent / "certificates"
FALSE = Path(__file__).parent / "three_point/false_certificates"


def table(section, *columns):
    """The rows of the table of a section that has these columns, each a list of its cells."""
    head = r"\| " + r" \| ".join(columns) + r" \|\n\|[-|]+\n((?:\|.*\n)+)"
    return [
        [cell.strip() for cell in row[1:-1].split("|")] for row in re.search(head, section)[1].splitlines()
    ]


TYPES = {
    row[0]: (row[1], row[2].strip("`"))
    for row in table(SECTIONS["The file"], "type", "JSON", "pattern .*?", ".*?")
}
FIELDS = {
    title: {row[0].strip("`"): (row[1], row[2]) for row in table(text, "field", "type", "allowed", "meaning")}
    for title, text in SECTIONS.items()
    if "| field |" in text
}
EXAMPLES = {title: re.findall(r"```json\n(.+?)```", text, re.DOTALL) for title, text in SECTIONS.items()}
EXAMPLES = {title: json.loads(texts[0]) for title, texts in EXAMPLES.items() if texts}


#: Two elements that are not comparable have no representation of width 1.
PAIR = {"members": [0, 1], "width": 1, "height": [], "rows": [[0, 1], [1, 0]], "proof": []}


def has_type(value, name):
    """Whether a JSON value has a type of the page, by the pattern that stands there."""
    if name.startswith("list of "):
        return isinstance(value, list) and all(
            has_type(entry, name.removeprefix("list of ")) for entry in value
        )
    if name == "pair":
        return isinstance(value, list) and len(value) == 2 and has_type(value, "list of integer")
    json_type, pattern = TYPES[name]
    kinds = {
        "string": (str,),
        "number": (int,) if name == "integer" else (int, float),
        "string or number": (str, int),
        "object": (dict,),
    }
    return type(value) in kinds[json_type] and (not pattern or re.fullmatch(pattern, value, re.ASCII))


def faults(data):
    """What a file has that the page does not say, and the other way round."""
    title = data["kind"]
    fields = FIELDS[title]
    for name in data.keys() ^ fields.keys():
        if name not in fields or "may be missing" not in fields[name][1]:
            yield f"{title}: field {name}"
    for name in data.keys() & fields.keys():
        type_, allowed = fields[name]
        literal = type_ != "word" or data[name] == allowed.strip("`")
        if not has_type(data[name], type_) or not literal:
            yield f"{title}: field {name} is no {type_}: {data[name]!r}"[:100]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A file of each small kind, as `.save` writes it."""
    folder, files = tmp_path_factory.mktemp("written"), []
    for i, certificate in enumerate([
        kissing_bound(8), kissing_bound(3), binary_code_bound(7, 3), binary_code_bound(24, 8),
        uncertainty_bound(12), two_point_bound(1),
        two_dimension(boolean_lattice(3)).embedding, order_dimension(crown(3)).embedding,
        hypercube_width(crown(3)), order_dimension(crown(3)), hypercube_width(antichain(4)),
        two_dimension(fence(9)), hypercube_width(random_poset(9, dim=3, rng=6)),
        saturation_number(fence(3), 3),
        sensitivities([[3.0, 1.0], [2.0, 5.0], [1.0, 7.0]], 1.5),
    ]):  # fmt: skip
        certificate.save(folder / f"{i}.json")
        files.append(json.loads((folder / f"{i}.json").read_text()))
    return files


def shipped(kind, *dimensions):
    return [json.loads((SHIPPED / kind / f"n{n:02}.json").read_text()) for n in dimensions]


# The page and the files


def test_every_kind_has_a_section_and_an_example():
    # Kinds of graphs and of metrics stand on pages of their own, with tests of their own.
    elsewhere = ("mathlib.graphs.", "mathlib.metrics.")
    here = {kind for kind, place in CHECKERS.items() if not place.startswith(elsewhere)}
    assert FIELDS.keys() == EXAMPLES.keys() == {kind.replace("mathlib.posets.", "") for kind in here}


@pytest.mark.parametrize(
    "path", sorted(SHIPPED.glob("*/*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_files_that_ship_are_as_the_page_says(path):
    assert list(faults(json.loads(path.read_text()))) == []


def test_files_that_are_written_are_as_the_page_says(written):
    assert {data["kind"] for data in written} == FIELDS.keys() - {"two-point", "three-point"}
    assert [list(faults(data)) for data in written] == [[]] * len(written)


def test_no_field_of_the_page_is_missing_everywhere(written):
    for data in [*written, *shipped("two_point", 8), *shipped("three_point", 8)]:
        title = data["kind"]
        assert data.keys() == FIELDS[title].keys()


def test_examples_are_as_the_page_says_and_prove_what_they_state(tmp_path, capsys):
    assert [list(faults(data)) for data in EXAMPLES.values()] == [[]] * len(EXAMPLES)
    paths = [tmp_path / f"{title}.json" for title in EXAMPLES]
    for path, data in zip(paths, EXAMPLES.values(), strict=True):
        path.write_text(json.dumps(data))
    assert verify([str(path) for path in paths]) == 0
    printed = capsys.readouterr().out
    for said in ("1.0025", "1.00535", "At most 6 balls", "at most 4 words", "1.49270533036047", "dim2 <= 2"):
        assert said in printed


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"colour": 1}, "field colour"),
        ({"n": 2.0}, "field n is no integer"),
        ({"n": True}, "field n is no integer"),
        ({"coefficients": ["3", "6/05"]}, "field coefficients is no list of fraction"),
        ({"coefficients": "3"}, "field coefficients is no list of fraction"),
    ],
)
def test_a_file_that_the_page_does_not_describe_is_noticed(change, fault):
    [found] = faults({**EXAMPLES["kissing"], **change})
    assert fault in found


RANGES = [
    (title, name, int(ends[1]), int(ends[2]))
    for title, fields in FIELDS.items()
    for name, (type_, allowed) in fields.items()
    if type_ == "integer" and (ends := re.fullmatch(r"([0-9]+) to ([0-9]+)", allowed))
]


@pytest.mark.parametrize(("title", "name", "least", "most"), RANGES)
def test_ranges_of_the_page_are_those_of_the_reader(title, name, least, most, tmp_path):
    """Outside the field is refused by its name; the ends are read, whatever else is then wrong."""
    path = tmp_path / "file.json"
    for value in (least - 1, least, most, most + 1):
        path.write_text(json.dumps({**EXAMPLES[title], name: value}))
        try:
            said = verify_file(path)
        except CertificateError as error:
            said = str(error)
        assert bool(re.search(f"field '?{name}'?:", said)) == (not least <= value <= most), said


def test_formulas_are_drawn():
    """By the renderer of the site, which refuses what browsers and GitHub would not show."""
    from runner.report.render.formulas import render

    text = re.sub(r"```.+?```|`[^`]*`", "", PAGE, flags=re.DOTALL)
    displayed = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    inline = re.findall(r"\$([^$]+)\$", re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL))
    assert min(len(displayed), len(inline)) > 2
    for formula in displayed:
        render(formula, True)
    for formula in inline:
        render(formula, False)


# The checker that was written from the page


def test_the_checker_from_the_page_accepts_the_examples_and_what_is_written(written):
    for data in [*EXAMPLES.values(), *written, *shipped("two_point", 1, 2, 3)]:
        if "kind" in data:
            assert refuted(data) is None, data["kind"]


@pytest.mark.parametrize("n", [14, *(pytest.param(n, marks=pytest.mark.slow) for n in (3, 8))])
def test_the_checker_from_the_page_accepts_three_point_certificates_that_ship(n):
    [data] = shipped("three_point", n)
    assert refuted(data) is None


@pytest.mark.parametrize(
    ("title", "change", "broken"),
    [
        ("two-point", {"bound": "1.0024"}, "bound"),
        ("two-point", {"coefficients": ["1", "1"]}, "q(0) > 0"),
        ("two-point", {"radius_squared_times_2pi": "399/100"}, "p(t) <= 0"),
        ("two-point", {"coefficients": ["3", "-1"]}, "p(t) <= 0"),
        ("two-point", {"degree": 2}, "degree"),
        ("two-point-triangle", {"bound": "0.999"}, "bound"),
        ("kissing", {"coefficients": ["4", "6", "5", "3", "1"]}, "f(t) <= 0"),
        ("kissing", {"coefficients": ["3", "6", "5", "3", "-1"]}, "f_k >= 0"),
        ("kissing", {"n": 3}, "f(t) <= 0"),
        ("binary-code", {"coefficients": ["2", "1"]}, "f(2) <= 0"),
        ("binary-code", {"n": 4, "d": 1}, "f(2) <= 0"),
        ("uncertainty", {"radius_squared_times_2pi": "13"}, "p(t) >= 0"),
        ("uncertainty", {"coefficients": ["-20", "1"]}, "p(0) <= 0"),
        ("uncertainty", {"coefficients": ["0", "0"]}, "p is not zero"),
        ("saturation", {"lower": 4, "upper": 4, "family": [0, 1, 2, 3]}, "family"),
        ("saturation", {"family": [0, 1, 2]}, "family"),
        ("saturation", {"family": [0, 1], "upper": 2, "lower": 2}, "family"),
        ("saturation", {"lower": 4}, "proof"),
        ("saturation", {"covers": [[0, 1]], "n": 1, "family": [0], "upper": 1, "lower": 2}, "proof"),
        ("poset-parameter", {"rows": [], "refuted": [{**PAIR, "width": 2}], "lower": 3}, "refuted"),
        ("sensitivities", {"lower": "5p-3"}, "lower"),
        ("sensitivities", {"upper": "3p-3"}, "upper"),
        ("sensitivities", {"dual": ["1p-2 -1p-2 1p-2"]}, "upper"),
        ("sensitivities", {"values": ["0p0"]}, "lower"),
        ("sensitivities", {"matrix": ["1p0", "-1p0", "1p0"]}, "lower"),
        ("sensitivities", {"matrix": ["1p0", "-1p0", "0p0"]}, "A_BJ"),
        ("three-point", {"bound": "1.00534"}, "bound"),
        ("three-point", {"R": "8/5"}, "r < R < 2 r"),
        ("three-point", {"f2": ["1p0", "1p0"]}, "q(0) > 0"),
        ("three-point", {"f2": ["3p0", "1p0", "1p0"]}, "p(w) <= 0"),
        ("three-point", {"r": "7/10"}, "(M)"),
        ("three-point", {"blocks": [["1p-13", "-1p-12 1p-13"]]}, "A_0"),
        ("three-point", {"blocks": [["1p-13", "1p-13 1p-13"], ["-3p-12"]]}, "A_1"),
        ("three-point", {"blocks": [["1p-13", "-1p-13 1p-13"]]}, "(D1)"),
        ("three-point", {"blocks": [["0p0"], ["0p0"], ["1p-12"]]}, "(D2)"),
        ("three-point", {"blocks": [["0p0"], ["3p-9"], ["5p-10"], ["3p-10"], ["1p-10"]]}, "(M)"),
    ],
)
def test_the_checker_from_the_page_refuses_forgeries(title, change, broken):
    assert refuted({**EXAMPLES[title], **change}) == broken


def test_the_checker_from_the_page_takes_refutations():
    pair = {**EXAMPLES["poset-parameter"], "rows": [], "refuted": [PAIR]}
    assert refuted(pair) is None
    assert refuted({**pair, "refuted": [{**PAIR, "rows": []}]}) is None
    assert refuted({**pair, "refuted": [PAIR, PAIR]}) == "rows"


def test_the_checker_from_the_page_refuses_false_certificates():
    """The first has a transform with negative values, the second holds at every point of a coarser grid."""
    false = [json.loads((FALSE / name).read_text()) for name in ("n02.json", "n08.json")]
    assert [refuted(data) for data in false] == ["q(w) >= 0", "(D1)"]
    [good] = shipped("three_point", 14)
    assert refuted({**good, "blocks": good["blocks"][:-1]}) in ("(D1)", "(D2)")


def test_the_checker_from_the_page_knows_nothing_of_mathlib():
    assert not re.search(
        r"^\s*(from|import) mathlib", (Path(__file__).parent / "page_checker.py").read_text(), re.M
    )
