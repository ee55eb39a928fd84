"""Polynomial majorants: how fast an integrand can grow, read off its expression.

With x = m + s y, `growth` gives numbers c_k >= 0 with |f(x)| <= sum_k c_k |y|^k for all real |y| >= 1.
"""

from flint import arb
from sympy import log

from derivations.enclose.positive import positive_form
from derivations.language.normal import NormalDensity
from derivations.language.word import depends


def growth(expr, variable, balls, mu, sigma):
    """Coefficients c_0, c_1, ... of the majorant. Raises `Unevaluable` where none is known."""
    from derivations.enclose.balls import Unevaluable

    def bound(e):
        if not depends(e, variable):
            return [abs(balls(e)).upper()]
        if e == variable:
            return [abs(mu).upper(), abs(sigma).upper()]
        if e.is_Add:
            return _add([bound(a) for a in e.args])
        if e.is_Mul:
            return _multiply(map(bound, _without_fraction(e)))
        if e.is_Pow and e.exp.is_Integer and e.exp > 0:
            return _multiply([bound(e.base)] * int(e.exp))
        if isinstance(e, NormalDensity):
            return [(1 / (abs(balls(e.sigma)) * (2 * arb.pi()).sqrt())).upper()]
        if isinstance(e, log):
            return _log_bound(e.args[0])
        if type(e).__name__ in ("Heaviside", "tanh", "sin", "cos", "erf"):
            return [arb(1)]
        raise Unevaluable(f"no bound on the growth of {e} in {variable}")

    def _log_bound(u):
        u = positive_form(u)
        if isinstance(u, NormalDensity):
            return bound(u.log_density())
        if u.is_Mul and all(a.is_positive for a in u.args):
            return _add([_log_bound(a) if depends(a, variable) else [abs(balls.log_of(a)).upper()] for a in u.args])
        if u.is_Pow and u.base.is_positive and not depends(u.exp, variable):
            return _multiply([[abs(balls(u.exp)).upper()], _log_bound(u.base)])
        if u.is_Add and all(a.is_positive for a in u.args):
            # max u_i <= u <= k max u_i, so |log u| <= log k + sum |log u_i|
            parts = [_log_bound(a) if depends(a, variable) else [abs(balls.log_of(a)).upper()] for a in u.args]
            return _add([[arb(len(u.args)).log().upper()], *parts])
        raise Unevaluable(f"no bound on the growth of log({u}) in {variable}")

    return bound(expr)


def _without_fraction(product):
    """The factors of a product, less a quotient a/(a + b + ...) of positive terms, which is at most 1."""
    factors = list(product.args)
    for factor in product.args:
        if factor.is_Pow and factor.exp == -1 and factor.base.is_Add and all(t.is_positive for t in factor.base.args):
            for other in factors:
                if other in factor.base.args:
                    factors.remove(factor)
                    factors.remove(other)
                    return factors
    return factors


def _add(parts):
    size = max(map(len, parts))
    return [sum((p[k] for p in parts if k < len(p)), arb(0)).upper() for k in range(size)]


def _multiply(parts):
    result = [arb(1)]
    for part in parts:
        longer = [arb(0)] * (len(result) + len(part) - 1)
        for i, a in enumerate(result):
            for j, b in enumerate(part):
                longer[i + j] += a * b
        result = [c.upper() for c in longer]
    return result


def tail(coefficients, radius):
    """The integral of sum c_k |y|^k phi(y) over |y| > radius: c_k 2^(k/2) / sqrt(pi) Gamma((k+1)/2, radius^2/2)."""
    result = arb(0)
    for k, c in enumerate(coefficients):
        upper = (radius**2 / 2).gamma_upper(arb(k + 1) / 2)
        result += c * arb(2) ** (arb(k) / 2) / arb.pi().sqrt() * upper
    return result
