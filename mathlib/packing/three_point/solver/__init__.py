"""What finds the functions of a three-point bound; no proof depends on it."""
