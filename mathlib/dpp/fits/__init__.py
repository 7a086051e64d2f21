"""From values at the points of a design to a function, its error and its Sobol' indices."""
