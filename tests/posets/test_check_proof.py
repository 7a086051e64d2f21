"""Proofs by unit propagation: any lines at all, proofs of solvers, and what is none."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysat.solvers import Cadical195, Glucose4

from mathlib.errors import CertificateError
from mathlib.posets.certificates import check_proof as checker
from mathlib.posets.certificates.check_proof import check_proof, trim_proof
from tests.posets.propagation import refutes, refutes_plainly

literals = st.integers(1, 6).flatmap(lambda v: st.sampled_from([v, -v]))
formulas = st.lists(st.lists(literals, max_size=4), max_size=30)


@settings(max_examples=150, deadline=None)
@given(formulas, st.lists(st.lists(literals, max_size=3), max_size=8))
def test_any_lines_at_all(clauses, lines):
    """Whatever the lines: the verdict is that of the definition, and no formula with a model is refuted."""
    clauses.append([1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6])  # every variable occurs
    proof = [" ".join(map(str, [*line, 0])) for line in lines]
    assert refutes(clauses, proof) == refutes_plainly(clauses, proof)
    values = product((1, -1), repeat=6)
    if any(all(any(v[abs(x) - 1] * x > 0 for x in clause) for clause in clauses) for v in values):
        assert not refutes(clauses, proof)


@pytest.mark.parametrize("solver", [Cadical195, Glucose4])
def test_proofs_of_solvers(solver):
    rng = random.Random(7)
    refuted = 0
    for _ in range(30):
        clauses = [[rng.choice((1, -1)) * v for v in rng.sample(range(1, 31), 3)] for _ in range(150)]
        with solver(bootstrap_with=clauses, with_proof=True) as engine:
            if engine.solve():
                continue
            proof = [line for line in engine.get_proof() if not line.startswith("d")]
        refuted += 1
        check_proof(clauses, proof)
        short = trim_proof(clauses, proof)
        assert len(short) <= len(proof)
        check_proof(clauses, short)
    assert refuted >= 10  # three literals, five clauses a variable: most have no model


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        (("1 2",), "line 1 of the proof is no clause"),
        (("1 0", "x 0"), "line 2 of the proof is no clause"),
        (("0 1 0",), "no clause"),
        (("d 1 0",), "no clause"),
        (("1 0 ",), "no clause"),
        (("00",), "no clause"),
        ((" ".join(["1"] * 9 + ["12345678901 0"]),), "no clause"),
        (("٣ 0",), "no clause"),
        ((b"1 0",), "no clause"),
        ((5,), "no clause"),
        (("4 0",), "variable beyond the 3"),
        (("2 0",), "line 1 of the proof, '2 0', does not follow"),
        (("0",), "does not follow"),
        ((), "do not end in a contradiction"),
        (("1 2 3 0",), "do not end in a contradiction"),
    ],
)
def test_what_is_no_proof(proof, message):
    with pytest.raises(CertificateError, match=message):
        check_proof([[1, 2], [1, -2], [-1, 3]], proof)


def test_a_formula_that_propagation_refutes_needs_no_line():
    check_proof([[1], [-1]], ())
    check_proof([[]], ())
    check_proof([[1], [-1, 2], [-2]], ())


def hard(seed):
    """Clauses without a model, and a proof of some hundred lines."""
    rng = random.Random(seed)
    while True:
        clauses = [[rng.choice((1, -1)) * v for v in rng.sample(range(1, 61), 3)] for _ in range(300)]
        with Cadical195(bootstrap_with=clauses, with_proof=True) as engine:
            if not engine.solve():
                return clauses, [line for line in engine.get_proof() if not line.startswith("d")]


def test_a_check_in_many_parts_says_the_same(monkeypatch):
    clauses, proof = hard(0)
    whole = trim_proof(clauses, proof)
    assert 0 < len(whole) < len(proof)
    monkeypatch.setattr(checker, "_AT_ONCE", 50)
    seen = []
    assert trim_proof(clauses, proof, lambda: seen.append(1)) == whole
    assert len(seen) > 10
    wrong = [*proof[: len(proof) // 2], "0"]
    with pytest.raises(CertificateError, match=f"line {len(wrong)} of the proof"):
        check_proof(clauses, wrong)


def test_a_proof_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(checker, "_MOST_STEPS", 100)
    monkeypatch.setattr(checker, "_AT_ONCE", 10)
    with pytest.raises(CertificateError, match="more than 100 steps"):
        check_proof(*hard(0))


def test_a_pause_can_end_the_work(monkeypatch):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trim_proof(*hard(0), stop)
