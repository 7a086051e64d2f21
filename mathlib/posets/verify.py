"""The command of old for certificates of posets: `python -m mathlib.verify` under another name."""

import sys

from mathlib.verify import main

if __name__ == "__main__":
    sys.exit(main(prog="python -m mathlib.posets.verify"))
