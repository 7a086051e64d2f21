"""Leverage scores and Lewis weights."""
