"""Kissing numbers and binary codes by Delsarte's linear programmes, with certificates."""
