"""Homomorphism counts, the list of small graphs, and which counts tell which graphs apart."""
