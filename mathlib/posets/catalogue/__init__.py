"""All posets of a size: their list, a compiled search for h*, w* and dim2, and the census."""
