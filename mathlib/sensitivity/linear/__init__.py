"""A basis of the column space, made of rows of the matrix, with bounds for its rounding errors."""
