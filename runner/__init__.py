"""Headless execution of the notebooks: parameters, cache, execution, records, report.

The runner knows notebooks, not mathematics: it never imports a topic of mathlib.
"""
