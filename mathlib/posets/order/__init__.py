"""Finite posets: the class, the known families, and a form that isomorphic posets share."""
