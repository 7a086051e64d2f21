"""What a user asked for: the words of the command line, checked and typed, and frozen from then on."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # the checkout


@dataclass(frozen=True)
class Settings:
    """The options of run_all.py; None stands for a default that depends on the notebook or the machine."""

    action: str = "run"  # or "sweep", "report"
    names: tuple[str, ...] = ()
    listing: bool = False
    full: bool = False
    assignments: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()
    parquet: bool = False
    scheduler_address: str | None = None
    cluster: str | None = None
    jobs: int | None = None
    timeout: float | None = None
    memory: float | None = None
    force: bool = False
    fail_fast: bool = False
    output: Path = ROOT / "results"
    notebooks: Path = ROOT / "notebooks"
    quiet: bool = False
    json: bool = False

    @property
    def on_cluster(self) -> bool:
        return bool(self.scheduler_address or self.cluster)
