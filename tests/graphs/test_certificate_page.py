"""docs/certificates_graphs.md describes the files that there are: each kind, each field, true examples."""

import json
import re
from pathlib import Path

import pytest

from mathlib.verify import CHECKERS, verify_file
from tests.graphs.test_forgeries import honest

PAGE = (Path(__file__).resolve().parents[2] / "docs/certificates_graphs.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
KINDS = {kind for kind, place in CHECKERS.items() if place.startswith("mathlib.graphs.")}


def fields(section):
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_kind_has_a_section_and_a_line():
    assert SECTIONS.keys() == KINDS
    assert set(re.findall(r"\(#(.+?)\)", PAGE)) == KINDS
    assert {certificate.kind for certificate in honest().values()} == KINDS


@pytest.mark.parametrize("name", sorted(honest()))
def test_every_field_stands_on_the_page(name):
    data = honest()[name].to_dict()
    described = fields(SECTIONS[data["kind"]])
    one_of = {"classes", "colouring", "isomorphism"} if data["kind"] == "equivalent-graphs" else set()
    assert data.keys() - described == set()
    assert described - data.keys() <= one_of


@pytest.mark.parametrize("example", re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL))
def test_examples_prove_what_they_state(example, tmp_path):
    (tmp_path / "file.json").write_text(example, encoding="utf-8")
    assert verify_file(tmp_path / "file.json")
    assert json.loads(example)["kind"] in KINDS
