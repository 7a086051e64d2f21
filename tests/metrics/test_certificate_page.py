"""docs/certificates_metrics.md describes the files that there are: each kind, each field, true examples."""

import json
import re
from pathlib import Path

import pytest

from mathlib.verify import CHECKERS, verify_file
from tests.metrics.test_forgeries_maps import honest

PAGE = (Path(__file__).resolve().parents[2] / "docs/certificates_metrics.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.+?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
KINDS = {kind for kind, place in CHECKERS.items() if place.startswith("mathlib.metrics.")}


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
    described -= {"alpha", "gamma", "families", "x", "y", "r", "dx", "dy", "t", "way"}
    assert data.keys() == described


@pytest.mark.parametrize("example", re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL))
def test_examples_prove_what_they_state(example, tmp_path):
    (tmp_path / "file.json").write_text(example, encoding="utf-8")
    assert verify_file(tmp_path / "file.json")
    assert json.loads(example)["kind"] in KINDS
