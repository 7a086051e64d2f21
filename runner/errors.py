"""The one error of the command line."""


class UsageError(Exception):
    """A request that cannot be served; its text is one line, the exit status is 2."""
