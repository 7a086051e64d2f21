"""The site: a gallery and one page a notebook, static, offline and without any script."""
