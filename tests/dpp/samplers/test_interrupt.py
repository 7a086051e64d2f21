"""A long draw ends as KeyboardInterrupt soon after Ctrl-C, whatever compiled code is at work."""

import signal
import subprocess
import sys
import time

import pytest

CHILD = """
import signal
import numpy as np
from mathlib.dpp import *

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a background job ignores it
basis = TensorBasis(Legendre(), index_set("total", 2, 9))
narrow = TensorBasis(Jacobi(1000, 1000), [[0], [40]])
large = TensorBasis(Legendre(), index_set("total", 2, 80))
finite = DiscreteBasis(np.linalg.qr(np.random.default_rng(0).standard_normal((3000, 40)))[0])
pool = sample_repeated_dpp(basis, 200, rng=0)
for small in (basis, finite):  # everything is compiled then
    sample_volume_rescaled(small, 60, rng=0)
    sample_christoffel(small, 60, rng=0)
calls = [
    lambda: sample_dpp(basis, rng=0, size=4 * 10**5),
    lambda: sample_dpp(finite, rng=0, size=10**6),
    lambda: [sample_dpp(large, rng=0) for _ in range(1000)],
    lambda: sample_christoffel(narrow, 10**7, rng=0),
    lambda: [sample_christoffel(finite, 10**8, rng=0) for _ in range(100)],
    lambda: sample_volume_rescaled(basis, 200, rng=0, size=2 * 10**5),
    lambda: sample_conditioned(basis, 60, rng=0, delta=0.01, max_tries=10**9),
    lambda: sample_boosted(basis, 110, rng=0, tries=10**9),
    lambda: [sparsify(basis, pool, 10_000) for _ in range(1000)],
]
for call in calls[{some}]:
    try:
        print("working", flush=True)
        call()
    except BaseException as error:
        print(type(error).__name__, flush=True)
"""


@pytest.mark.parametrize(
    ("some", "count"), [("0::4", 3), pytest.param(":", 9, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_ctrl_c_arrives_as_keyboard_interrupt_from_every_sampler(some, count):
    """Uninterrupted, these calls take minutes; ten seconds are for slow machines."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(some=some)], stdout=subprocess.PIPE, text=True
    )
    try:
        answers = []
        while child.stdout.readline() == "working\n":
            time.sleep(0.15)
            child.send_signal(signal.SIGINT)
            sent = time.monotonic()
            answers.append(child.stdout.readline().strip())
            assert time.monotonic() - sent < 10
        assert answers == ["KeyboardInterrupt"] * count
    finally:
        child.kill()
        child.wait()
