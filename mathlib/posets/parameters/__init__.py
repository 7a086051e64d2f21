"""h*, w*, the 2-dimension and the order dimension of one poset: bounds, SAT, and how they are joined."""
