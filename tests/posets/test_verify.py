"""The independent checker: right files pass, every kind of damage is named, and it imports nothing heavy."""

import json
import subprocess
import sys

import pytest

from mathlib.posets import Embedding, fence, grid, hypercube_width
from mathlib.posets.verify import NotProved, check, main

HEAVY = ("numpy", "numba", "scipy", "pysat", "matplotlib", "mathlib.posets.poset", "mathlib.posets.embedding")


@pytest.fixture
def record():
    return json.loads(hypercube_width(fence(4)).embedding.to_json())


def test_a_right_file(tmp_path, capsys):
    embedding = hypercube_width(grid(3, 3)).embedding
    embedding.save(tmp_path / "grid.json")
    assert main([str(tmp_path / "grid.json")]) == 0
    printed = capsys.readouterr().out
    assert "a representation of a poset on 9 elements" in printed
    assert f"hence h* <= {embedding.height}" in printed
    assert f"hence dim2 <= {embedding.width}" in printed


def test_it_imports_only_the_standard_library(tmp_path):
    hypercube_width(fence(4)).embedding.save(tmp_path / "fence.json")
    program = (
        "import runpy, sys\n"
        f"sys.argv = ['verify', {str(tmp_path / 'fence.json')!r}]\n"
        "try:\n    runpy.run_module('mathlib.posets.verify', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end:\n    print('status', end.code)\n"
        f"print('heavy', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "status 0\nheavy []" in done.stdout


DAMAGE = {
    "field 'format'": lambda r: r.update(format="other"),
    "field 'version': only version 1": lambda r: r.update(version=2),
    "field 'version': only": lambda r: r.update(version=True),
    "field 'labels': is missing": lambda r: r.pop("labels"),
    "field 'labels': must be a list": lambda r: r.update(labels=4),
    "field 'labels': two elements": lambda r: r.update(labels=[0, 1, 2, 2]),
    "field 'labels', entry 1": lambda r: r["labels"].__setitem__(1, 1.5),
    "field 'covers', entry 0": lambda r: r["covers"].__setitem__(0, [0, 4]),
    "field 'covers', entry 1": lambda r: r["covers"].__setitem__(1, [True, 1]),
    "field 'covers', entry 2": lambda r: r["covers"].__setitem__(2, [0]),
    "field 'covers': the relations go in a circle": lambda r: r["covers"].append([1, 0]),
    "field 'sets': 3 sets for 4": lambda r: r["sets"].pop(),
    "field 'sets', the set of 2: must list": lambda r: r["sets"].__setitem__(2, "01"),
    "field 'sets', the set of 3: must list": lambda r: r["sets"].__setitem__(3, [[0]]),
    "field 'sets', the set of 1: lists": lambda r: r["sets"][1].append(r["sets"][1][0]),
    "field 'height': the file states 1, the sets have 2": lambda r: r.update(height=1),
    "field 'width': the file states 2, the sets have 3": lambda r: r.update(width=2),
    "x=0 lies below y=1, but": lambda r: r["sets"].__setitem__(1, []),
    "x=0 does not lie below y=1, but every": lambda r: r["covers"].remove([0, 1]),
}


@pytest.mark.parametrize("message", DAMAGE)
def test_damage_is_named(message, record):
    DAMAGE[message](record)
    with pytest.raises(NotProved) as error:
        check(json.dumps(record))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the file is not JSON"),
        ("[1]", "the file holds a JSON list"),
        ("[" * 100_000, "the file is not JSON"),
        ('{"height": 1, "height": 2}', "field 'height': is given twice"),
    ],
)
def test_what_is_no_record(text, message):
    with pytest.raises(NotProved, match=message):
        check(text)


def test_status_one_when_one_file_of_three_is_wrong(tmp_path, capsys, record):
    good, bad, none = (tmp_path / name for name in ("good.json", "bad.json", "none.json"))
    good.write_text(json.dumps(record))
    bad.write_text(json.dumps(record | {"height": 1}))
    assert main([str(good), str(bad), str(none)]) == 1
    printed = capsys.readouterr().out
    assert (printed.count(": proved"), printed.count("NOT PROVED")) == (1, 2)


def test_it_agrees_with_the_embedding_on_every_small_change(record):
    """Flip one membership at a time: both checkers must say the same."""
    embedding = Embedding.from_json(json.dumps(record))
    outcomes = set()
    for x in embedding.poset:
        for i in embedding.ground:
            changed = Embedding(embedding.poset, embedding.sets | {x: embedding.sets[x] ^ {i}})
            outcomes.add(
                (_accepts(changed.verify), _accepts(lambda changed=changed: check(changed.to_json())))
            )
    assert outcomes <= {(False, False), (True, True)}
    assert (False, False) in outcomes


def _accepts(action) -> bool:
    try:
        action()
    except ValueError:
        return False
    return True
