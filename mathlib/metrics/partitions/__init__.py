"""Partitions of the square into fat polygons, and ultrametrics in the plane."""
