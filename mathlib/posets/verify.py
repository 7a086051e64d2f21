"""Verify saved certificates: `python -m mathlib.posets.verify FILE ...`, the same as `mathlib.verify`."""

import sys

from mathlib.verify import main

if __name__ == "__main__":
    sys.exit(main(prog="python -m mathlib.posets.verify"))
