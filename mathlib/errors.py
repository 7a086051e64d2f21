"""The errors that several topics raise.

Bad input is a plain ValueError (or TypeError) whose text says what was given, what is allowed and what to do.
An error that only one topic knows stands in that topic.
"""

__all__ = ["CertificateError"]


class CertificateError(ValueError):
    """A certificate does not prove what it states.

    Raised by `.verify()` of a result and by the loaders of certificates. The text names the violated
    inequality, with both of its sides. A caller who sees this error knows nothing about the claim: it may
    still be true, but not for the reason given.

    >>> raise CertificateError("row 3: 7 <= 5 does not hold")
    Traceback (most recent call last):
        ...
    mathlib.errors.CertificateError: row 3: 7 <= 5 does not hold
    """
