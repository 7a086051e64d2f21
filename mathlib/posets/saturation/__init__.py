"""Families of sets without a copy of a poset that no further set can join."""
