"""Bounds from triples of balls, their certificates, solver and checkers."""
