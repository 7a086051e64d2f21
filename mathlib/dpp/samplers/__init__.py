"""The designs: how they are drawn, by which scheme, and the exact constants of their laws."""
