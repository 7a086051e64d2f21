"""Functions to try, on the cube [-1, 1]^d, with what is known about them exactly."""
