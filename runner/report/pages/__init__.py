"""Whole pages: the gallery, one a notebook, and the one of the benchmarks."""
