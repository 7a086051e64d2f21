"""Finite metric spaces."""
