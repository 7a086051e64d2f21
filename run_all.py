#!/usr/bin/env python3
"""Run every notebook headless and gather its claims: `python run_all.py --help`."""

import os
import signal

if __name__ == "__main__":
    # Until the runner has taken over there is nothing to tidy up, so an interrupt ends this at once.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

    import sys
    import warnings

    # PYTHONSAFEPATH keeps this folder away; and what packages warn of is not for those who run notebooks.
    sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
    warnings.simplefilter("ignore")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")

    from runner.command.line import main

    sys.exit(main(sys.argv[1:]))
