r"""Gaussian means of functions with corners, one smooth piece after the other.

The line is cut at the middles of the enclosures of the corners. Between a corner and its middle the integrand is one
of the two neighbouring pieces; there the other one may have been integrated, at a cost of at most the distance times
the size of both.
"""

from flint import acb, arb
from sympy import Abs, Heaviside, Integer, Max, sign

from derivations.enclose.cubature import degree
from derivations.enclose.growth import radius_for, tail
from derivations.enclose.one_sided import written_out
from derivations.enclose.program import REAL, Function
from derivations.enclose.trapezoid import gauss
from derivations.language.word import depends

CORNERS = (Abs, Heaviside, sign)


def cornered_mean(balls, integrand, variable, mu, sigma, bits):
    """E[integrand] under N(mu, sigma^2), as a real ball; None where no corner is seen, or their order is not certain."""
    from derivations.enclose.integral import bisect

    integrand = written_out(integrand).replace(lambda n: isinstance(n, Max) and len(n.args) == 2, _as_size)
    found = [c for c in integrand.atoms(*CORNERS) if depends(c, variable)]
    if not found or any(degree(c.args[0], variable) != 1 for c in found):
        return None
    places = _places(balls, {c.args[0] for c in found}, variable, mu, sigma)
    if places is None:
        return None
    majorant = Function(balls, integrand, variable, mu, sigma).growth()
    radius = arb(radius_for(majorant, bits))
    inner = [y for y in places if abs(y.mid()) < radius]
    ends = [-radius, *(y.mid() for y in inner), radius]
    pieces = []
    for low, high in zip(ends, ends[1:]):
        at = balls.with_values({variable: acb(mu + sigma * ((low + high) / 2).mid())})
        piece = integrand.replace(lambda n: n in found, lambda n: _smooth(n, at))
        pieces.append(Function(balls, piece, variable, mu, sigma))
    total = sum((bisect(f, *at, gauss) for f, at in zip(pieces, zip(ends, ends[1:]))), arb(0))
    error = tail(majorant, radius)
    for y, before, after in zip(inner, pieces, pieces[1:]):
        error += y.rad() * sum((abs(f([y], REAL)[0]) for f in (before, after)), arb(0))
    return total + arb(0, error.upper())


def _as_size(*arguments):
    u, v = arguments
    return (u + v + Abs(u - v)) / 2


def _places(balls, lines, variable, mu, sigma):
    """Where the affine functions vanish, in order, in units of sigma from mu; None where that is not certain."""
    places = []
    for u in lines:
        here, there = (balls.with_values({variable: acb(x)})(u).real for x in (mu, mu + sigma))
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
