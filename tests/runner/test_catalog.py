"""Names select what a user means, and what cannot be served is refused in one line."""

import pytest

from runner.catalog import find_notebooks, select, with_assignments, with_full_values
from runner.errors import UsageError


@pytest.fixture
def notebooks(bench):
    for name in ("jl/01_choose", "jl/02_even_faster", "posets/03_census", "dpp/01_jlike"):
        bench.write(name, "1", parameters="seed: int = 0\nn: int = 6  # elements")
    return find_notebooks(bench.notebooks)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], ["dpp/01_jlike", "jl/01_choose", "jl/02_even_faster", "posets/03_census"]),
        (["jl"], ["jl/01_choose", "jl/02_even_faster"]),
        (["posets/03"], ["posets/03_census"]),
        (["03_census"], ["posets/03_census"]),
        (["01"], ["dpp/01_jlike", "jl/01_choose"]),
        (["notebooks/jl/01_choose.ipynb"], ["jl/01_choose"]),
        (["*even*"], ["jl/02_even_faster"]),
        (["jl/", "posets"], ["jl/01_choose", "jl/02_even_faster", "posets/03_census"]),
    ],
)
def test_words_select(notebooks, words, names):
    assert [n.name for n in select(notebooks, words)] == names


@pytest.mark.parametrize("word", ["jll", "posets/04", "", "/"])
def test_an_unknown_name_is_refused(notebooks, word):
    with pytest.raises(UsageError, match="no notebook matches"):
        select(notebooks, [word])


def test_overrides_reach_the_notebooks_that_declare_them(notebooks, bench):
    bench.write("dpp/02_other", "1", parameters="m: int = 3")
    changed = {
        n.name: n.parameters for n in with_assignments(find_notebooks(bench.notebooks), ["seed=5", "m=4"])
    }
    assert changed["jl/01_choose"] == {"seed": 5, "n": 6}
    assert changed["dpp/02_other"] == {"m": 4}
    with pytest.raises(
        UsageError, match="no selected notebook declares a parameter 'sed'; did you mean 'seed'"
    ):
        with_assignments(notebooks, ["sed=5"])


def test_full_values_are_checked_against_the_declaration(notebooks, bench):
    table = bench.notebooks / "full.toml"
    table.write_text('["posets/03_census"]\nn = 9\n')
    full = {n.name: n for n in with_full_values(notebooks, table)}
    assert full["posets/03_census"].parameters == {"seed": 0, "n": 9}
    assert full["posets/03_census"].full
    for text in (
        '["posets/03_census"]\nk = 9',
        '["posets/03_census"]\nn = 9.5',
        '["posets/03_census"]\nn = "x"',
        "[",
    ):
        table.write_text(text)
        with pytest.raises(UsageError, match=r"full\.toml|parameter 'n'"):
            with_full_values(notebooks, table)


def test_a_full_table_that_names_no_notebook_is_refused(notebooks, bench):
    table = bench.notebooks / "full.toml"
    table.write_text('["posets/04_typo"]\nn = 9\n')
    with pytest.raises(UsageError, match="posets/04_typo"):
        with_full_values(notebooks, table, known=[n.name for n in notebooks])


def test_a_broken_notebook_is_named(bench):
    bench.write("jl/01_choose", "1")
    (bench.notebooks / "jl" / "02_broken.ipynb").write_text("{")
    with pytest.raises(UsageError, match="02_broken"):
        find_notebooks(bench.notebooks)


def test_two_parameter_cells_are_refused(bench):
    path = bench.write("jl/01_choose", "1", parameters="seed: int = 0")
    path.write_text(
        path.read_text().replace(
            '"metadata": {}, "execution_count"', '"metadata": {"tags": ["parameters"]}, "execution_count"'
        )
    )
    (book,) = find_notebooks(bench.notebooks)
    with pytest.raises(UsageError, match="2 cells are tagged"):
        _ = book.declared
