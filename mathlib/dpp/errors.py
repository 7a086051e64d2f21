"""The errors of this topic. All say what happened and what to do about it."""

__all__ = ["DegenerateGramError", "SamplingFailedError"]


class DegenerateGramError(ValueError):
    """The points do not determine the fit: the Gram matrix is singular, up to rounding.

    No coefficients come with it: numbers computed from such a matrix would be noise. Take more points,
    another design, or a smaller space.
    """


class SamplingFailedError(RuntimeError):
    """A sampler has used up the tries it was allowed and has no exact draw to give.

    It never returns the best it found instead: that would be a draw from another law.
    """
