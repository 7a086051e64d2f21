"""Orthonormal bases: of polynomials in one and in several variables, and on finite sets of candidates."""
