r"""Means under laws with exponential tails: Gumbel, standard exponential, Laplace.

Each is an integral over a finite stretch, by adaptive Gauss-Legendre quadrature with proven error, and two tails.
There the integrand is a sum of terms r(z) exp(c z) with |r(z)| <= sum_k c_k |z|^k exp(b |z|) (growth.py), and with
the rate a of what is left of the exponential

    integral_R^oo z^k exp(-a z) dz = Gamma(k + 1, a R) / a^(k + 1).

The Gumbel weight exp(-z - e^-z) is at most exp(-z) on the right. On the left, at z = -u with u >= L, convexity gives
e^u >= e^L (1 + u - L), so that it is at most exp(-e^L (1 - L)) exp(-(e^L - 1) u).
"""

from math import log

import flint
from flint import acb, arb
from sympy import Add, Dummy, Mul, exp, expand
from sympy import log as logarithm

from derivations.enclose.cubature import degree
from derivations.enclose.program import Function, real_part
from derivations.language.extreme import Gumbel
from derivations.language.word import depends


def gumbel_mean(balls, integrand, density, variable):
    """E[integrand] under a Gumbel law, as a real ball."""
    from derivations.enclose.integral import bisect

    mu, beta = (real_part(balls(p), p, balls) for p in (density.mu, density.beta))
    integrand = written_out(integrand)
    terms = [_Term(balls, t, variable, mu, beta) for t in _terms(integrand)]
    right = max(_reach(t.majorant, 1 - t.slope) for t in terms)
    left = log(0.7 * flint.ctx.prec + 60 + sum(abs(float(t.slope)) for t in terms))
    inside = bisect(Function(balls, integrand, variable, mu, beta), -arb(left), arb(right), lambda z: (-z - (-z).exp()).exp())
    e = arb(left).exp()
    tails = arb(0)
    for t in terms:
        tails += t.constant * beyond(t.majorant, 1 - t.slope, right)
        tails += t.constant * (-e * (1 - arb(left))).exp() * beyond(t.majorant, e - 1 + t.slope, left)
    return inside + arb(0, tails.upper())


def exponential_mean(balls, integrand, variable):
    """E[integrand] for t ~ Exp(1): t = e^-z with z of the standard Gumbel law."""
    z = Dummy("z", real=True)
    return gumbel_mean(balls, written_out(integrand).xreplace({variable: exp(-z)}), Gumbel(0, 1)(z), z)


def laplace_mean(balls, integrand, density, variable):
    """E[integrand] under a Laplace law, one side after the other."""
    from derivations.enclose.integral import bisect

    mu, scale = (real_part(balls(p), p, balls) for p in (density.mu, density.scale))
    integrand, total = written_out(integrand), arb(0)
    for side in (scale, -scale):
        f = Function(balls, integrand, variable, mu, side)
        majorant = f.growth()
        _refuse_squares(majorant)
        reach = _reach(majorant, arb(1))
        total += bisect(f, arb(0), arb(reach), lambda z: (-z).exp()) + arb(0, beyond(majorant, arb(1), reach))
    return total / 2


def beyond(majorant, rate, radius):
    """An upper bound of the integral of majorant(z) exp(-rate z) over z > radius; not finite if there is none."""
    rate, radius = arb(rate) - majorant.b, arb(radius)
    if not (rate > 0 and radius >= 1):
        return arb("inf")
    result = arb(0)
    for k, c in enumerate(majorant.coefficients):
        result += c * (rate * radius).gamma_upper(arb(k + 1)) / rate ** (k + 1)
    return result.upper()


def written_out(expr):
    """`expr` with the logarithms of densities written out."""
    return expr.replace(
        lambda n: isinstance(n, logarithm) and hasattr(n.args[0], "log_density"), lambda n: n.args[0].log_density()
    )


def _terms(expr):
    return Add.make_args(expand(expr, log=False, power_base=False, power_exp=False, deep=False))


class _Term:
    """One term of an integrand as r(z) constant exp(slope z), z = (x - mu) / beta, with the majorant of r."""

    def __init__(self, balls, term, variable, mu, beta):
        linear = [f for f in Mul.make_args(term) if isinstance(f, exp) and depends(f, variable) and degree(f.args[0], variable) == 1]
        rest = Mul(*(f for f in Mul.make_args(term) if f not in linear))
        at_mode, further = (
            sum((real_part(balls.with_values({variable: acb(x)})(f.args[0]), f, balls) for f in linear), arb(0))
            for x in (mu, mu + beta)
        )
        self.constant, self.slope = at_mode.exp(), further - at_mode
        self.majorant = Function(balls, rest, variable, mu, beta).growth()
        _refuse_squares(self.majorant)


def _refuse_squares(majorant):
    from derivations.enclose.balls import Unevaluable

    if not majorant.g.is_zero():
        raise Unevaluable("the integrand may grow faster than an exponential, and the weight falls no faster")


def _reach(majorant, rate):
    """A radius beyond which the tail is about 2^-bits. Nothing rests on it: `beyond` proves."""
    from derivations.enclose.balls import Unevaluable

    rate = float(rate - majorant.b)
    if not rate > 0:
        raise Unevaluable("the integrand may grow as fast as the weight falls")
    bits, sizes = flint.ctx.prec, [float(c.log()) if c > 0 else -1e9 for c in majorant.coefficients]
    radius = 1.0
    for _ in range(4):
        radius = max(1.0, (0.7 * bits + 2 + max(s + k * log(radius) for k, s in enumerate(sizes))) / rate)
    return radius
