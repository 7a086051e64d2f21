"""The process that executes one notebook and tells the runner what happens, as it happens.

Each notebook gets a fresh process, forked from a server that has papermill imported already. The output
notebook is no evidence of success (papermill marks the cell in which the kernel died as completed), so
what counts is the sequence of messages sent from here:

    ("cell", n)             code cell n of the notebook, counted from 1, begins
    ("claims", n, [...])    what it claimed
    ("recorded", n, [...])  pairs of a name and a value that it recorded
    ("done", n)             it ended without an error
    ("error", {...})        it did not, or the kernel died, or could not start
    ("end",)                nothing more to execute
"""

import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

import nbclient.client
import nbformat
import papermill.execute
import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.output_widget import OutputWidget
from papermill.clientwrap import PapermillNotebookClient
from papermill.translators import PythonTranslator, papermill_translators

from runner.local.processes import TAG
from runner.notebooks.catalogue import tagged
from runner.results.claims import CLAIM, RECORD, read_claim, read_record

FILES = "MATHLIB_RUN_FILES"  # in a kernel's environment: the folder whose files are kept with the result
# By its path, so that nothing in the notebook's folder is taken for a part of it.
KERNEL_PROGRAM = os.path.join(os.path.dirname(__file__), "ipykernel_patient.py")
KERNEL_OPTIONS = ["--InteractiveShellApp.exec_PYTHONSTARTUP=False", "--HistoryManager.enabled=False"]
MOST_OUTPUT = 2**30  # letters that the outputs of a run may have together
LONGEST_WAIT = 10**8  # seconds; the runner stops a run much earlier


def main(job: dict[str, Any], pipe: Connection) -> None:
    """Execute job["notebook"], the text of one, with job["parameters"]; results go to job["folder"]."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # so that kernels start with it as elsewhere
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    _prepare_environment(job)
    try:
        Execution(job, pipe).run()
        pipe.send(("end",))
    finally:
        pipe.close()
        os._exit(0)  # at once: sockets and threads of the kernel client have been seen to linger


def _prepare_environment(job: dict[str, Any]) -> None:
    """Keep a user's start-up files and settings out of the kernel."""
    os.environ.pop("PYTHONSTARTUP", None)
    os.environ.update(job["environment"])
    os.environ[TAG] = job["tag"]
    os.environ[FILES] = os.path.join(job["folder"], "files")
    os.environ["IPYTHONDIR"] = os.path.join(job["sockets"], "ipython")
    os.environ["JUPYTER_RUNTIME_DIR"] = job["sockets"]
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"


class SilentOutputWidget(OutputWidget):
    """An Output widget that shows what it is given and does not answer the kernel.

    The answer (the widget's outputs, which no kernel needs to hear) is sent past the event loop on the socket
    that a reply is awaited from, and can swallow the one signal that the reply has come: the notebook then
    stands still for ever.
    """

    def send(self, *_: Any, **__: Any) -> None:
        pass


nbclient.client.OutputWidget = SilentOutputWidget  # type: ignore[misc] # nbclient asks for no other
# papermill would fail on what a cell tagged `raises-exception` is meant to show; what fails is settled here.
papermill.execute.raise_for_execution_errors = lambda notebook, path: None


class Literals(PythonTranslator):
    """Parameters as the literals that they are; papermill turns tuples into text."""

    @classmethod
    def translate(cls, value: Any) -> str:
        return repr(value)


papermill_translators.register("python", Literals)


class PrivateKernelManager(AsyncKernelManager):
    """A kernel of this very Python, reached through sockets in a folder of its own.

    jupyter_client's default sockets lie in one shared place, where kernels started together collide.
    """

    folder: str

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.transport = "ipc"
        self.ip = os.path.join(self.folder, "k")
        self.connection_file = os.path.join(self.folder, "kernel.json")
        self.context.setsockopt(zmq.RCVHWM, 0)  # nothing that the kernel says is dropped, however much it is
        command = [sys.executable, KERNEL_PROGRAM, "-f", "{connection_file}", *KERNEL_OPTIONS]
        self._kernel_spec = KernelSpec(argv=command, language="python", display_name="Python 3")


