"""Smaller representations from given ones: the compression theorem, and a heuristic search."""
