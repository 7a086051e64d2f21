"""Logical queries over graded relations, and bilinear models in which relations compose."""
