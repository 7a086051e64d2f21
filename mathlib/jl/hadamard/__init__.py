"""The Walsh-Hadamard transform: its definition in NumPy, and compiled code with the same results."""
