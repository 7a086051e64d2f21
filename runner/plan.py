"""Which notebooks are to run: each with its key, its stored record, and what that record is worth."""

import json
from pathlib import Path
from typing import Any

from runner.cache import run_key
from runner.catalog import Notebook
from runner.store import is_good, read_run


class Plan:
    """A notebook to run, its key, its stored record, and what that record is worth."""

    def __init__(self, notebook: Notebook, key: str, record: dict[str, Any] | None, state: str) -> None:
        self.notebook, self.key, self.record, self.state = notebook, key, record, state

    @classmethod
    def of(cls, notebook: Notebook, large: Notebook, output: Path) -> "Plan":
        """State of the stored run; one made with the large values also serves where none were asked for."""
        key = run_key(notebook)
        record = read_run(output, notebook.name)
        if record is None or not (output / notebook.name / "output.ipynb").exists():
            return cls(notebook, key, record, "failed" if record and record["key"] == key else "not run")
        wanted = {key} if notebook.overrides else {key, run_key(large)}
        if record["key"] not in wanted:
            return cls(notebook, key, record, "stale")
        return cls(notebook, key, record, "up to date" if is_good(record) else "failed")


def listing(plan: list[Plan], as_json: bool) -> str:
    if as_json:
        return json.dumps([_entry(p) for p in plan], indent=1, ensure_ascii=False)
    lines = []
    for p in plan:
        seconds = f"{p.record['seconds']:.1f} s" if p.record else ""
        lines.append(f"{p.notebook.name}  [{p.state}]  {seconds}".rstrip())
        lines.append(f"    {p.notebook.title}")
        for name, parameter in p.notebook.declared.items():
            value = p.notebook.parameters[name]
            lines.append(
                f"    -p {name}={value!r}  ({parameter.type_label})  {parameter.description}".rstrip()
            )
    return "\n".join(lines)


def _entry(p: Plan) -> dict[str, Any]:
    parameters = {
        name: {
            "type": q.type_label,
            "default": q.default,
            "value": p.notebook.parameters[name],
            "description": q.description,
        }
        for name, q in p.notebook.declared.items()
    }
    return {
        "name": p.notebook.name,
        "title": p.notebook.title,
        "state": p.state,
        "parameters": parameters,
        "seconds": p.record["seconds"] if p.record else None,
    }
