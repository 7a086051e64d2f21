"""`make lab` in a real browser: every notebook runs there, widgets move, and nobody else is asked."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import pytest

from tests.runner.conftest import cell, claim_cell
from tests.runner.fixtures.chromium import requests, start_chromium
from tools.tidy_notebooks import METADATA

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(p.relative_to(ROOT / "notebooks").as_posix() for p in ROOT.glob("notebooks/*/*.ipynb"))
AT_A_TIME = 2
SLIDER, MOVES = "posets/01_meet_the_embedding.ipynb", "crown"
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")

# In the page: `lab.start(path)` opens a notebook and calls Run All, `lab.finished(path)` says whether that
# is over, `lab.report(path)` gives each cell's tags, whether it was run, what failed, and whether it is seen.
HELPERS = """
window.lab = {
  widgets: {}, over: {},
  claim: 'application/vnd.mathlib.claim+json',
  async open(path) {
    const widget = await jupyterapp.commands.execute('docmanager:open', {path: path, factory: 'Notebook'});
    await widget.context.ready; await widget.sessionContext.ready; await widget.revealed;
    jupyterapp.shell.activateById(widget.id);
    lab.widgets[path] = widget;
    return widget;
  },
  async start(path) {
    const widget = await lab.open(path);
    if (jupyterapp.shell.currentWidget !== widget) throw Error(path + ' is not in front');
    const done = () => { lab.over[path] = true; };
    jupyterapp.commands.execute('notebook:run-all-cells').then(done, done);
  },
  finished(path) { return lab.over[path] === true; },
  report(path) {
    return lab.widgets[path].content.widgets.map(cell => {
      const model = cell.model, outputs = [];
      for (let i = 0; model.type === 'code' && i < model.outputs.length; i++)
        outputs.push(model.outputs.get(i));
      const errors = outputs.filter(o => o.type === 'error').map(o => o.toJSON().evalue);
      const claims = outputs.map(o => o.data ? o.data[lab.claim] : undefined).filter(c => c);
      return {tags: model.getMetadata('tags') || [], kind: model.type,
        ran: model.type !== 'code' || model.executionCount !== null, hidden: cell.isHidden, errors: errors,
        failed: claims.filter(c => !c.holds && c.kind !== 'timing').map(c => c.statement)};
    });
  },
  async show(path, index) {
    jupyterapp.shell.activateById(lab.widgets[path].id);
    await lab.widgets[path].content.scrollToItem(index, 'start');
    lab.shown = lab.widgets[path].content.widgets[index].node;
  },
  async close(path) {
    const widget = lab.widgets[path];
    widget.context.model.dirty = false;
    await widget.sessionContext.shutdown();
    widget.dispose();
  },
};
"""


class Lab:
    """The server that `make lab` starts on copies of the notebooks, and a browser that looks at it."""

    def __init__(self, folder: Path, browser) -> None:
        self.browser = browser
        self.elsewhere: set[str] = set()
        self.notebooks = folder / "notebooks"
        shutil.copytree(ROOT / "notebooks", self.notebooks)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        port = self.address.rpartition(":")[2]
        options = f"--no-browser --allow-root --ip=127.0.0.1 --port={port} --ServerApp.port_retries=0"
        options += " --IdentityProvider.token=open --LabApp.expose_app_in_browser=True"
        places = ("CONFIG_DIR", "RUNTIME_DIR", "LAB_SETTINGS_DIR", "LAB_WORKSPACES_DIR")
        own = {"JUPYTER" + ("" if p.startswith("LAB") else "_") + p: str(folder / p.lower()) for p in places}
        self.log = folder / "log"
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(
                ["make", "--silent", "lab", f"FOLDER={self.notebooks}", f"ARGS={options}"],
                cwd=ROOT,
                env=os.environ | own | {"IPYTHONDIR": str(folder / "ipython"), "OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.wait(self.answers, 120, "the server answers")
            browser.set_script_timeout(120)
            browser.set_window_size(1400, 1000)
            requests(browser)
            self.load()
        except BaseException:
            self.stop()
            raise

    def answers(self) -> bool:
        assert self.server.poll() is None, self.log.read_text()
        link = HTTPConnection(self.address, timeout=5)  # urllib would go through a proxy that is set
        try:
            link.request("GET", "/api")
            return link.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            link.close()

    def load(self) -> None:
        self.browser.get(f"http://{self.address}/lab?token=open&reset")
        self.wait(lambda: self.ask("return !!(window.jupyterapp && jupyterapp.shell)"), 60, "the page loads")
        self.browser.execute_script(HELPERS)
        self.do("jupyterapp.restored")

    def ask(self, script: str, *arguments):
        return self.browser.execute_script(script, *arguments)

    def do(self, promise: str, *arguments) -> None:
        """Wait for a promise of the page, and fail with its error."""
        names = ", ".join([*(f"a{i}" for i in range(len(arguments))), "end"])
        script = f"const [{names}] = arguments; {promise}.then(() => end(''), e => end(String(e)))"
        assert self.browser.execute_async_script(script, *arguments) == ""

    def wait(self, condition, seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s until {what}\n{self.log.read_text()}"
            time.sleep(0.1)

    def processes(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.server.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def look_around(self) -> None:
        """Note every connection of the server or a kernel, and every request of the page, to elsewhere."""
        for process in self.processes():
            try:
                links = process.net_connections(kind="inet")
            except psutil.Error:
                continue
            self.elsewhere |= {str(c.raddr.ip) for c in links if c.raddr and c.raddr.ip not in LOOPBACK}
        own = (f"http://{self.address}/", f"ws://{self.address}/", f"blob:http://{self.address}/", "data:")
        self.elsewhere |= {address for address in requests(self.browser) if not address.startswith(own)}

    def complaints(self) -> list[str]:
        """Dialogues and notifications that stand open, and errors in the browser's console."""
        shown = ".jp-Dialog, .Toastify__toast"
        texts = [element.text for element in self.browser.find_elements("css selector", shown)]
        severe = [e["message"] for e in self.browser.get_log("browser") if e["level"] == "SEVERE"]
        # The debugger's complaint when a kernel is shut down, as this test does to each.
        return texts + [message for message in severe if "Canceled future for debug_request" not in message]

    def stop(self) -> None:
        """End the server, which must take its kernels with it."""
        family = self.processes()
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGTERM)
        _, alive = psutil.wait_procs(family, timeout=60)
        for process in alive:
            process.kill()
        self.server.wait()
        assert alive == []


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    browser = start_chromium(tmp_path_factory.mktemp("profile"))
    try:
        lab = Lab(tmp_path_factory.mktemp("lab"), browser)
        yield lab
        lab.stop()
    finally:
        browser.quit()


