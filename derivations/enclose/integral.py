"""Integrals over the real line and expectations, enclosed: the tails are bounded, the rest is `acb.integral`.

An integrand is a Gaussian weight N(x; m, s^2) times a factor f.  Polynomial f: exact cubature.  Otherwise,
with x = m + s y, the part |y| <= R is integrated by adaptive Gauss-Legendre quadrature with proven error
(Johansson 2018), and beyond R a polynomial majorant of |f| is integrated in closed form by incomplete
gamma functions.
"""

import flint
from flint import acb, acb_series, arb
from sympy import Add, Derivative, Mul, expand, log

from derivations.enclose.cubature import degree, polynomial_mean
from derivations.enclose.growth import growth, tail
from derivations.language.normal import NormalDensity, UniformDensity
from derivations.language.word import depends


def mean(balls, integrand, density, variable):
    """E[integrand] when `variable` has the law `density`."""
    if isinstance(density, NormalDensity) and density.x == variable:
        return _gaussian_mean(balls, integrand, density, variable)
    if isinstance(density, UniformDensity) and density.x == variable:
        return _over(balls, integrand, variable, acb(0), acb(1))
    if type(density).__name__ == "Product":
        return _product_mean(balls, integrand, density, variable)
    return integral(balls, integrand * density, variable)


def integral(balls, integrand, variable):
    """The integral of `integrand` over the real line; every term must carry a Gaussian weight in `variable`."""
    from derivations.enclose.balls import Unevaluable

    if not depends(integrand, variable):
        raise Unevaluable("the integral of a constant over the real line")
    weights = [f for f in Mul.make_args(integrand) if _is_weight(f, variable)]
    if weights:
        rest = Mul(*(f for f in Mul.make_args(integrand) if f is not weights[0]))
        return mean(balls, rest, weights[0], variable)
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


def _is_weight(factor, variable):
    if isinstance(factor, UniformDensity):
        return factor.x == variable
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
    if isinstance(mu, acb_series) or isinstance(sigma, acb_series):
        from derivations.enclose.balls import Unevaluable

        raise Unevaluable("the derivative of an integral that is not polynomial")
    majorant = growth(integrand, variable, balls, mu, sigma)
    bits = flint.ctx.prec
    radius = arb(2 * bits * 0.7 + 8 * len(majorant)).sqrt().ceil() + 2
    root = (2 * arb.pi()).sqrt()

    def f(y, analytic):
        inner = balls.inside_integral({variable: mu + sigma * y}, analytic)
        return inner(integrand) * (-y * y / 2).exp() / root

    inside = acb.integral(f, -acb(radius), acb(radius), rel_tol=arb(2) ** (8 - bits), abs_tol=arb(2) ** (-bits))
    return inside + acb(arb(0, tail(majorant, radius).upper()))


def _over(balls, integrand, variable, low, high):
    def f(u, analytic):
        return balls.inside_integral({variable: u}, analytic)(integrand)

    return acb.integral(f, low, high)


def _product_mean(balls, integrand, density, variable):
    """Under independent coordinates: iterated exact cubature, for integrands polynomial in each."""
    from derivations.enclose.balls import Unevaluable

    (index, low, high), = density.limits
    n = degree(integrand, variable)
    if n is None or not isinstance(density.function, NormalDensity):
        raise Unevaluable("a mean over several coordinates of a function that is not polynomial")
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
