"""Pictures of which a page shows one at a time: what a run leaves, and what the page makes of it."""

import pytest

from runner.report.content.figures import read_frames
from runner.report.content.records import Damaged
from tests.runner.fixtures.site.sample import frames

EXPLORES = """
from mathlib.plotting import explore, new_axes, show

def draw(n=2):
    print('drawn', n)
    show(new_axes(figsize=(1, 1)), alt=f"Nothing, {n} times.")

explore(draw, n=range(1, 4))
"""


def test_what_a_notebook_leaves_is_read():
    found = read_frames(frames())
    assert (found.name, found.fixed, found.start) == ("n", ["seed = 0"], 1)
    assert [frame.value for frame in found.frames] == list("234567")


FIRST = frames()["frames"][0]


@pytest.mark.parametrize(
    "change",
    [
        {"name": 3},
        {"fixed": [3]},
        {"start": 6},
        {"start": -1},
        {"start": True},
        {"frames": []},
        {"frames": [FIRST] * 13},
        {"frames": [FIRST | {"png": "x"}] * 6},
        {"frames": [FIRST | {"png": 7}] * 6},
        {"frames": [FIRST | {"alt": None}] * 6},
        {"frames": [FIRST | {"width": "wide"}] * 6},
        {"frames": [7]},
        {"frames": None},
    ],
)
def test_what_is_damaged_is_refused(change):
    with pytest.raises(Damaged):
        read_frames(frames() | change)


@pytest.mark.parametrize("payload", [None, [], 7, {}])
def test_what_is_none_is_refused(payload):
    with pytest.raises(Damaged):
        read_frames(payload)


def test_a_run_for_the_site_draws_all_pictures_and_a_sweep_only_the_first(bench):
    bench.write("t/01", EXPLORES, parameters="seed: int = 0")
    bench.run()
    assert bench.outputs("t/01").split() == ["drawn", "1", "drawn", "2", "drawn", "3"]
    page = (bench.output / "t/01/index.html").read_text(encoding="utf-8")
    assert [page.count(f'aria-label="n = {n}"') for n in range(5)] == [0, 1, 1, 1, 0]
    assert page.count("checked>") == 1
    assert 'alt="Nothing, 2 times."' in page

    to_file = EXPLORES.replace("print('drawn', n)", "open('drawn', 'a').write(str(n))")
    bench.write("t/02", to_file, parameters="seed: int = 0")
    bench.run("sweep", "t/02", "--grid", "seed=0:2")
    assert (bench.notebooks / "t/drawn").read_text() == "22"
