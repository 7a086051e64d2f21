"""Bounds from pairs of balls (Cohn and Elkies), their certificates and two checkers."""
