"""`python -m runner`: what run_all.py does, for a runner that pip has installed."""

import sys

from runner.command.line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
