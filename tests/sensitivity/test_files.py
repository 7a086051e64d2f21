"""Files of brackets: written and read without loss, proved from the file alone, refused when false."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from mathlib.errors import CertificateError
from mathlib.sensitivity import Sensitivities, sensitivities
from mathlib.verify import main as verify
from mathlib.verify import verify_file

HONEST = sensitivities(np.random.default_rng(5).standard_normal((12, 3)), 1.5, rows=[7, 2, 9], keep_dual=True)
DATA = HONEST.to_dict()


def written(tmp_path, data):
    path = tmp_path / "file.json"
    path.write_text(json.dumps(data))
    return path


@pytest.mark.parametrize("p", [1, 1.0001, 2, 4.5, 16])
@pytest.mark.parametrize("keep_dual", [False, True])
def test_what_is_loaded_is_what_was_saved(p, keep_dual, tmp_path, capsys):
    rng = np.random.default_rng(0)
    A = rng.standard_normal((20, 3)) * 10 ** rng.uniform(-90, 90, 20)[:, None]
    A[4], A[:, 1] = 0, A[:, 0] / 4
    result = sensitivities(A, p, rows=[0, 4, -1], keep_dual=keep_dual)
    result.save(tmp_path / "file.json")
    loaded = Sensitivities.load(tmp_path / "file.json")
    assert repr(loaded) == repr(result)
    for name in (
        "A",
        "rows",
        "lower",
        "upper",
        "pivot_rows",
        "pivot_columns",
        "values",
        "iterations",
        "columns",
    ):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(result, name))
    assert (loaded.p, loaded.tol, loaded.to_dict()) == (p, result.tol, loaded.to_dict())
    assert loaded.verify() == result.verify()
    assert verify([str(tmp_path / "file.json")]) == 0
    assert str(result.verify()) in capsys.readouterr().out


def test_loading_proves_nothing(tmp_path):
    path = written(tmp_path, {**DATA, "upper": DATA["lower"]})
    loaded = Sensitivities.load(path)
    with pytest.raises(CertificateError, match=r"row 7: .* <= upper"):
        loaded.verify()
    with pytest.raises(CertificateError, match=r"row 7: .* <= upper"):
        verify_file(path)


def changed(row, place, text):
    numbers = row.split(" ")
    return " ".join([*numbers[:place], text, *numbers[place + 1 :]])


def lies():
    """For each field, what somebody might write there though it is false or nothing of the kind."""
    rows = {"matrix": 12, "values": 3, "dual": 3}
    texts = (None, 3, "", "1", "1p", "0x1p0", "1.5p0", "2p0", "0p1", "-0p0", "1p9999", "1p-1075",
             "9007199254740993p0", "1p0 ", " 1p0", "1p0  1p0", "१p0", "nan", "1" * 10_000 + "p0")  # fmt: skip
    fields = {
        "kind": ("sensitivity", None, 3),
        "p": (*texts, "1p-1", "17p0", "5p-2", "1p1", "-3p-1"),
        "tol": (*texts, "1p0", "0p0" , "-1p-9"),
        "pivots": (None, [], [[0, 1]], DATA["pivots"] * 2, [[0, 0], [0, 1], [1, 2]], [[0, 0], [1, 0], [2, 2]],
                   [[0, 0, 0]] * 3, [["0", 0]] * 3, [[0, True], [1, 1], [2, 2]], [[-1, 0], [1, 1], [2, 2]],
                   [[12, 0], [1, 1], [2, 2]], [[0, 3], [1, 1], [2, 2]], [[0, 10**30], [1, 1], [2, 2]]),
        "rows": (None, [], [7, 2], [2, 7, 9], [7, 2, 12], [7, 2, -3], [7, 2, 9.0], [7, 2, True], [7, 2, 9, 9],
                 "729"),
        "iterations": (None, [], [1, 1], [1, 1, -1], [1, 1, 1.0], [1, 1, True], "111"),
        "lower": (*texts, DATA["upper"], changed(DATA["lower"], 1, "1p0"), changed(DATA["lower"], 2, "-1p0"),
                  changed(DATA["lower"], 0, "1p2000")),
        "upper": (*texts, DATA["lower"], changed(DATA["upper"], 1, "0p0"), changed(DATA["upper"], 2, "-1p0")),
    }  # fmt: skip
    for name, count in rows.items():
        own = DATA[name]
        fields[name] = (None, [], "1p0", own[:-1], [*own, own[0]], own[::-1], [own[0]] * count,
                        [None] * count, [*own[:-1], own[-1] + " 1p0"], [*own[:-1], own[-1].rsplit(" ", 1)[0]],
                        *([*own[1:], text] for text in texts))  # fmt: skip
    for name, values in fields.items():
        for number, value in enumerate(values):
            yield pytest.param(name, value, id=f"{name}-{number}")


@pytest.mark.parametrize(("name", "value"), list(lies()))
def test_a_field_that_is_not_what_it_should_be_is_refused(name, value, tmp_path):
    path = written(tmp_path, {**DATA, name: value})
    with pytest.raises(CertificateError) as caught:
        verify_file(path)
    assert len(str(caught.value)) < 250
    with pytest.raises(CertificateError):
        Sensitivities.load(path).verify()


@pytest.mark.parametrize("name", DATA)
def test_a_field_that_is_missing_is_named(name, tmp_path):
    path = written(tmp_path, {key: value for key, value in DATA.items() if key != name})
    with pytest.raises(CertificateError, match=f"field '?{name}'?"):
        verify_file(path)


@pytest.mark.parametrize("content", ["", "3", "[]", "null", '{"kind": []}', '{"kind": "sensitivities"}', "{"])
def test_what_is_no_certificate_is_refused(content, tmp_path):
    (tmp_path / "file.json").write_text(content)
    with pytest.raises(CertificateError, match=r"file\.json: "):
        Sensitivities.load(tmp_path / "file.json")


def test_a_matrix_of_other_numbers_is_refused(tmp_path):
    """Doubling a row of A changes its sensitivity, whatever else the file says."""
    other = replace(HONEST, A=HONEST.A * np.where(np.arange(12) == 7, 2.0, 1.0)[:, None])
    with pytest.raises(CertificateError, match="row 7"):
        verify_file(written(tmp_path, {**DATA, "matrix": other.to_dict()["matrix"]}))


def test_work_that_no_honest_file_asks_for_is_refused_at_once(tmp_path):
    size = 1100
    data = {**DATA, "matrix": [" ".join(["0p0"] * size)] * size, "pivots": [[k, k] for k in range(size)],
            "rows": [0], "iterations": [1], "lower": "1p-1", "upper": "1p-1",
            "values": [" ".join(["0p0"] * size)], "dual": [" ".join(["0p0"] * size)]}  # fmt: skip
    path, begun = written(tmp_path, data), time.process_time()
    with pytest.raises(CertificateError, match="rows of A times rank times brackets"):
        verify_file(path)
    assert time.process_time() - begun < 20


def test_files_are_of_a_size_that_can_be_read(tmp_path):
    A = np.random.default_rng(0).standard_normal((3000, 2))
    with pytest.raises(ValueError, match=r"at most 32 MiB; got .*sensitivities\(A, p, rows=\.\.\.\)"):
        sensitivities(A, 2).save(tmp_path / "file.json")
    assert not (tmp_path / "file.json").exists()
    result = sensitivities(A, 2, rows=range(560))
    with pytest.raises(ValueError, match="at most 32 MiB"):
        replace(result, dual=np.full((560, 3000), 0.1)).to_dict()
    with pytest.raises(ValueError, match="rows must have an entry for a file; got none"):
        sensitivities(np.eye(2), 2, rows=[]).to_dict()


def test_a_false_upper_end_is_not_saved(tmp_path):
    """Without the vectors y, saving has to find some that prove the upper ends."""
    false = replace(HONEST, dual=None, upper=HONEST.lower * (1 - 1e-9))
    with pytest.raises(CertificateError, match=r"row 7: .* <= upper"):
        false.save(tmp_path / "file.json")
