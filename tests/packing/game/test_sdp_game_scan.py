"""The scan of choices: one change at a time, and the numbers that ship."""

import math

import pytest

from mathlib.packing.game import scan
from mathlib.packing.game.evaluation import Result, evaluate
from mathlib.packing.game.scan import scan_choices, shipped_scan, variations
from mathlib.packing.three_point.solver.bound import default_three_point_spec
from mathlib.packing.three_point.solver.rounds import usual_slack

FIELDS = {"ring": {"R"}, "degree2": {"degree2"}, "angular degree": {"blocks"}, "block widths": {"blocks"}}


@pytest.mark.parametrize("n", [4, 12])
def test_a_variation_changes_one_choice(n):
    (name, _, middle, one), *rest = variations(n)
    assert (name, one) == ("middle", 1.0)
    choices = ["ring", "degree2", "angular degree", "block widths", "scale", "slack"]
    assert list(dict.fromkeys(choice for choice, *_ in rest)) == choices
    for choice, setting, spec, factor in rest:
        changed = {
            f for f in ("n", "R", "degree2", "blocks", "scale") if getattr(spec, f) != getattr(middle, f)
        }
        assert changed == FIELDS.get(choice, {"scale"} if choice == "scale" else set())
        assert factor == (setting if choice == "slack" else 1.0)
        if choice == "angular degree":
            assert len(spec.blocks) == setting + 1
        if choice == "block widths":
            assert [m - setting for m in spec.blocks] == list(middle.blocks)


def test_a_scan_is_kept_and_goes_on(monkeypatch, tmp_path):
    asked = []

    def answer(spec, slack):
        asked.append((spec, slack))
        return Result(math.inf if spec.R > 1.65 else 0.6, 1.0)

    monkeypatch.setattr(scan, "evaluate", answer)
    rows = scan_choices([5], cache=tmp_path / "cache", progress=False)
    assert len(rows) == len(asked) == len(variations(5))
    assert scan_choices([5], cache=tmp_path / "cache", progress=False) == rows
    assert len(asked) == len(rows)
    slacks = {
        row.setting: slack for row, (_, slack) in zip(rows, asked, strict=True) if row.choice == "slack"
    }
    usual = usual_slack(default_three_point_spec(5))
    assert slacks == {0.1: pytest.approx(0.3 * usual), 10.0: pytest.approx(30 * usual)}
    assert any(math.isinf(row.value) for row in rows)


def test_the_scan_that_ships_is_complete():
    expected = [(n, choice, float(setting)) for n in range(3, 17) for choice, setting, *_ in variations(n)]
    assert [(row.n, row.choice, row.setting) for row in shipped_scan()] == expected


@pytest.mark.slow
@pytest.mark.parametrize(("n", "choice"), [(3, "ring"), (10, "block widths")])
def test_the_scan_that_ships_can_be_computed_again(n, choice):
    spec = next(spec for name, _, spec, _ in variations(n) if name == choice)
    row = next(row for row in shipped_scan() if (row.n, row.choice) == (n, choice))
    slack = 3 * usual_slack(default_three_point_spec(n))
    assert evaluate(spec, slack).value == pytest.approx(row.value, rel=3e-5)
