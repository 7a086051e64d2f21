"""Limits that hold: Ctrl-C and time limits in the middle of long work, and bars that show it."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from mathlib.graphs import fitting_rate, iterative_markovian_fitting, rescal, schroedinger_bridge

# What takes minutes, or some seconds in one call of compiled code.
ENDLESS = {
    "fitting": "go(); iterative_markovian_fitting(walk(200), 120, one(200), one(200), 10**6)",
    "rate": "b = schroedinger_bridge(walk(300), 99, one(300), one(300)); go(); fitting_rate(b)",
    "models": "X = draw((9, 60, 60)); go(); rescal(X, 20, starts=10**5)",
    "spectrum": "mesh = icosphere(6); go(); laplacian_spectrum(mesh, 900)",
}
PROGRAM = """
import signal, time
import numpy as np
from mathlib.graphs import *
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a background job ignores it
draw, go = np.random.default_rng(0).standard_normal, lambda: print("go", flush=True)
one = lambda S: np.ones(S) / S
walk = lambda S: (np.eye(S) + np.roll(np.eye(S), 1, axis=1) + np.roll(np.eye(S), -1, axis=1)) / 3
try:
    {code}
except KeyboardInterrupt:
    print(time.time(), flush=True)
"""


@pytest.mark.parametrize("kind", ENDLESS)
def test_ctrl_c_ends_long_work(kind):
    command = [sys.executable, "-c", PROGRAM.format(code=ENDLESS[kind])]
    # Threads of a BLAS that wait for each other on a busy machine are not what is tested here.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout.readline() == "go\n"
            time.sleep(1)
            pressed = time.time()
            process.send_signal(signal.SIGINT)
            # A second is meant; a busy machine may take some more, the whole work takes minutes.
            delay = float(process.communicate(timeout=60)[0].splitlines()[0]) - pressed
            assert delay < 10
        finally:
            process.kill()  # else a process that heard nothing would be waited for


def bridge_of(S, steps):
    rng = np.random.default_rng(0)
    P = np.array([np.roll([0.6, 0.2, *np.zeros(S - 3), 0.2], i) for i in range(S)])
    return P, steps, *rng.dirichlet(np.ones(S), size=2)


def test_time_limits_leave_what_was_found():
    X = np.random.default_rng(0).normal(size=(3, 12, 12))
    fit, full = rescal(X, 3, rng=0, starts=4, time_limit=1e-6), rescal(X, 3, rng=0, starts=4)
    assert 0 < full.lower == fit.lower <= full.loss <= fit.loss
    fit.verify()
    P, steps, p, q = bridge_of(34, 20)
    assert len(iterative_markovian_fitting(P, steps, p, q, 5, time_limit=1e-6).kl) == 1
    bridge = schroedinger_bridge(P, steps, p, q)
    late, rate = fitting_rate(bridge, time_limit=1e-6), fitting_rate(bridge, time_limit=600)
    assert (late.converged, rate.converged) == (False, True)
    assert late.fixed_dimension <= rate.fixed_dimension
    assert late.eigenvalue <= rate.eigenvalue + 1e-9


def test_progress_is_shown_on_demand(capsys):
    P, steps, p, q = bridge_of(5, 6)
    rescal(np.eye(3)[None], 2, rng=0, progress=True)
    iterative_markovian_fitting(P, steps, p, q, 2, progress=True)
    fitting_rate(schroedinger_bridge(P, steps, p, q), progress=True)
    shown = capsys.readouterr().err
    assert all(word in shown for word in ("starts", "fitting", "products"))
    rescal(np.eye(3)[None], 2, rng=0)
    assert capsys.readouterr().err == ""
