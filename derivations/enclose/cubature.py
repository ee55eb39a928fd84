"""Means of polynomials under Gaussian laws, exactly, by Gauss-Hermite cubature with enclosed nodes.

The rule with n nodes integrates polynomials of degree 2n - 1 without error. It works for balls, for power
series, and coordinate by coordinate for vectors; it shares nothing with the rule of Gaussian moments.
"""

from functools import lru_cache

import flint
from flint import acb, arb, fmpz_poly
from sympy import log

from derivations.language.multivariate import MultivariateNormalDensity, QuadraticForm
from derivations.language.normal import NormalDensity
from derivations.language.word import depends


@lru_cache(maxsize=256)
def _rule(n, bits):
    """Nodes and weights for the standard normal: roots of He_n, and n! / (n He_{n-1})^2."""
    t = fmpz_poly([0, 1])
    older, newer = fmpz_poly([1]), t
    for k in range(1, n):
        older, newer = newer, t * newer - k * older
    nodes = [root.real for root, _ in newer.complex_roots()] if n > 1 else [arb(0)]
    return [(x, arb.fac_ui(n) / (n * older(x)) ** 2) for x in nodes]


def hermite_rule(degree):
    """(node, weight) pairs of the rule that is exact up to `degree` under N(0, 1)."""
    return _rule(degree // 2 + 1, flint.ctx.prec)


def degree(expr, variable):
    """A bound on the degree of `expr` as a polynomial in the coordinates of `variable`; None if it is none."""
    if not depends(expr, variable):
        return 0
    if isinstance(expr, log):
        return _log_degree(expr.args[0], variable)
    if not expr.args or expr == variable:
        return 1
    if expr.is_Add:
        return _largest([degree(a, variable) for a in expr.args])
    if expr.is_Mul or type(expr).__name__ in ("MatMul",):
        parts = [degree(a, variable) for a in expr.args]
        return None if None in parts else sum(parts)
    if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
        base = degree(expr.base, variable)
        return None if base is None else base * int(expr.exp)
    if type(expr).__name__ in ("Indexed", "MatrixElement"):
        return 1
    if type(expr).__name__ in ("MatAdd",):
        return _largest([degree(a, variable) for a in expr.args])
    if isinstance(expr, QuadraticForm):
        return degree(expr.definition(), variable)
    if type(expr).__name__ in ("Transpose", "Trace"):
        return degree(expr.args[0], variable)
    if type(expr).__name__ == "Derivative":
        return degree(expr.expr, variable)
    if type(expr).__name__ == "E" and not depends(expr.density, variable):
        return degree(expr.integrand, variable)
    if type(expr).__name__ == "E" and isinstance(expr.density, NormalDensity) and not depends(expr.density.sigma, variable):
        here, bound, moved = degree(expr.integrand, variable), degree(expr.integrand, expr.bound), degree(expr.density.mu, variable)
        return None if None in (here, bound, moved) else here + bound * moved
    if type(expr).__name__ == "Var" and not depends(expr.density, variable):
        return degree(expr.definition(), variable)
    if type(expr).__name__ in ("Named", "ELBO", "KL"):
        return degree(expr.definition(), variable)
    if type(expr).__name__ == "DerivativeAt":
        outer, inner = degree(expr.function, expr.bound), degree(expr.point, variable)
        other = degree(expr.function, variable) if expr.bound != variable else 0
        return None if None in (outer, inner, other) else outer * inner + other
    if type(expr).__name__ == "Sum":
        return degree(expr.function, variable)
    return None


def _log_degree(u, variable):
    """The degree of log u, where u is a product of Gaussians."""
    if isinstance(u, (NormalDensity, MultivariateNormalDensity)):
        return degree(u.log_density(), variable)
    if u.is_Mul:
        return _largest([degree(log(a), variable) for a in u.args])
    if u.is_Pow and u.exp.is_Rational:
        return _log_degree(u.base, variable)
    if type(u).__name__ == "Product":
        return degree(log(u.function), variable)
    return None


def _largest(parts):
    return None if None in parts else max(parts)


def polynomial_mean(f, n, mu, sigma):
    """E f(x) for x ~ N(mu, sigma^2), f a polynomial of degree at most n; mu, sigma balls or series."""
    result = acb(0)
    for node, weight in hermite_rule(n):
        result = result + acb(weight) * f(mu + sigma * acb(node))
    return result
