"""Jupyter's kernel, which here keeps every output until it is read.

The socket for outputs drops whatever comes while 1000 messages wait, the one that ends a cell among them.
Here it has no such limit; the runner limits memory and output instead.

A kernel talks through sockets in a folder of its own. Besides, ipykernel listens on a port of 127.0.0.1,
where processes that a notebook has forked hand in what they print; it takes nothing without a secret that
only they know.
"""

import runpy
import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # this folder, which holds nothing for a notebook

import zmq
from ipykernel.kernelapp import IPKernelApp

_init_iopub = IPKernelApp.init_iopub


def init_iopub(self: IPKernelApp, context: zmq.Context) -> None:
    context.setsockopt(zmq.SNDHWM, 0)
    _init_iopub(self, context)


if __name__ == "__main__":
    IPKernelApp.init_iopub = init_iopub
    runpy.run_module("ipykernel_launcher", run_name="__main__")
