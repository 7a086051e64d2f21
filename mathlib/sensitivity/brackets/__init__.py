"""Sensitivities and dual norms as certified brackets: the solvers, the certificate and its checker."""
