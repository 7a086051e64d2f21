"""Notebooks as they stand on the disk: which there are, what they declare, the values that runs give them."""