def first(cells: list[dict], tag: str) -> int:
    return next(i for i, cell in enumerate(cells) if tag in cell["tags"])


def test_a_slider_moves_its_picture_and_a_solution_unfolds(lab):
    """With the menu, the keyboard and the mouse, as a reader does."""
    from selenium.webdriver.common.keys import Keys

    lab.do("lab.open(a0)", SLIDER)
    click = lab.browser.find_element
    click("xpath", "//*[@id='jp-MainMenu']//*[text()='Run']").click()
    click("xpath", "//*[contains(@class, 'lm-Menu')]//*[text()='Run All Cells']").click()
    lab.wait(
        lambda: all(cell["ran"] for cell in lab.ask("return lab.report(arguments[0])", SLIDER)), 120, "ran"
    )
    cells = lab.ask("return lab.report(arguments[0])", SLIDER)

    lab.do("lab.show(a0, a1)", SLIDER, first(cells, "interactive"))
    node = lab.ask("return lab.shown")
    lab.wait(lambda: MOVES in node.text, 60, "the widget has drawn its picture")
    handle, before = node.find_element("css selector", ".noUi-handle"), node.text
    picture = node.find_element("css selector", ".jp-OutputArea img").get_attribute("src")
    handle.send_keys(Keys.ARROW_RIGHT)
    now = lambda: node.find_element("css selector", ".jp-OutputArea img").get_attribute("src")  # noqa: E731
    lab.wait(lambda: now() != picture, 60, "the picture changes")
    assert node.text != before

    solution = first(cells, "solution")
    lab.do("lab.show(a0, a1)", SLIDER, solution)
    heading = lab.ask("return lab.shown")
    assert cells[solution + 1]["hidden"]
    heading.find_element("css selector", ".jp-showHiddenCellsButton").click()
    after = lab.ask("return lab.report(arguments[0])", SLIDER)
    assert not after[solution + 1]["hidden"]
    lab.do("lab.close(a0)", SLIDER)
    assert lab.complaints() == []


