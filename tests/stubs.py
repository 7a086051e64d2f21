"""What is public: the names that the stubs (`__init__.pyi`) list."""

import ast
from pathlib import Path

__all__ = ["ROOT", "TOPICS", "public_names", "stub"]

ROOT = Path(__file__).resolve().parents[1]
#: The topics: packages of mathlib that have notebooks.
TOPICS = sorted(path.name for path in (ROOT / "notebooks").iterdir() if path.is_dir())


def stub(package: str) -> Path:
    """The stub of mathlib ("") or of one of its topics."""
    return ROOT / "mathlib" / package / "__init__.pyi"


def public_names(package: str) -> list[str]:
    """The names that a stub lists, sorted."""
    names = []
    for node in ast.parse(stub(package).read_text()).body:
        if isinstance(node, ast.ImportFrom):
            names += [name.asname or name.name for name in node.names]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
    return sorted(names)
