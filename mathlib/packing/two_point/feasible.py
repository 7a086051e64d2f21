r"""From an optimal dual solution to a function that proves the bound with room to spare.

The optimal f touches zero at the nodes, and a rounded copy of it would cross. So f and g, the transform of
f, are asked to stay away from zero. As functions of t = 2 pi |x|^2, with t_1 replaced by T (t_1 rounded up)
and with h_i = eps / (M a_i),

    f(t_i) = -h_i,   g(t_i) = h_i       for all i,
    f'(t_i) = g'(t_i) = 0               for i >= 2,
    g'(T) = 0,   g(0) = 1,

4M equations for the 4M coefficients c_k of f = sum c_k L_k(t) e^{-t/2}; g has the coefficients (-1)^k c_k. By
the dual identity the bound rises by the factor 1 + 2 eps exactly, apart from the rounding of T.

(Zero slopes are asked of f and g themselves. Asked of the polynomials f e^{t/2} and g e^{t/2} they would tilt
f by h_i/2, and where f is hardly larger than its slack, at the last nodes, it would cross zero.)

The system falls apart. In the even part E = (f + g)/2 and the odd part O = (f - g)/2 it reads E = 0, O = -h_i
at the nodes, E' = O' = 0 at the nodes but the first; this leaves one degree of freedom in each part, which
the last two equations, E'(T) = O'(T) and E(0) - O(0) = 1, determine.
"""

from fractions import Fraction

from flint import arb, arb_mat, ctx

from mathlib.packing.two_point.dual_in_balls import laguerre_values, values_at_zero

__all__ = ["feasible_function"]


def feasible_function(n, nodes, weights, digits):
    """Return T and the coefficients c_0, ..., c_{4M-1} of a strictly feasible f, as Fractions.

    Parameters
    ----------
    n : int
        The dimension.
    nodes, weights : lists of M exact arb
        A solution of the dual system, from `refine`, to at least twice `digits` digits.
    digits : int
        eps = 10^{-digits}: the bound of the function exceeds the optimum by 2 eps, relatively.

    Returns
    -------
    T : Fraction
        The squared radius times 2 pi, with a power of two as denominator.
    coefficients : list of 4M Fraction
        All with one power of two as denominator.
    """
    size = len(nodes)
    bits = int(3.33 * digits) + 10
    with ctx.workprec(2 * bits + 100 + 6 * size):
        first = _round(nodes[0], bits) + Fraction(2, 2**bits)
        nodes = [arb(first.numerator) / first.denominator, *nodes[1:]]
        coefficients = _solve(n, nodes, weights, arb(10) ** -digits)
        return first, _round_all(n, coefficients, weights, bits)


def _solve(n, nodes, weights, eps):
    """The 4M coefficients, unrounded: two systems of size 2M with two right-hand sides each."""
    size = len(nodes)
    degree = 4 * size - 1
    at_zero = values_at_zero(n, degree)
    scale = [1 / value.sqrt() for value in at_zero]
    table = [laguerre_values(n, degree, t) for t in nodes]
    slacks = [-eps / (size * a) for a in weights]
    # Columns of the solutions: [nodes' slack, free part]; the free part has slope 1 at T.
    odd, even = range(1, degree + 1, 2), range(0, degree, 2)
    bent, free_odd = _part(odd, table, scale, slacks)
    _, free_even = _part(even, table, scale, [arb(0)] * size)
    # O = bent + x free_odd and E = y free_even with E'(T) = O'(T), that is x = y, and E(0) - O(0) = 1.
    value_bent = sum(c * at_zero[k] for c, k in zip(bent, odd, strict=True))
    value_odd = sum(c * at_zero[k] for c, k in zip(free_odd, odd, strict=True))
    value_even = sum(c * at_zero[k] for c, k in zip(free_even, even, strict=True))
    x = (1 + value_bent) / (value_even - value_odd)
    coefficients = [arb(0)] * (degree + 1)
    for k, b, c in zip(odd, bent, free_odd, strict=True):
        coefficients[k] = (b + x * c).mid()
    for k, c in zip(even, free_even, strict=True):
        coefficients[k] = (x * c).mid()
    return coefficients


def _part(indices, table, scale, slacks):
    """The combinations of L_k, k in indices, with (slacks; slope 0 at T) and with (0; slope 1 at T).

    Both have slope 0 at the other nodes.
    """
    rows = [[(values[k] * scale[k]).mid() for k in indices] for values, _ in table]
    rows += [[((d[k] - v[k] / 2) * scale[k]).mid() for k in indices] for v, d in table]
    size = len(table)
    right = [[slack.mid(), 0] for slack in slacks] + [[0, 1]] + [[0, 0]] * (size - 1)
    solution = arb_mat(rows).solve(arb_mat(right), algorithm="approx")
    first = [(solution[j, 0] * scale[k]).mid() for j, k in enumerate(indices)]
    second = [(solution[j, 1] * scale[k]).mid() for j, k in enumerate(indices)]
    return first, second


def _round_all(n, coefficients, weights, bits):
    """Round to multiples of a power of two so small that the slack at every node survives.

    |L_k(t)| e^{-t/2} <= L_k(0) for all t >= 0 and n >= 2, so an error of 2^-b in each of 4M coefficients
    moves f by at most 4M L_{4M-1}(0) 2^-b.
    """
    count = len(coefficients)
    largest_weight = max(weights, key=float)
    growth = values_at_zero(n, count)[-1] * count * count * largest_weight
    extra = int((growth.log() / arb(2).log()).mid().floor().unique_fmpz())
    return [_round(c, bits + extra + 10) for c in coefficients]


def _round(x, bits):
    """The multiple of 2^-bits next to x."""
    scaled = (x * arb(2) ** bits).mid() + arb(0.5)
    return Fraction(int(scaled.mid().floor().unique_fmpz()), 2**bits)