def run_all(lab: Lab, notebooks: list[str]) -> dict[str, list[str]]:
    """Run All in each notebook, two kernels at a time; what is wrong with those where something is."""
    waiting, running, problems = list(notebooks), {}, {}
    while waiting or running:
        while waiting and len(running) < AT_A_TIME:
            path = waiting.pop(0)
            lab.do("lab.start(a0)", path)
            running[path] = time.monotonic()
        lab.look_around()
        for path, since in list(running.items()):
            if lab.ask("return lab.finished(arguments[0])", path):
                found = inspect(lab, path)
                lab.do("lab.close(a0)", path)
            elif time.monotonic() - since > 300:
                found = ["did not end within 300 s"]
            else:
                continue
            del running[path]
            problems |= {path: found} if found else {}
        time.sleep(0.3)
    return problems


def test_every_notebook_runs_to_its_end_without_an_error(lab):
    assert NOTEBOOKS
    assert run_all(lab, NOTEBOOKS) == {}
    assert lab.elsewhere == set()


def test_what_goes_wrong_is_noticed(lab):
    """A cell that raises, a claim that fails, a solution that stands open, a picture from elsewhere."""
    picture = "from IPython.display import HTML\nHTML('<img src=\"http://example.org/a.png\">')"
    cells = [
        cell("from ipywidgets import interact\ninteract(lambda n: n, n=3);", tags=["interactive"], number=0),
        cell(claim_cell("two is one", holds="False"), number=1),
        cell(picture, number=2),
        cell("#### Solution", "markdown", ["solution"], number=3),
        cell("2", tags=["solution"], number=4),
        cell("1 / 0", number=5),
        cell("3", number=6),
    ]
    (lab.notebooks / "bad").mkdir()
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    (lab.notebooks / "bad/01_bad.ipynb").write_text(json.dumps(notebook))
    before = set(lab.elsewhere)
    [found] = run_all(lab, ["bad/01_bad.ipynb"]).values()
    lab.look_around()
    for problem in (
        "claim failed: two is one",
        "cell 4 is a solution that stands open",
        "cell 5: division by zero",
        "cell 6 was not run",
    ):
        assert problem in found
    assert lab.elsewhere - before == {"http://example.org/a.png"}


def inspect(lab: Lab, path: str) -> list[str]:
    """What is wrong with a notebook that has just been run."""
    cells = lab.ask("return lab.report(arguments[0])", path)
    found = []
    for number, shown in enumerate(cells):
        if shown["kind"] == "code" and not shown["ran"]:
            found.append(f"cell {number} was not run")
        if "raises-exception" not in shown["tags"]:
            found += [f"cell {number}: {error}" for error in shown["errors"]]
        found += [f"claim failed: {statement}" for statement in shown["failed"]]
        folded = "solution" in shown["tags"] and "solution" in cells[number - 1]["tags"]
        if shown["hidden"] != folded:
            found.append(f"cell {number} is {'hidden' if shown['hidden'] else 'a solution that stands open'}")
    lab.do("lab.show(a0, a1)", path, first(cells, "interactive"))
    node = lab.ask("return lab.shown")
    try:
        lab.wait(lambda: node.find_elements("css selector", ".jupyter-widgets .widget-label"), 30, "widgets")
    except AssertionError:
        found.append(f"its widgets do not show: {node.text[-200:]!r}")
    return found + lab.complaints()
