"""Bounds on spherical codes."""
