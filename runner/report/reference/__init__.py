"""The reference pages: what is public, from its docstring, where it is used, and indexes of all of it."""
