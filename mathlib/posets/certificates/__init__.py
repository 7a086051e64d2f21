"""What proves the value of a parameter, its file, and its check, which knows no solver."""
