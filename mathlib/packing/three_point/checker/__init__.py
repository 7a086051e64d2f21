"""What verifies a three-point certificate; it shares no code with the solver."""
