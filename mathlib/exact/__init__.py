"""Exact tools that several topics prove with: fractions and integers, nothing is rounded."""
