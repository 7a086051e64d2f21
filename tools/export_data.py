"""Write docs/data: the certified bounds and the census of small posets as tables that anyone can read.

    python -m tools.export_data

downloads.json beside the tables describes each, and names the notebook that its numbers come from; the front
page of the site and the README link to them. Run it again when a certificate or the census has changed.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from mathlib.packing import best_known_packing
from mathlib.posets import Poset, census, enumerate_posets, saturation_number

ROOT = Path(__file__).resolve().parents[1]
CERTIFICATES = Path("mathlib/packing/certificates")
KINDS = ("two_point", "three_point")  # folders of certificates whose bounds are listed
LISTED, COUNTED = 7, 9  # largest posets that are listed one by one, and that are counted
SATURATED, POINTS = 5, 5  # largest posets with saturation numbers, and on how many points at most

Row = list[object]


def certified_bounds() -> Iterator[Row]:
    """Upper bounds on the density of packings of equal balls, each with its certificate.

    A bound is taken only where the log beside the certificates says that it was verified.
    """
    yield ["kind", "n", "upper_bound", "best_known_density", "best_known_packing", "optimal", "certificate"]
    for kind in KINDS:
        folder = ROOT / CERTIFICATES / kind
        verified = (folder / "verify.log").read_text(encoding="utf-8").splitlines()
        for path in sorted(folder.glob("n*.json")):
            name = (CERTIFICATES / kind / path.name).as_posix()
            certificate = json.loads(path.read_text(encoding="utf-8"))
            n, bound = certificate["n"], certificate["bound"]
            said = f"No packing of equal balls in R^{n} has density above {bound}."
            if not any(line.startswith(f"{name}: {said}") for line in verified):
                raise SystemExit(f"{name} is not in verify.log with its bound: verify it first")
            known = best_known_packing(n) if n <= 24 else None
            packing = [known.density, known.name, "yes" if known.optimal else "no"] if known else ["", "", ""]
            yield [kind, n, bound, *packing, name]


def posets() -> Iterator[Row]:
    """Every poset with up to seven elements, up to isomorphism, with its three parameters.

    Its elements are 0, ..., n - 1; `covers` lists its cover relations, "0<2 1<2".
    """
    yield ["n", "covers", "hypercube_height", "hypercube_width", "two_dimension"]
    for n in range(1, LISTED + 1):
        table = census(n, progress=False)
        columns = zip(table.posets, table.height, table.width, table.two_dimension, strict=True)
        for poset, *parameters in columns:
            covers = " ".join(f"{below}<{above}" for below, above in poset.covers)
            yield [n, covers, *map(int, parameters)]


def histograms() -> Iterator[Row]:
    """How many posets with up to nine elements have each value of the three parameters."""
    yield ["n", "parameter", "value", "posets"]
    for n in range(1, COUNTED + 1):
        table = census(n, progress=False)
        for column in ("height", "width", "two_dimension"):
            name = column if column == "two_dimension" else f"hypercube_{column}"
            counts = enumerate(table.histogram(column))
            yield from ([n, name, value, number] for value, number in counts if number)


def saturation(largest: int = SATURATED) -> Iterator[Row]:
    """Saturation numbers of posets up to duality, each with a smallest family; every row was verified.

    Posets with five elements take minutes together, and are listed for five points only.
    """
    yield ["elements", "covers", "points", "saturation_number", "family"]
    for k in range(2, largest + 1):
        for poset in _up_to_duality(k):
            covers = " ".join(f"{below}<{above}" for below, above in poset.covers)
            for n in range(2, POINTS + 1) if k < SATURATED else [POINTS]:
                found = saturation_number(poset, n)
                found.verify()
                yield [k, covers, n, found.value, " ".join(map(str, found.family))]


def _up_to_duality(k: int) -> Iterator[Poset]:
    """One of each pair of posets that differ by turning upside down."""
    seen = set()
    for poset in enumerate_posets(k):
        key = min(poset.canonical_key(), poset.dual().canonical_key())
        if key not in seen:
            seen.add(key)
            yield poset


# file -> (its rows, what it holds, the notebook that its numbers come from)
TABLES: dict[str, tuple[Callable[[], Iterator[Row]], str, str]] = {
    "certified_bounds.csv": (
        certified_bounds,
        "certified upper bounds on the density of sphere packings, from pairs of balls in dimensions 1 to 48 "
        "and from triples in 3 to 16, beside the best packings known",
        "packing/02_certify_the_table",
    ),
    "posets.csv": (
        posets,
        "hypercube-height, hypercube-width and 2-dimension of each of the 2450 posets with 1 to 7 elements",
        "posets/03_take_the_census",
    ),
    "census.csv": (
        histograms,
        "how many posets with 1 to 9 elements have each value of the three parameters",
        "posets/03_take_the_census",
    ),
    "saturation.csv": (
        saturation,
        "the least sizes of saturated families for posets with 2 to 5 elements on 2 to 5 points, up to "
        "duality, each with such a family",
        "posets/05_bound_saturated_families",
    ),
}


def as_csv(rows: Iterator[Row]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def main() -> None:
    folder = ROOT / "docs/data"
    folder.mkdir(parents=True, exist_ok=True)
    described = []
    for file, (rows, about, notebook) in TABLES.items():
        (folder / file).write_text(as_csv(rows()), encoding="utf-8")
        described.append({"file": file, "about": about, "notebook": notebook})
        print(f"wrote docs/data/{file}")
    index = json.dumps(described, indent=1) + "\n"
    (folder / "downloads.json").write_text(index, encoding="utf-8")


if __name__ == "__main__":
    main()
