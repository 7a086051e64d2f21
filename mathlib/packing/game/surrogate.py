r"""A model of the bound as a function of the formulation, learned from the evaluations so far.

A Gaussian process with a Matern 3/2 covariance (Rasmussen and Williams, Gaussian Processes for Machine
Learning, 2006): given the evaluations it predicts the bound of any other formulation as a normal variable.
`expected_improvement` is E max(best - y, 0) for y of that law (Mockus 1975; Jones, Schonlau and Welch,
Efficient Global Optimization of Expensive Black-Box Functions, Journal of Global Optimization 13, 1998).
"""

import warnings

import numpy as np
from scipy.stats import norm
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

__all__ = ["Surrogate"]


class Surrogate:
    """The model after some evaluations.

    Parameters
    ----------
    space : Space
        Whose `features` describe a formulation.
    specs : sequence of ThreePointSpec
    values : sequence of float
        Their bounds; infinite ones are allowed.

    Examples
    --------
    >>> from mathlib.packing.game.space import Space
    >>> space, rng = Space(4, most_variables=60), np.random.default_rng(0)
    >>> specs = [space.draw(rng) for _ in range(8)]
    >>> model = Surrogate(space, specs, [0.64 + 0.1 * (spec.R - 1.6) ** 2 for spec in specs])
    >>> mean, deviation = model.predict(specs[:1])
    >>> bool(abs(mean[0] - 0.64 - 0.1 * (specs[0].R - 1.6) ** 2) < 1e-3)
    True
    """

    def __init__(self, space, specs, values):
        self.space = space
        values = np.asarray(values, dtype=float)
        # The model should tell good formulations apart; of the bad half it needs to know only that it is bad.
        finite = values[np.isfinite(values)]
        least = finite.min() if finite.size else 0.0
        cap = least + 3 * (np.median(finite) - least) if len(finite) > 4 else finite.max(initial=0.0)
        capped = np.minimum(values, max(cap, least + 1e-9))
        self.best = float(capped.min())
        self.centre, self.spread = capped.mean(), max(capped.std(), 1e-9)
        kernel = ConstantKernel(1.0, (0.05, 20.0)) * Matern(1.0, (0.2, 10.0), nu=1.5)
        kernel += WhiteKernel(1e-3, (1e-6, 0.1))
        self.process = GaussianProcessRegressor(kernel)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a scale at the end of its range will do
            self.process.fit(self._features(specs), (capped - self.centre) / self.spread)

    def _features(self, specs):
        return np.array([self.space.features(spec) for spec in specs])

    def predict(self, specs):
        """Mean and standard deviation of the bounds of some formulations, as two arrays."""
        mean, deviation = self.process.predict(self._features(specs), return_std=True)
        return self.centre + self.spread * mean, self.spread * deviation

    def expected_improvement(self, specs) -> np.ndarray:
        """E max(best - y, 0) for each formulation, in the unit of the bound."""
        mean, deviation = self.predict(specs)
        deviation = np.maximum(deviation, 1e-12)
        z = (self.best - mean) / deviation
        return (self.best - mean) * norm.cdf(z) + deviation * norm.pdf(z)
