"""Triangle meshes: Hodge stars, Laplace spectra, certified counts of eigenvalues, Hodge decomposition."""
