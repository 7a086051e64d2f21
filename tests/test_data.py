"""The tables in docs/data say what the certificates and the census say."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from mathlib.packing import TwoPointCertificate
from mathlib.posets import Poset, contains_copy
from tools.export_data import LISTED, TABLES, as_csv, certified_bounds, posets, saturation

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "docs/data"
REFERENCE = json.loads((ROOT / "tests/reference/posets.json").read_text(encoding="utf-8"))


def table(file: str) -> list[dict[str, str]]:
    with open(DATA / file, encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.parametrize(
    ("file", "rows"), [("certified_bounds.csv", certified_bounds), ("posets.csv", posets)]
)
def test_a_table_is_what_the_tool_writes(file, rows):
    assert (DATA / file).read_text(encoding="utf-8") == as_csv(rows()), "run python -m tools.export_data"


def test_the_index_describes_each_table_and_names_a_notebook():
    described = json.loads((DATA / "downloads.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in described} == {path.name for path in DATA.glob("*.csv")} == set(TABLES)
    for entry in described:
        assert entry["about"]
        assert (ROOT / f"notebooks/{entry['notebook']}.ipynb").exists()


def test_bounds_are_those_of_the_certificates_and_above_what_is_known():
    rows = [row for row in table("certified_bounds.csv") if row["kind"] == "two_point"]
    assert [int(row["n"]) for row in rows] == list(range(1, 49))
    for row in rows:
        assert (ROOT / row["certificate"]).exists()
        if row["best_known_density"]:
            assert Decimal(row["upper_bound"]) >= Decimal(row["best_known_density"])
    e8 = TwoPointCertificate.shipped(8)
    assert Decimal(rows[7]["upper_bound"]) == e8.bound
    assert (rows[7]["best_known_packing"], rows[7]["optimal"]) == ("E8", "yes")


# H. Cohn, Table of sphere packing density bounds (hdl.handle.net/1721.1/153311), rounded up to 16 decimals.
COHN = {
    37: "0.0000226586900106",
    38: "0.0000159506499105",
    39: "0.0000112168687009",
    40: "0.0000078801051697",
    41: "0.0000055306464395",
    42: "0.0000038780970907",
    43: "0.0000027169074727",
    44: "0.0000019017703144",
    45: "0.0000013300905665",
    46: "0.0000009295151556",
    47: "0.0000006490757338",
    48: "0.0000004529067791",
}


@pytest.mark.parametrize("n", COHN)
def test_bounds_beyond_the_printed_table_are_those_of_its_author(n):
    bound = next(row["upper_bound"] for row in table("certified_bounds.csv") if row["n"] == str(n))
    assert len(Decimal(bound).as_tuple().digits) == 15
    assert 0 <= Decimal(COHN[n]) - Decimal(bound) < Decimal("1e-16")


def test_the_census_counts_every_poset_once_for_each_parameter():
    rows = table("census.csv")
    for n in range(1, 10):
        for parameter in ("hypercube_height", "hypercube_width", "two_dimension"):
            numbers = [int(r["posets"]) for r in rows if (r["n"], r["parameter"]) == (str(n), parameter)]
            assert sum(numbers) == REFERENCE["counts"]["values"][n]  # OEIS A000112
    assert all(int(row["value"]) <= int(row["n"]) for row in rows if row["parameter"] == "hypercube_width")


def test_the_census_agrees_with_two_other_routes():
    """The published reference values, and the table of single posets."""
    counted = {(r["n"], r["parameter"], int(r["value"])): int(r["posets"]) for r in table("census.csv")}
    names = ("hypercube_height", "hypercube_width", "two_dimension")
    for n, *columns in REFERENCE["census"]["values"]:
        for name, column in zip(names, columns, strict=True):
            found = [counted.get((str(n), name, value), 0) for value in range(len(column))]
            assert found == column, (n, name)
    listed = table("posets.csv")
    assert len(listed) == sum(REFERENCE["counts"]["values"][1 : LISTED + 1])
    for (n, name, value), number in counted.items():
        if int(n) <= LISTED:
            assert number == sum(row["n"] == n and int(row[name]) == value for row in listed)


def test_a_poset_known_by_hand_is_listed_with_its_parameters():
    """Five unrelated points: singletons for height 1; by Sperner (1928) four bits hold six unrelated sets."""
    antichain = next(row for row in table("posets.csv") if row["n"] == "5" and not row["covers"])
    names = ("hypercube_height", "hypercube_width", "two_dimension")
    assert [antichain[name] for name in names] == ["1", "5", "4"]


def test_a_bound_that_was_not_verified_is_not_exported(monkeypatch, tmp_path):
    folder = tmp_path / "mathlib/packing/certificates/two_point"
    folder.mkdir(parents=True)
    (folder / "n08.json").write_text('{"n": 8, "bound": "0.25"}')
    (folder / "verify.log").write_text(
        "mathlib/packing/certificates/two_point/n08.json: "
        "No packing of equal balls in R^8 has density above 0.2536. (1 s)\n"
    )
    monkeypatch.setattr("tools.export_data.ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"n08\.json is not in verify\.log"):
        list(certified_bounds())


def test_saturation_numbers_are_what_the_tool_writes_and_families_are_saturated():
    rows = table("saturation.csv")
    small = list(csv.DictReader(as_csv(saturation(3)).splitlines()))
    assert rows[: len(small)] == small
    assert [sum(int(row["elements"]) == k for row in rows) for k in (2, 3, 4, 5)] == [8, 16, 48, 39]
    five = [int(row["saturation_number"]) for row in rows if row["elements"] == "5"]
    assert (min(five), max(five)) == (4, 23)
    for row in rows[::3]:
        covers = [tuple(map(int, pair.split("<"))) for pair in row["covers"].split()]
        poset, n = Poset(int(row["elements"]), covers=covers), int(row["points"])
        family = list(map(int, row["family"].split()))
        assert len(family) == int(row["saturation_number"])
        assert not contains_copy(poset, family)
        others = (s for s in range(1 << n) if s not in family)
        assert all(contains_copy(poset, family, using=s) for s in others)
