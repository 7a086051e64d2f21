"""The options of run_all.py and their help, and the Settings that a command line stands for."""

import argparse
import re
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.results.run import FULL_TIMEOUT, QUICK_TIMEOUT
from runner.settings import ROOT, Settings

EPILOGUE = """\
exit status: 0 all ran and all claims hold; 1 a notebook or a claim failed; 2 bad usage; 130 interrupted

  run_all.py                       all notebooks, quick values; what is up to date is skipped
  run_all.py jl posets/03          a topic and one notebook
  run_all.py jl/01 -p seed=7       with another value of a parameter
  run_all.py --full --jobs 4       the large values of notebooks/<topic>/full.toml
  run_all.py sweep jl/06 --grid per_row=4,8,16 --grid seed=0:10
                                   one notebook, the product of the values, a table with one row a run
  run_all.py report                rebuild results/index.html from the stored results
"""


class Parser(argparse.ArgumentParser):
    def error(self, message: str):
        raise UsageError(f"{message}; --help shows what there is")


def read_settings(arguments: list[str]) -> Settings:
    """The settings that the words of a command line stand for, or a UsageError."""
    given: dict[str, Any] = vars(build_parser().parse_args(arguments))
    given.pop("keep_going")
    if given["names"][:1] in (["report"], ["sweep"]):
        given["action"] = given["names"].pop(0)
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    settings = Settings(**given)
    if settings.action == "report" and settings.names:
        raise UsageError("`report` takes no names: it rebuilds the whole site")
    if settings.action != "sweep" and (settings.grids or settings.zips or settings.parquet):
        raise UsageError("--grid, --zip and --parquet go with `sweep`: run_all.py sweep NOTEBOOK --grid ...")
    return settings


def build_parser() -> Parser:
    parser = Parser(
        prog="run_all.py",
        description="Run notebooks headless and gather their claims into one table and one site.",
        epilog=EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="topics or notebooks (default: all); or `report`; or `sweep` and one notebook",
    )
    parser.add_argument(
        "--list",
        dest="listing",
        action="store_true",
        help="show notebooks, parameters, state and last duration",
    )
    parser.add_argument("--full", action="store_true", help="use the large values of full.toml")
    parser.add_argument(
        "-p",
        dest="assignments",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="override a parameter; the value has the type of the notebook's literal",
    )
    _add_sweep_options(parser)
    _add_cluster_options(parser)
    parser.add_argument(
        "--jobs", type=_positive_int, metavar="N", help="notebooks at a time (default: processors)"
    )
    parser.add_argument(
        "--timeout",
        type=_positive,
        metavar="S",
        help="seconds a notebook may take (default: with --full what full.toml says of it, "
        f"else {FULL_TIMEOUT:g}; without {QUICK_TIMEOUT:g})",
    )
    parser.add_argument(
        "--memory",
        type=_positive,
        metavar="G",
        help="GiB the processes of a notebook may hold (default: with --full what full.toml says of it, "
        "else 80%% of this machine's)",
    )
    parser.add_argument("--force", action="store_true", help="run also what is up to date")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--keep-going", action="store_true", help="run the others after a failure (default)")
    group.add_argument("--fail-fast", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--output", type=Path, default=ROOT / "results", metavar="DIR", help="default: results/"
    )
    parser.add_argument(
        "--notebooks",
        type=Path,
        default=ROOT / "notebooks",
        metavar="DIR",
        help="the folder of the notebooks (default: notebooks/)",
    )
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    parser.add_argument(
        "--json", action="store_true", help="print the results as JSON, progress to standard error"
    )
    return parser


def _add_sweep_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("with `sweep`")
    group.add_argument(
        "--grid",
        dest="grids",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help="values, such as 0.1,0.2 or 0:10 for the whole numbers below 10; several grids are multiplied",
    )
    group.add_argument(
        "--zip",
        dest="zips",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help="values that go side by side with those of the other --zip options",
    )
    group.add_argument("--parquet", action="store_true", help="write results.parquet too (needs pyarrow)")


def _add_cluster_options(parser: argparse.ArgumentParser) -> None:
    options = parser.add_argument_group("on a cluster of dask.distributed").add_mutually_exclusive_group()
    options.add_argument(
        "--scheduler-address",
        type=_address,
        metavar="tcp://HOST:PORT",
        help="run on the workers of this scheduler; they need this checkout at the same path",
    )
    options.add_argument(
        "--cluster", type=_local_cluster, metavar="local:N", help="start N workers on this machine"
    )


def _address(text: str) -> str:
    if not re.fullmatch(r"[a-z]+://\S+", text):
        raise argparse.ArgumentTypeError(f"must be an address such as tcp://10.0.0.1:8786, given {text!r}")
    return text


def _local_cluster(text: str) -> str:
    if not re.fullmatch(r"local:[1-9]\d{0,3}", text):
        raise argparse.ArgumentTypeError(f"must be local:N with N processes, as in local:4, given {text!r}")
    return text


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a positive number, given {text!r}")
    return value


def _positive_int(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, given {text!r}")
    return int(text)
