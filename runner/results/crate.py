"""What a run was, for catalogues of research data: an RO-Crate (https://www.researchobject.org/ro-crate/1.1/).

The folder of a run is the crate; its metadata file names the notebook, its parameters, the packages and the
claims in the terms of schema.org.
"""

from datetime import datetime, timedelta
from typing import Any

FILE = "ro-crate-metadata.json"
LICENCE = "https://spdx.org/licenses/BSD-3-Clause"
CONTENTS = {
    "output.ipynb": ("The executed notebook", "application/x-ipynb+json"),
    "run.json": ("The record of the run: status, parameters, claims, packages", "application/json"),
}
STATUS = {"ok": "CompletedActionStatus"}  # every other run failed


def crate(record: dict[str, Any]) -> dict[str, Any]:
    """The metadata of a run whose folder holds its record and the executed notebook."""
    packages = [
        _entity(f"#{name}", "SoftwareApplication", name=name, version=version)
        for name, version in record["environment"]["packages"].items()
    ]
    parameters = [
        _entity(f"#parameter-{name}", "PropertyValue", name=name, value=_plain(value))
        for name, value in record["parameters"].items()
    ]
    claims = [
        _entity(
            f"#claim-{number}",
            "Claim",
            text=claim["statement"],
            name=f"{claim['kind']}, {'held' if claim['holds'] else 'did not hold'}",
        )
        for number, claim in enumerate(record["claims"], start=1)
    ]
    python = _entity("#python", "ComputerLanguage", name="Python", version=record["environment"]["python"])
    notebook = _entity(
        f"#{record['notebook']}",
        ["SoftwareSourceCode", "SoftwareApplication"],
        name=record["title"],
        programmingLanguage=_to(python),
        softwareRequirements=list(map(_to, packages)),
    )
    run = _entity(
        "#run",
        "CreateAction",
        name=f"{record['title']}: {record['status']}",
        instrument=_to(notebook),
        object=list(map(_to, parameters)),
        result=[{"@id": name} for name in CONTENTS],
        startTime=record["started"],
        endTime=_end(record),
        actionStatus=f"http://schema.org/{STATUS.get(record['status'], 'FailedActionStatus')}",
    )
    root = _entity(
        "./",
        "Dataset",
        name=f"A run of the notebook {record['title']}",
        description=f"{record['notebook']}, executed by mathlib experiments, with its claims.",
        datePublished=record["started"],
        license={"@id": LICENCE},
        hasPart=[{"@id": name} for name in CONTENTS],
        mentions=[_to(run), *map(_to, claims)],
    )
    files = [
        _entity(name, "File", name=CONTENTS[name][0], encodingFormat=CONTENTS[name][1]) for name in CONTENTS
    ]
    licence = _entity(LICENCE, "CreativeWork", name="BSD 3-Clause")
    about = _entity(
        FILE,
        "CreativeWork",
        about={"@id": "./"},
        conformsTo={"@id": "https://w3id.org/ro/crate/1.1"},
    )
    graph = [about, root, licence, run, notebook, python, *files, *parameters, *claims, *packages]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _entity(place: str, kind: str | list[str], **properties: Any) -> dict[str, Any]:
    return {"@id": place, "@type": kind, **properties}


def _to(entity: dict[str, Any]) -> dict[str, str]:
    return {"@id": entity["@id"]}


def _plain(value: Any) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else repr(value)


def _end(record: dict[str, Any]) -> str:
    return (datetime.fromisoformat(record["started"]) + timedelta(seconds=record["seconds"])).isoformat()
