"""Integrals over the real line and expectations, enclosed, tails included.

An integrand is a Gaussian weight N(x; m, s^2) times a factor f.  Polynomial f: exact cubature.  Otherwise,
with x = m + s y, the part |y| <= R is integrated by the trapezoid rule with proven error (trapezoid.py) or,
where a singularity is too near, by adaptive Gauss-Legendre quadrature with proven error (Johansson 2018);
beyond R a polynomial majorant of |f| is integrated in closed form by incomplete gamma functions.
"""

import flint
from flint import acb, arb
from sympy import Add, Derivative, Heaviside, Mul, expand, log

from derivations.enclose import trapezoid
from derivations.enclose.bits import bit_mean, bit_sum, bits_mean, is_over_bits
from derivations.enclose.corners import cornered_mean
from derivations.enclose.cubature import degree, polynomial_mean
from derivations.enclose.fusion import fused_mean
from derivations.enclose.gaps import gap_integral
from derivations.enclose.growth import radius_for, tail
from derivations.enclose.multivariate import multivariate_mean
from derivations.enclose.one_sided import exponential_mean, gumbel_mean, laplace_mean
from derivations.enclose.program import ANALYTIC, REAL, Function, real_part
from derivations.enclose.quantiles import in_normal_noise, with_distribution_functions
from derivations.language.bernoulli import BernoulliDensity
from derivations.language.extreme import ExponentialDensity, GumbelDensity
from derivations.language.integral import E, Int, Var
from derivations.language.laplace import LaplaceDensity
from derivations.language.maps import Antiderivative, DistributionFunction
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.noised import CleanGivenNoised
from derivations.language.normal import NormalDensity, UniformDensity, gaussian_power
from derivations.language.word import depends

MOST_COORDINATES = 4  # of a mean over several coordinates with such means inside it


def mean(balls, integrand, density, variable):
    """E[integrand] when `variable` has the law `density`."""
    if isinstance(integrand, Antiderivative):
        return integral(balls, added_by_slope(integrand, density, variable), integrand.bound)
    if isinstance(density, NormalDensity) and density.x == variable:
        return _gaussian_mean(balls, integrand, density, variable)
    if isinstance(density, MultivariateNormalDensity) and density.x == variable:
        return multivariate_mean(balls, integrand, density, variable)
    if isinstance(density, BernoulliDensity) and density.x == variable:
        return bit_mean(balls, integrand, density, variable)
    if type(density).__name__ == "Product" and isinstance(density.function, BernoulliDensity):
        return bits_mean(balls, integrand, density, variable)
    if isinstance(density, UniformDensity) and density.x == variable:
        normal = in_normal_noise(E(integrand, density, variable))
        return mean(balls, *normal.args) if normal.bound != variable else _over(balls, integrand, variable, arb(0), arb(1))
    if isinstance(density, GumbelDensity) and density.x == variable:
        return acb(gumbel_mean(balls, integrand, density, variable))
    if isinstance(density, LaplaceDensity) and density.x == variable:
        return acb(laplace_mean(balls, integrand, density, variable))
    if isinstance(density, ExponentialDensity) and density.x == variable:
        return acb(exponential_mean(balls, integrand, variable))
    if type(density).__name__ == "Product":
        return _product_mean(balls, integrand, density, variable)
    if isinstance(density, CleanGivenNoised):
        return balls(Int(integrand * density.definition(), variable))
    return integral(balls, integrand * density, variable)


def added_by_slope(critic, density, variable):
    """What the slope at a point adds to a critic's mean: P(x > point) on the right of 0, -P(x < point) on the left.

    The critic at x is the integral of its slope from 0 to x, so the slope at a point is added for all x beyond it (Fubini).
    """
    from derivations.enclose.balls import Unevaluable

    y = critic.bound
    if critic.point != variable or y == variable or depends(critic.function, variable):
        raise Unevaluable("the mean of a critic elsewhere than at the variable of the law")
    return critic.function * (Heaviside(y, 1) - DistributionFunction(density, y, variable))


def integral(balls, integrand, variable):
    """The integral of `integrand` over the real line; every term must carry a Gaussian weight in `variable`."""
    from derivations.enclose.balls import Unevaluable

    if integrand == 0:
        return acb(0)
    if not depends(integrand, variable):
        raise Unevaluable("the integral of a constant over the real line")
    integrand = with_distribution_functions(iterated(integrand), variable)
    if is_over_bits(integrand, variable):
        return bit_sum(balls, integrand, variable)
    gap = gap_integral(balls, integrand, variable)
    if gap is not None:
        return gap
    fused = fused_mean(balls, integrand, variable)
    if fused is not None:
        return fused
    for factor in Mul.make_args(integrand):
        base, k = factor.as_base_exp()
        if _is_weight(base, variable) and k.is_positive and (k == 1 or isinstance(base, NormalDensity)):
            weight, constant = gaussian_power(base, k) if k != 1 else (base, 1)
            rest = Mul(constant, *(f for f in Mul.make_args(integrand) if f is not factor))
            return mean(balls, rest, weight, variable)
    moved = [f for f in Mul.make_args(integrand) if _moved_weight(f, variable)]
    if moved:
        rest = Mul(*(f for f in Mul.make_args(integrand) if f is not moved[0]))
        weight, factor = _moved_weight(moved[0], variable)
        return mean(balls, rest * factor, weight, variable)
    terms = Add.make_args(expand(integrand, log=False, power_base=False, power_exp=False, deep=False))
    if len(terms) > 1:
        parts = [integral(balls, t, variable) for t in terms]
        return sum(parts[1:], parts[0])
    raise Unevaluable(f"no Gaussian weight in the integrand {integrand}")


