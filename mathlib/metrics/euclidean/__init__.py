"""How much a finite metric space must be bent to lie in Euclidean space."""
