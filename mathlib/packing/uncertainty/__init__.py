"""The uncertainty principle of signs, bounded with certificates."""
