"""1 <= p < 2: a smoothed primal-dual Newton method on min ||L x||_p subject to <c, x> = 1, in batches.

At the optimum the dual is y = |r|^(p-2) r with r = L x. Where r = 0 this has no derivative; it is smoothed,

    y (r^2 + mu^2)^((2-p)/2) = r,    L^T y = lambda c,

and linearised in r *and* y, far more stable than Newton's method for the smoothed objective alone. So did
Chan, Golub and Mulet (1999) for total variation, and Andersen, Christiansen, Conn and Overton (2000) for sums
of norms. The width mu shrinks after every full step; a step is halved while the smoothed norm would grow.

The lower bound is that of any x; y / lambda is feasible, and its q-norm the upper bound. For p = 1 the method
only leads near a vertex, and the simplex method (`vertex`) ends the work.
"""

import numpy as np

from mathlib.sensitivity.brackets.kernel import smoothed_steps, smoothed_weights, solve_packed
from mathlib.sensitivity.brackets.vertex import optimal_vertices

__all__ = ["SmoothedMethod"]

_HALVINGS = 10
_NEAR_A_VERTEX = 1e-2  # p = 1: the simplex method takes over at this gap


class SmoothedMethod:
    """Steps for a batch; the history of each problem is its dual and the width mu, unless it is fresh."""

    def __init__(self, problem, width):
        self.problem = problem
        shape = (width, problem.n)
        self.W, self.G, self.Y = np.empty(shape), np.empty(shape), np.zeros(shape)
        self.mu = np.zeros(width)
        self.fresh = np.ones(width, dtype=np.bool_)
        self.histories = self.Y, self.mu, self.fresh
        self.shrink = 0.4 if problem.p == 1 else 0.25

    def restart(self, slots):
        """Forget the history of these problems: others take their places."""
        self.fresh[slots] = True

    def step(self, C, X):
        """Advance X in place; return what `bounds` needs, and an estimate of the relative gap."""
        problem, p, count = self.problem, self.problem.p, len(C)
        R = X @ problem.L.T
        W, G, Y, mu, fresh = (a[:count] for a in (self.W, self.G, self.Y, self.mu, self.fresh))
        size = np.sqrt(np.einsum("ij,ij->i", R, R) / problem.n)
        mu[fresh] = size[fresh]
        np.maximum(mu, 1e-10 * size, out=mu)
        smooth, plain = smoothed_weights(R, Y, fresh, mu, W, G, p)
        rights = np.stack([C, -problem.transposed(G)], axis=1)
        w, v = solve_packed(problem.gram(W), C, rights).transpose(1, 0, 2)
        move = v - (np.einsum("ij,ij->i", C, v) / np.einsum("ij,ij->i", C, w))[:, None] * w
        change = move @ problem.L.T
        np.multiply(W, change, out=Y)
        Y += G
        point = X.copy()
        if p > 1:
            steps = smoothed_steps(R, change, mu, smooth, p, _HALVINGS)
            X += steps[:, None] * move
            mu[steps > 0.9] *= self.shrink
        else:
            X += move
            mu *= self.shrink
        fresh[:] = False
        gap = (smooth - plain) / plain
        if p == 1:
            gap[gap <= _NEAR_A_VERTEX] = 0.0
        return (point, R), gap

    def bounds(self, C, c_errors, state, chosen, deadline):
        """Certified lower and upper bounds of the chosen problems, with the points and the duals."""
        problem = self.problem
        point, R = (part[chosen] for part in state)
        C, c_errors, Y = C[chosen], c_errors[chosen], self.Y[: len(state[0])][chosen]
        if problem.p == 1:
            vertices, duals, _, found = optimal_vertices(
                problem.T, problem.ell, C, point, 50 * problem.r, deadline
            )
            point, Y = np.where(found[:, None], vertices, point), np.where(found[:, None], duals, Y)
            R = point @ problem.L.T
        return problem.bounds(C, c_errors, point, R, Y, problem.dual_norm(Y))
