"""How many dimensions a map needs, how dense the fast one must be, and how often it fails."""
