"""The RO-Crate metadata of a run, read by the library of the people who define it."""

import json

import pytest
from rocrate.rocrate import ROCrate

EXPLAINS = "import numpy\nprint(seed)"
FAILS = "1 / 0"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    from tests.runner.conftest import Bench
    from tests.runner.test_sweep import RECORD

    bench = Bench(tmp_path_factory.mktemp("crate"))
    claims = "claim('small', seed < 8, seed)\nclaim('large', seed > 8, seed)"
    bench.write("t/01", RECORD, EXPLAINS, claims, parameters="seed: int = 7\nnames: tuple = (1, 2)")
    bench.write("t/02", FAILS, parameters="seed: int = 0")
    bench.run(status=1)
    return bench


def test_a_library_reads_the_crate_and_finds_notebook_parameters_and_claims(ran):
    crate = ROCrate(ran.output / "t/01")
    record = ran.record("t/01")
    assert crate.root_dataset["name"] == "A run of the notebook Ask"
    assert {part.id for part in crate.root_dataset["hasPart"]} == {"output.ipynb", "run.json"}
    [run] = crate.get_by_type("CreateAction")
    assert run["instrument"].id == "#notebooks/t/01.ipynb"
    assert run["actionStatus"].endswith("CompletedActionStatus")
    assert {p["name"]: p["value"] for p in run["object"]} == {"seed": 7, "names": "(1, 2)"}
    claims = [entity for entity in crate.root_dataset["mentions"] if entity.type == "Claim"]
    assert [claim["text"] for claim in claims] == ["small", "large"]
    assert [claim["name"] for claim in claims] == ["exact, held", "exact, did not hold"]
    used = {entity["name"]: entity["version"] for entity in run["instrument"]["softwareRequirements"]}
    assert used == record["environment"]["packages"]


def test_every_entity_that_is_named_is_described(ran):
    graph = json.loads((ran.output / "t/01/ro-crate-metadata.json").read_text())["@graph"]
    known = [entity["@id"] for entity in graph]
    assert len(set(known)) == len(known)
    named = set()

    def collect(value):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                named.add(value["@id"])
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(graph)
    assert {name for name in named if not name.startswith("https://w3id.org/ro/crate")} <= set(known)


def test_a_failed_run_says_so(ran):
    [run] = ROCrate(ran.output / "t/02").get_by_type("CreateAction")
    assert run["actionStatus"].endswith("FailedActionStatus")
    assert run["name"] == "Ask: failed"
