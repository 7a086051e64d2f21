"""The results folder: what is in it, when it is still true, and the tables made from it."""