def iterated(integrand):
    """An integrand that is itself an integral: what does not depend on its variable before it, and a Gaussian weight as its law."""
    if not isinstance(integrand, Int):
        return integrand
    y, factors = integrand.bound, Mul.make_args(integrand.integrand)
    inside = [f for f in factors if depends(f, y)]
    weights = [f for f in inside if isinstance(f, NormalDensity) and _is_weight(f, y)]
    if not weights:
        return integrand
    rest = Mul(*(f for f in inside if f is not weights[0]))
    return Mul(*(f for f in factors if not depends(f, y))) * E(rest, weights[0], y)


def _is_weight(factor, variable):
    if isinstance(factor, (UniformDensity, ExponentialDensity)):
        return factor.x == variable
    if isinstance(factor, (GumbelDensity, LaplaceDensity)):
        return factor.x == variable and not any(depends(a, variable) for a in factor.args[1:])
    return isinstance(factor, NormalDensity) and factor.x == variable and not depends(factor.mu + factor.sigma, variable)


def _moved_weight(factor, variable):
    """(w, r (log w)' + r') where `factor` is the derivative, in another variable, of r w with a Gaussian weight w."""
    if not isinstance(factor, Derivative) or variable in factor.variables or len(factor.variables) != 1:
        return None
    weights = [f for f in Mul.make_args(factor.expr) if isinstance(f, NormalDensity) and _is_weight(f, variable)]
    if not weights:
        return None
    rest = Mul(*(f for f in Mul.make_args(factor.expr) if f is not weights[0]))
    moving = factor.variables[0]
    return weights[0], rest * Derivative(log(weights[0]), moving) + Derivative(rest, moving)


def _gaussian_mean(balls, integrand, density, variable):
    mu, sigma = balls(density.mu), balls(density.sigma)
    n = degree(integrand, variable)
    if n is not None:
        return polynomial_mean(lambda x: balls.with_values({variable: x})(integrand), n, mu, sigma)
    mu, sigma = real_part(mu, density.mu, balls), real_part(sigma, density.sigma, balls)
    value = cornered_mean(balls, integrand, variable, mu, sigma)
    f = Function(balls, integrand, variable, mu, sigma)
    if value is not None:
        return _finite(value, f, integrand)
    majorant = f.growth()
    value = trapezoid.gaussian_mean(f, majorant)
    if value is None:
        value = _adaptive_mean(f, majorant)
    return _finite(value, f, integrand)


def _adaptive_mean(f, majorant):
    """The same by bisection, for integrands with singularities very near the real line."""
    radius = arb(radius_for(majorant, flint.ctx.prec))
    inside = bisect(f, -radius, radius, lambda y: (-y * y / 2).exp() / (2 * arb.pi()).sqrt())
    return inside + arb(0, tail(majorant, radius))


def _over(balls, integrand, variable, low, high):
    f = Function(balls, integrand, variable)
    return _finite(bisect(f, low, high, lambda u: 1), f, integrand)


def bisect(f, low, high, weight):
    """The integral of f times an entire weight from low to high, by `acb.integral`."""
    f.refuse_what_is_never_analytic()
    bits = flint.ctx.prec

    def g(y, analytic):
        value, = f([y], ANALYTIC) if analytic else f([y.real], REAL)
        return value * weight(y)

    limits = {"rel_tol": arb(2) ** (8 - bits), "abs_tol": arb(2) ** (-bits), "eval_limit": 10_000 + 100 * bits}
    return acb.integral(g, low, high, **limits).real


def _finite(value, f, integrand):
    from derivations.enclose.balls import Unevaluable

    if not value.is_finite():
        reason = f": {f.obstacle}" if f.obstacle else ""
        raise Unevaluable(f"the integral of {integrand} has no finite enclosure at this precision{reason}")
    return acb(value)


def _product_mean(balls, integrand, density, variable):
    """Under independent coordinates: iterated exact cubature, for integrands polynomial in each."""
    from derivations.enclose.balls import Unevaluable

    (index, low, high), = density.limits
    n = degree(integrand, variable)
    if n is None or not isinstance(density.function, NormalDensity):
        raise Unevaluable("a mean over several coordinates of a function that is not polynomial")
    if balls.whole(high) - balls.whole(low) >= MOST_COORDINATES and integrand.has(E, Var):
        raise Unevaluable(f"means inside a mean over more than {MOST_COORDINATES} coordinates")
    laws = []
    for k in range(balls.whole(low), balls.whole(high) + 1):
        at = balls.with_values({index: acb(k)})
        laws.append((k, at(density.function.mu), at(density.function.sigma)))

    def over(laws, point):
        if not laws:
            return balls.with_values({variable: dict(point)})(integrand)
        (k, mu, sigma), *rest = laws
        return polynomial_mean(lambda x: over(rest, {**point, k: x}), n, mu, sigma)

    return over(laws, {})
