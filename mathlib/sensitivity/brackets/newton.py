"""p >= 2: Newton's method on min ||L x||_p subject to <c, x> = 1, for many c at once.

With r = L x, weights W = |r|^(p-2) and H = L^T W L, the weighted least-squares problem has the solution

    x+ = H^-1 c / (c^T H^-1 c),    g = x+^T H x+ = 1 / (c^T H^-1 c).

The Newton step is x <- x + (x+ - x) / (p - 1), and it brings an upper bound with it: for any weights

    <c, x>^2 <= (c^T H^-1 c) x^T H x <= (c^T H^-1 c) ||W||_{p/(p-2)} ||L x||_p^2        (Cauchy, Hölder).

The lower bound is 1 / sum |r|^p. With f = sum |r|^p their ratio is (f / g)^(p/2), so the gap is known in each
step for nothing, and the certificate is evaluated only where it promises to be small enough.
"""

import numpy as np

from mathlib.sensitivity.brackets.kernel import newton_weights, solve_packed

__all__ = ["NewtonMethod"]

_FLOOR = 1e-14  # weight of a residual that is zero, where the largest weight is 1
_HALVINGS = 30


class NewtonMethod:
    """Steps for a batch; the history of each problem is its previous point and its objective there."""

    def __init__(self, problem, width):
        self.problem = problem
        self.W = np.empty((width, problem.n))
        self.before = np.empty((width, problem.r))
        self.height = np.full(width, np.inf)
        self.histories = self.before, self.height

    def restart(self, slots):
        """Forget the history of these problems: others take their places."""
        self.height[slots] = np.inf

    def step(self, C, X):
        """Advance X in place; return what `bounds` needs, and an estimate of the relative gap."""
        problem, p, count = self.problem, self.problem.p, len(C)
        R, W = X @ problem.L.T, self.W[:count]
        top, total = newton_weights(R, W, p, _FLOOR)
        self._shorten(X, R, W, top, total)
        H, (i, j) = problem.gram(W), problem.lower_pairs
        w = solve_packed(H, C, C[:, None])[:, 0]
        forms = np.einsum("bk,bk,bk->b", H, w[:, i], np.where(i == j, 1.0, 2.0) * w[:, j])
        across = np.einsum("ij,ij->i", C, w)
        plus = w / across[:, None]
        point = X.copy()
        with np.errstate(all="ignore"):
            gap = (p / 2) * np.log(top**2 * total * across**2 / forms)
        self.before[:count] = X
        X += (plus - X) / (p - 1)
        return (point, R, plus, total), np.where(gap > 0, gap, 0.0)

    def bounds(self, C, c_errors, state, chosen, deadline):
        """Certified lower and upper bounds of the chosen problems, with the points and the duals."""
        problem, p = self.problem, self.problem.p
        point, R, plus, total = (part[chosen] for part in state)
        W, Y = self.W[: len(state[0])][chosen], plus @ problem.L.T
        squares = np.einsum("ij,ij,ij->i", W, Y, Y)
        Y *= W
        # ||W||_s <= || |a|^(p-2) ||_s + floor ||1||_s with s = p / (p - 2).
        weight = total ** ((p - 2) / p) + 1.01 * _FLOOR * problem.n ** ((p - 2) / p)
        return problem.bounds(C[chosen], c_errors[chosen], point, R, Y, np.sqrt(squares * weight))

    def _shorten(self, X, R, W, top, total):
        """Halve the steps after which ||L x||_p has grown, until it has not."""
        count, p = len(X), self.problem.p
        height = top * total ** (1 / p)
        for _ in range(_HALVINGS):
            bad = np.flatnonzero(height > self.height[:count] * (1 + 1e-12))
            if not len(bad):
                break
            X[bad] = (X[bad] + self.before[bad]) / 2
            R[bad] = X[bad] @ self.problem.L.T
            weights = np.empty((len(bad), self.problem.n))
            top[bad], total[bad] = newton_weights(R[bad], weights, p, _FLOOR)
            W[bad], height[bad] = weights, top[bad] * total[bad] ** (1 / p)
        self.height[:count] = height
