"""How the tests are shared out among the workers of pytest-xdist (`make test` starts two)."""

import pytest


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items):
    """A file goes to one worker; the runner's tests, which start many processes, all go to the same one."""
    for item in items:
        if " at 0x" in item.nodeid:  # an address, which is another one in each worker
            raise pytest.UsageError(f"{item.nodeid}: name this case by `ids`, alike in all workers")
        path = item.path.relative_to(item.config.rootpath).as_posix()
        runs_processes = path.startswith("tests/runner/")
        item.add_marker(pytest.mark.xdist_group("runner" if runs_processes else path))
