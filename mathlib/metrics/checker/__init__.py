"""Checkers of this topic's certificates, written from the theorems; no solver is imported here."""
