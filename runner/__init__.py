"""Headless execution of the notebooks, in rooms by what is handled; each imports only from those below it.

    command/     words of the command line, options, progress, what is printed
    report/      the site: content/ (what there is to show), render/ (how), pages/ (whole pages)
    cluster/     runs on dask.distributed
    local/       runs in processes here
    results/     store, key of a run, plan, tables
    notebooks/   catalogue, parameters, grids: a notebook as it stands on the disk

A *run* is one notebook with the values of its parameters. An *attempt* is one try at a run: one here, more on
a cluster whose workers die. A *record* says what became of a run, and is all that is believed later. The
runner knows notebooks, not mathematics: it never imports a topic of mathlib.
"""

import sys

# Importing papermill or nbconvert spends 1.1 s on compiling the grammar of web addresses for a validator that
# nobody calls here; without that package, which is optional, they do without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None: not to be imported
