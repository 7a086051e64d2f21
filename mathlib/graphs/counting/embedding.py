"""Random patterns as features of graphs, with the interface of scikit-learn."""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from mathlib.annotations import RNG
from mathlib.checks import check_integer, check_rng
from mathlib.graphs.counting.homomorphisms import hom_matrix
from mathlib.graphs.objects.graph import Graph, check_graphs

__all__ = ["HomomorphismEmbedding"]


class HomomorphismEmbedding(TransformerMixin, BaseEstimator):
    """Represent graphs by their numbers of homomorphisms from random patterns.

    Parameters
    ----------
    m : int
        The number of vertices of the patterns, from 1 to 12.
    count : int
        The number of patterns.
    random_state : None, int, or what `numpy.random.default_rng` takes

    Attributes
    ----------
    patterns_ : tuple of Graph
        Drawn from G(m, 1/2): each pair of vertices is an edge with probability 1/2.

    References
    ----------
    P. Welke, M. Thiessen, F. Jogl, T. Gaertner, Expectation-Complete Graph Representations with
    Homomorphisms, arXiv 2306.05838.

    Examples
    --------
    >>> from mathlib.graphs import cycle, path
    >>> HomomorphismEmbedding(3, 4, random_state=0).fit_transform([path(4), cycle(4)]).shape
    (2, 4)
    """

    def __init__(self, m: int = 5, count: int = 30, random_state: RNG = None):
        self.m = m
        self.count = count
        self.random_state = random_state

    def fit(self, X: Sequence[Graph] | None = None, y: object = None) -> "HomomorphismEmbedding":
        """Draw the patterns; nothing is learned from graphs.

        Parameters
        ----------
        X, y : object
            Not used.

        Returns
        -------
        HomomorphismEmbedding
        """
        m = check_integer("m", self.m, 1, 12, "the number of vertices of a pattern")
        count = check_integer("count", self.count, 1, 10**6, "the number of patterns")
        rng = check_rng(self.random_state, "random_state")
        pairs = [(i, j) for j in range(m) for i in range(j)]
        drawn = rng.integers(0, 2, size=(count, len(pairs)))
        self.patterns_ = tuple(
            Graph(m, [p for p, edge in zip(pairs, row, strict=True) if edge]) for row in drawn
        )
        return self

    def counts(self, X: Sequence[Graph]) -> np.ndarray:
        """Return the exact numbers of homomorphisms.

        Parameters
        ----------
        X : list of Graph

        Returns
        -------
        ndarray of shape (len(X), count)
            Integers, of Python where int64 is too small.
        """
        check_is_fitted(self)
        return hom_matrix(self.patterns_, check_graphs("X", X)).T

    def transform(self, X: Sequence[Graph]) -> np.ndarray:
        """Return the numbers of homomorphisms as doubles.

        Parameters
        ----------
        X : list of Graph

        Returns
        -------
        ndarray of shape (len(X), count)
            float64; `counts` does not round.
        """
        return self.counts(X).astype(np.float64)
