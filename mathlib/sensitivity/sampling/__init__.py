"""Samples of rows, and the total sensitivity from a few of them."""
