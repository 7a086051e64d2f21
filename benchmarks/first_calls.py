"""What a user waits for at a first call, before any compiled code is kept, and at the next one.

    python benchmarks/first_calls.py [--rounds 3] [--quick] [--json FILE]

Each round starts a fresh process for each call, with an empty folder for what numba compiles
(NUMBA_CACHE_DIR). There the same lines run twice: the first time they import the topic and compile, the
second time they only compute. Times are processor seconds, so that other work on the machine counts little.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from table import Table, arguments

ROOT = Path(__file__).resolve().parent.parent
LINES = {
    "FastJL.fit_transform, 400 x 4096": """
import numpy as np
from mathlib.jl import FastJL
FastJL(64, random_state=0).fit_transform(np.ones((400, 4096)))
""",
    "sensitivities, p = 1, 200 x 5": """
import numpy as np
from mathlib.sensitivity import sensitivities
sensitivities(np.random.default_rng(0).standard_normal((200, 5)), 1)
""",
    "sensitivities, p = 4, 200 x 5": """
import numpy as np
from mathlib.sensitivity import sensitivities
sensitivities(np.random.default_rng(0).standard_normal((200, 5)), 4)
""",
    "hypercube_width, 14 elements": """
from mathlib.posets import hypercube_width, random_poset
hypercube_width(random_poset(14, dim=3, rng=0))
""",
    "census, 5 elements": """
from mathlib.posets import census
census(5)
""",
    "sample_dpp, 2-D Legendre, 21 points": """
from mathlib.dpp import Legendre, TensorBasis, index_set, sample_dpp
sample_dpp(TensorBasis(Legendre(), index_set("total", 2, 5)), rng=0)
""",
    "ThreePointCertificate.shipped(4).verify": """
from mathlib.packing import ThreePointCertificate
ThreePointCertificate.shipped(4).verify()
""",
}
PROGRAM = """
import json, sys, time
lines, times = compile(sys.argv[1], "call", "exec"), []
for _ in range(2):
    started = time.process_time()
    exec(lines, {})
    times.append(time.process_time() - started)
print(json.dumps(times))
"""
TARGET = 5  # seconds


def first_and_next(lines: str) -> list[float]:
    """Seconds of a first call and of the next one, in a process that finds nothing compiled."""
    with tempfile.TemporaryDirectory() as empty:
        return json.loads(
            subprocess.check_output(
                [sys.executable, "-c", PROGRAM, lines],
                cwd=ROOT,
                env=os.environ | {"NUMBA_CACHE_DIR": empty, "PYTHONPATH": str(ROOT)},
            )
        )


def main() -> None:
    options = arguments(__doc__, rounds=3).parse_args()
    with Table("first_calls", __doc__, options, "First calls") as table:
        rounds = [
            {name: first_and_next(lines) for name, lines in LINES.items()}
            for _ in range(table.record["rounds"])
        ]
        for name in LINES:
            first, following = zip(*(times[name] for times in rounds), strict=True)
            table.compare(name, ours=("the next call", following), peer=("the first call", first))
            table.time(f"first call of {name}", first, target=TARGET)


if __name__ == "__main__":
    main()
