r"""Gaussian means of functions with corners, one smooth piece after the other.

The line is cut at the middles of the enclosures of the corners. Between a corner and its middle the integrand is one
of the two neighbouring pieces; there the other one may have been integrated, at a cost of at most the distance times
the size of both.
"""

import flint
from flint import acb, acb_poly, acb_series, arb, arb_poly
from sympy import Abs, Heaviside, Integer, Max, sign

from derivations.enclose import growth
from derivations.enclose.cubature import degree
from derivations.enclose.one_sided import written_out
from derivations.enclose.program import REAL, Function, real_part
from derivations.enclose.trapezoid import gauss
from derivations.language.laplace import LaplaceDensity
from derivations.language.word import Binder, depends

CORNERS = (Abs, Heaviside, sign)


def cornered_mean(balls, integrand, variable, mu, sigma):
    """E[integrand] under N(mu, sigma^2), as a real ball; None where no corner is seen, or their order is not certain."""
    from derivations.enclose.integral import bisect

    if not integrand.has(Abs, Heaviside, Max, sign, LaplaceDensity):
        return None
    integrand = written_out(integrand).replace(lambda n: isinstance(n, Max) and len(n.args) == 2, _as_size)
    found = [c for c in integrand.atoms(*CORNERS) if depends(c, variable)]
    if not found or any(degree(c.args[0], variable) != 1 for c in found):
        return None
    places = _places(balls, {c.args[0] for c in found}, variable, mu, sigma)
    if places is None:
        return None
    middles = [y.mid() for y in places]
    inside = [middles[0] - 1, *((y + z) / 2 for y, z in zip(middles, middles[1:])), middles[-1] + 1] if middles else [arb(0)]
    pieces = []
    for y in inside:
        at = balls.with_values({variable: acb(mu + sigma * y.mid())})
        smooth = integrand.replace(lambda n: n in found, lambda n: _smooth(n, at))
        kind = _Polynomial if smooth.has(Binder) else Function
        pieces.append(kind(balls, smooth, variable, mu, sigma))
    try:
        majorant = growth.add([f.growth() for f in pieces])
    except growth.NoMajorant:
        return None
    radius = arb(growth.radius_for(majorant, flint.ctx.prec)).max(2 + max((abs(y) for y in middles), default=arb(0)))
    ends = [-radius, *middles, radius]
    total = sum((bisect(f, *at, gauss) for f, at in zip(pieces, zip(ends, ends[1:]))), arb(0))
    error = growth.tail(majorant, radius)
    for y, before, after in zip(places, pieces, pieces[1:]):
        error += y.rad() * sum((abs(f([y], REAL)[0]) for f in (before, after)), arb(0))
    return total + arb(0, error.upper())


class _Polynomial:
    """A polynomial integrand with means inside it, which the walker expands, run as a `Function` is."""

    obstacle = ""

    def __init__(self, balls, expr, variable, mu, sigma):
        n = degree(expr, variable)
        self.polynomial = None
        if n is None:
            return
        value = balls.with_values({variable: acb_series([acb(mu), acb(sigma)], prec=n + 1)})(expr)
        coefficients = [value[k] for k in range(n + 1)] if isinstance(value, acb_series) else [value]
        self.polynomial = arb_poly([real_part(c, expr, balls) for c in coefficients])

    def __call__(self, points, mode):
        return [self.polynomial(y) if mode is REAL else acb_poly(self.polynomial)(y) for y in points]

    def growth(self):
        if self.polynomial is None:
            raise growth.NoMajorant("something that is no polynomial")
        return growth.of_polynomial(self.polynomial)

    def refuse_what_is_never_analytic(self):
        """A polynomial is analytic."""


def _as_size(maximum):
    u, v = maximum.args
    return (u + v + Abs(u - v)) / 2


def _places(balls, lines, variable, mu, sigma):
    """Where the affine functions vanish, in order, in units of sigma from mu; None where that is not certain.

    One that is seen to be constant vanishes nowhere, or everywhere: no corner either way.
    """
    places = []
    for u in lines:
        here, there = (balls.with_values({variable: acb(x)})(u).real for x in (mu, mu + sigma))
        if here.is_exact() and (there - here).is_zero():
            continue
        if (there - here).contains(0):
            return None
        places.append(-here / (there - here))
    places.sort(key=lambda y: float(y.mid()))
    distinct = [y for k, y in enumerate(places) if k == 0 or not y.overlaps(places[k - 1])]
    return distinct if len(distinct) == len(places) else None


def _smooth(node, at):
    """The corner as the smooth function that it is on one side."""
    positive = at(node.args[0]).real > 0
    if isinstance(node, Abs):
        return node.args[0] if positive else -node.args[0]
    if isinstance(node, sign):
        return Integer(1 if positive else -1)
    return Integer(1 if positive else 0)