class Execution:
    """One notebook on its way through papermill."""

    def __init__(self, job: dict[str, Any], pipe: Connection) -> None:
        self.job, self.pipe = job, pipe
        self.number = 0  # of the code cell at work, in the source notebook
        self.names: set[str] = set()  # under which something has been recorded
        self.failed = False
        self.output = 0  # letters of all outputs so far

    def run(self) -> None:
        manager = type("KernelManager", (PrivateKernelManager,), {"folder": self.job["sockets"]})
        output = os.path.join(self.job["folder"], "output.ipynb")
        try:
            self._limit_output()
            papermill.execute_notebook(
                self._source(),
                output.replace("{", "{{").replace("}", "}}"),  # papermill fills in {names} in paths
                parameters=self.job["parameters"],
                kernel_name="python3",
                progress_bar=False,
                cwd=self._working_folder(),
                start_timeout=120,
                iopub_timeout=LONGEST_WAIT,
                kernel_manager_class=manager,
                shutdown_kernel="immediate",
                record_timing=False,
                on_cell_start=self._counts,
                on_cell_execute=self._begins,
                on_cell_executed=self._executed,
            )
        except CellExecutionError as error:
            if not self.failed:
                self._report(type(error).__name__, str(error))
        except DeadKernelError:
            self._report("DeadKernelError", "the kernel died while this cell ran")
        except Exception as error:  # whatever else went wrong is this run's error, not the runner's
            message = str(error).strip() or "no message"
            if not self.number:
                message = f"the kernel did not start: {message}"
            self._report(type(error).__name__, message)

    def _source(self) -> nbformat.NotebookNode:
        notebook = nbformat.reads(self.job["notebook"], as_version=4)
        # papermill takes kernel and language from here; whatever a file says, it runs on this Python
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return notebook

    def _working_folder(self) -> str:
        """The notebook's own; on a machine that does not have it, the one for the run's files."""
        own = self.job["working_folder"]
        return own if os.path.isdir(own) else os.environ[FILES]

    def _limit_output(self) -> None:
        """Stop a run at once whose outputs grow without end, before they fill the memory."""
        process_message = PapermillNotebookClient.process_message

        def limited(client: PapermillNotebookClient, message: dict[str, Any], *rest: Any) -> Any:
            content = message["content"]
            shown = content.get("data", content) if isinstance(content, dict) else {}
            self.output += 100 + sum(len(text) for text in shown.values() if isinstance(text, str))
            if self.output > MOST_OUTPUT:
                self._report("OutputLimit", f"the outputs have more than {MOST_OUTPUT:,} letters")
                os._exit(1)
            return process_message(client, message, *rest)

        PapermillNotebookClient.process_message = limited

    def _counts(self, cell: nbformat.NotebookNode, **_: Any) -> None:
        self.number += cell.cell_type == "code" and not _injected(cell)

    def _begins(self, cell: nbformat.NotebookNode, **_: Any) -> None:
        self.pipe.send(("cell", self.number))

    def _executed(self, cell: nbformat.NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
        claims = [read_claim(payload) for payload in _payloads(cell, CLAIM)]
        self.pipe.send(("claims", self.number, [claim for claim in claims if claim]))
        if not all(claims):
            self._report("MalformedClaim", "an output marked as a claim is none; use mathlib.claim")
        self._take_records(cell)
        content = execute_reply["content"]
        leaving = any(part.get("source") == "ask_exit" for part in content.get("payload", []))
        if leaving:
            self._report("SystemExit", "the notebook called exit(), which ends its kernel", "", cell.source)
        elif content["status"] == "ok" or tagged(cell, "raises-exception"):
            if not _injected(cell):
                self.pipe.send(("done", self.number))
        else:
            self._report(
                content.get("ename", "Error"),
                content.get("evalue", ""),
                "\n".join(content.get("traceback", [])),
                cell.source,
            )

    def _take_records(self, cell: nbformat.NotebookNode) -> None:
        found = [read_record(payload) for payload in _payloads(cell, RECORD)]
        for pair in found:
            if pair is None:
                self._report("MalformedRecord", "an output marked as a record is none; use mathlib.record")
            elif pair[0] in self.names:
                self._report("RecordedTwice", f"{pair[0]!r} was recorded before: a table has one value a run")
            else:
                self.names.add(pair[0])
                self.pipe.send(("recorded", self.number, [pair]))

    def _report(self, kind: str, message: str, traceback: str = "", source: str = "") -> None:
        self.failed = True
        error = {
            "cell": self.number,
            "type": kind,
            "message": message,
            "traceback": traceback,
            "source": source,
        }
        self.pipe.send(("error", error))


def _payloads(cell: nbformat.NotebookNode, kind: str) -> list[Any]:
    return [output.data[kind] for output in cell.outputs if kind in output.get("data", {})]


def _injected(cell: nbformat.NotebookNode) -> bool:
    return tagged(cell, "injected-parameters")
