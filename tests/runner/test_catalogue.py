"""Names select what a user means, and what cannot be served is refused in one line."""

import pytest

from runner.errors import UsageError
from runner.notebooks.catalogue import find_notebooks, select, with_assignments
from runner.notebooks.topics import Topic, with_full_values


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
    table = bench.notebooks / "posets/full.toml"
    table.write_text("[03_census]\nn = 9\ntimeout = 30\nmemory = 1.5\n")
    full = {n.name: n for n in with_full_values(notebooks)}
    assert full["posets/03_census"].parameters == {"seed": 0, "n": 9}
    assert full["posets/03_census"].full
    assert full["posets/03_census"].limits == (30.0, 1.5)
    assert full["jl/01_choose"].limits == (None, None)
    for text in (
        "[03_census]\nk = 9",
        "[03_census]\nn = 9.5",
        '[03_census]\nn = "x"',
        "[03_census]\ntimeout = 0",
        "[03_census]\nmemory = true",
        "[",
    ):
        table.write_text(text)
        with pytest.raises(UsageError, match=r"full\.toml|parameter 'n'"):
            with_full_values(notebooks)


def test_a_full_table_that_names_no_notebook_is_refused(notebooks, bench):
    (bench.notebooks / "posets/full.toml").write_text("[04_typo]\nn = 9\n")
    with pytest.raises(UsageError, match="04_typo"):
        with_full_values(notebooks)


def test_a_parameter_called_like_a_limit_is_a_parameter(bench):
    bench.write("jl/01_choose", "1", parameters="timeout: float = 1.0")
    (bench.notebooks / "jl/full.toml").write_text("[01_choose]\ntimeout = 9.0\n")
    [full] = with_full_values(find_notebooks(bench.notebooks))
    assert (full.parameters, full.limits) == ({"timeout": 9.0}, (None, None))


def test_a_topic_is_called_as_its_file_says(tmp_path):
    assert Topic.read(tmp_path, "jl") == Topic(tmp_path.name, "jl")
    (tmp_path / "topic.toml").write_text('title = "A"\nsentence = "B."\norder = 3\nlevel = "C"')
    assert Topic.read(tmp_path, "jl") == Topic(tmp_path.name, "A", "B.", 3, "C")
    for text in ('titel = "A"', "order = 1.5", "["):
        (tmp_path / "topic.toml").write_text(text)
        with pytest.raises(UsageError, match=r"topic\.toml"):
            Topic.read(tmp_path, "jl")


def test_a_notebook_called_like_a_folder_of_notebooks_is_refused(bench):
    """Its result would lie in one folder with theirs, and replace them."""
    bench.write("t/a/b", "1")
    bench.run()
    before = (bench.output / "t/a/b/run.json").read_bytes()
    bench.write("t/a", "1")
    done = bench.run(status=2)
    assert "t/a.ipynb and the notebooks in the folder" in done.stderr
    assert "rename" in done.stderr
    assert (bench.output / "t/a/b/run.json").read_bytes() == before
    (bench.notebooks / "t/a.ipynb").rename(bench.notebooks / "t/c.ipynb")
    assert "up to date" in bench.run().stdout


def test_a_folder_of_data_may_be_called_like_a_notebook(bench):
    bench.write("t/a", "1")
    (bench.notebooks / "t/a").mkdir()
    (bench.notebooks / "t/a/data.csv").write_text("a,b")
    assert [n.name for n in find_notebooks(bench.notebooks)] == ["t/a"]


def test_a_broken_notebook_is_named(bench):
    bench.write("jl/01_choose", "1")
    (bench.notebooks / "jl" / "02_broken.ipynb").write_text("{")
    good, broken = find_notebooks(bench.notebooks)
    assert (good.problem, broken.name) == (None, "jl/02_broken")
    assert broken.problem.type == "UnreadableNotebook"


def test_two_parameter_cells_are_refused(bench):
    path = bench.write("jl/01_choose", "1", parameters="seed: int = 0")
    path.write_text(
        path.read_text().replace(
            '"metadata": {}, "execution_count"', '"metadata": {"tags": ["parameters"]}, "execution_count"'
        )
    )
    (book,) = find_notebooks(bench.notebooks)
    assert "2 cells are tagged" in book.problem.message
