"""Space-filling curves: how far they go in a short time, proved, and how long they take to a neighbour."""
