"""Products of Gaussian densities, integrated over a variable on which they depend as Gaussians: one Gaussian and a factor.

N(x; m, t^2) N(y; x, s^2) as a function of x is exp(c0 + c1 x + c2 x^2). The exponent is evaluated at 0, 1 and -1, from
which the coefficients follow; so a power series, of a y that moves, goes through.
"""

from flint import acb
from sympy import Mul

from derivations.enclose.cubature import degree, polynomial_mean
from derivations.language.normal import NormalDensity
from derivations.language.word import depends


def fused_mean(balls, integrand, variable):
    """The integral of a polynomial times Gaussian densities; None where the integrand is no such product."""
    weights = [f for f in Mul.make_args(integrand) if _is_gaussian(f, variable)]
    rest = Mul(*(f for f in Mul.make_args(integrand) if f not in weights))
    n = degree(rest, variable)
    if len(weights) < 2 or n is None:
        return None

    def exponent(at):
        total = acb(0)
        for w in weights:
            total = total + balls.with_values({variable: acb(at)})(w.log_density())
        return total

    middle, right, left = exponent(0), exponent(1), exponent(-1)
    slope, curvature = (right - left) / 2, (right + left) / 2 - middle
    variance = -1 / (2 * curvature)
    factor = (middle + slope * slope * variance / 2).exp() * (2 * acb.pi() * variance).sqrt()
    return factor * polynomial_mean(lambda x: balls.with_values({variable: x})(rest), n, slope * variance, variance.sqrt())


def _is_gaussian(factor, variable):
    """Is it a Gaussian density whose exponent is quadratic in the variable?"""
    if not isinstance(factor, NormalDensity) or depends(factor.sigma, variable):
        return False
    return degree(factor.x - factor.mu, variable) == 1
