"""Limits that hold: Ctrl-C and time limits in the middle of compiled code, and sizes that cannot fit."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import scipy.sparse

from mathlib.sensitivity import closed_forms, leverage_scores, sensitivities

# What takes minutes, after a small call that compiles what it needs.
ENDLESS = {
    "p = 1": "A = draw((90_000, 12)); sensitivities(A[:9, :3], 1); go(); sensitivities(A, 1, rows=range(99))",
    "p = 3": "A = draw((1000, 500)); sensitivities(A[:50, :3], 3); go(); sensitivities(A, 3)",
    "fractions": "A = np.rint(9 * draw((600, 30))); exact_l1_sensitivities(A[:9, :3]); go(); "
    "exact_l1_sensitivities(A)",
    "balls": "A = draw((250, 250)) * 10.0 ** np.linspace(-140, 140, 250)[:, None]; k = np.arange(250); "
    "one = np.ones(1); f = Sensitivities(A, 2.0, k[:1], 0 * one, one, k, k, A[:1], None, k[:1], 0.1); go(); "
    "f.verify()",
    "elimination": "A = draw((4000, 2000)); leverage_scores(A[:9, :3]); go(); leverage_scores(A)",
}
PROGRAM = """
import signal, time
import numpy as np
from mathlib.sensitivity import *
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a background job ignores it
draw, go = np.random.default_rng(0).standard_normal, lambda: print("go", flush=True)
try:
    {code}
except KeyboardInterrupt:
    print(time.time(), flush=True)
"""


@pytest.mark.parametrize("kind", ENDLESS)
def test_ctrl_c_ends_compiled_code(kind):
    command = [sys.executable, "-c", PROGRAM.format(code=ENDLESS[kind])]
    # Threads of a BLAS that wait for each other on a busy machine are not what is tested here.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout.readline() == "go\n"
            time.sleep(1.5)
            pressed = time.time()
            process.send_signal(signal.SIGINT)
            # A second is meant; a busy machine may take some more, the whole work takes minutes.
            assert float(process.communicate(timeout=60)[0]) - pressed < 10
            assert process.returncode == 0
        finally:
            process.kill()  # else a process that heard nothing would be waited for


@pytest.mark.parametrize("p", [1, 1.5, 3])
def test_a_time_limit_leaves_brackets_that_hold(p):
    A = np.random.default_rng(0).standard_normal((1500, 8))
    full = sensitivities(A, p, rows=range(0, 1500, 50))
    begun = time.monotonic()
    result = sensitivities(A, p, time_limit=1e-6, keep_dual=True)
    assert time.monotonic() - begun < 10
    assert not result.converged.all()
    assert np.all(result.lower[::50] <= full.upper)
    assert np.all(full.lower <= result.upper[::50])
    assert np.all(result.lower > 0)
    assert np.mean(result.upper < 1) > 0.3  # no bracket is trivial that need not be
    result.verify([0, 7, 1499])
    for long in (60, np.inf, 10**400):
        assert sensitivities(A, p, rows=[3], time_limit=long).converged.all()


@pytest.mark.parametrize("time_limit", [0, -1, np.nan, True, "1"])
def test_time_limits_are_positive_numbers(time_limit):
    with pytest.raises(ValueError, match="time_limit must be a positive number of seconds, or None"):
        sensitivities(np.eye(2), 1, time_limit=time_limit)


def test_what_cannot_fit_in_memory_is_refused_before_it_is_made():
    huge = scipy.sparse.coo_array(([1.0], ([0], [0])), shape=(10**8, 10**8))
    with pytest.raises(ValueError, match=r"A as a dense array would take 7.45e.07 GiB, more than the"):
        leverage_scores(huge)
    many = np.zeros(10**7, dtype=int)
    with pytest.raises(ValueError, match=r"the vectors y of these rows would take .*; ask for fewer rows"):
        sensitivities(np.ones((10**6, 1)), 2, rows=many, keep_dual=True)


@pytest.mark.parametrize(
    "make",
    [
        lambda: closed_forms.identity(10**9, 1),
        lambda: closed_forms.identity(10, 1, copies=10**9),
        lambda: closed_forms.one_relation(np.ones(20_000), 1),
        lambda: closed_forms.simplex(10**400, 1),
        lambda: closed_forms.equal_angles(10**12, 1),
        lambda: closed_forms.cycle(10**6, 1),
        lambda: closed_forms.complete_graph(10**5, 1),
        lambda: closed_forms.complete_bipartite(10**5, 10**5, 1),
        lambda: closed_forms.graph([(0, 10**15)], 1),
        lambda: closed_forms.graph([(0, k) for k in range(1, 20_000)], 2),
    ],
)
def test_closed_forms_are_of_a_size_that_can_be_made(make):
    with pytest.raises(ValueError, match=r"the matrix would have|cannot join"):
        make()
