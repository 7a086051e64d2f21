"""The command line: its words, what it has done, and what it prints."""
