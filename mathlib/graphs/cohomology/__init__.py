"""Simplicial complexes and sheaves on graphs: homology over the integers, harmonic extension."""
