"""Jupyter's kernel, which here keeps every output until it is read.

The socket for outputs drops whatever comes while 1000 messages wait, the one that ends a cell among them.
Here it has no such limit; the runner limits memory and output instead.

A kernel talks through sockets in a folder of its own. Besides, ipykernel listens on a port of 127.0.0.1,
where processes that a notebook has forked hand in what they print; it takes nothing without a secret that
only they know.
"""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # this folder, which holds nothing for a notebook

import zmq
from ipykernel.kernelapp import IPKernelApp


class PatientKernelApp(IPKernelApp):
    """The kernel with no limit to the messages that wait to be read."""

    def init_iopub(self, context: zmq.Context) -> None:
        context.setsockopt(zmq.SNDHWM, 0)
        super().init_iopub(context)


if __name__ == "__main__":
    PatientKernelApp.launch_instance()
