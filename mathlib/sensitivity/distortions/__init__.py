"""How far a sample of rows is from keeping all norms."""
