"""The best critic under a gradient penalty: its slope is 1 only as the penalty grows without bound.

In one dimension, for any laws. The critic f of slope s gains E_data[f] - E_g[f], which by parts is the integral of
s (F_g - F_data), and pays lambda (s - 1)^2 wherever samples are penalised, with density r. At each point that is a parabola in
s. The penalty on the norm |s| leads to the same slope where F_g > F_data, and to its mirror image where F_g < F_data: delta is
F_g - F_data and rho the density r at the point, in the last two parts.
"""

from sympy import Abs, Eq, Integer, Le, Piecewise

from derivations.adversarial import laws, p_data, p_g, x
from derivations.claimfile import Parameter, Part
from derivations.conditions import ANY_FUNCTION, FINITE, POSITIVE, VANISHES_AT_ENDS
from derivations.derivation import start
from derivations.domains import AnyLaw, Positive, Real
from derivations.language import Antiderivative, ArgMax, DistributionFunction, E, Function, Int, LimitAtInfinity, positive, real
from derivations.language.density import Law
from derivations.rules import (
    absolute_value, cases, definition, integration_by_parts, limit_laws, linearity, pointwise_optimum, size_bound, stationary_point,
    sum_of_squares,
)  # fmt: skip

y, delta, t = real("y delta t")
lam, rho = positive("lambda rho")
r = Law("r")(x)
slope, u = Function("s"), Function("u")()
critic = Antiderivative(slope(y), x, y)

parameters = (
    *laws,
    Parameter(r, AnyLaw(), "the law of the points at which the slope is penalised", keyword="r"),
    Parameter(lam, Positive(), "weight of the penalty", keyword="lam"),
    Parameter(x, Real(), "the point at which the slope is asked"),
    Parameter(delta, Real(), "F_g - F_data at a point", optional=True),
    Parameter(rho, Positive(), "the density r at that point", optional=True),
    Parameter(t, Real(), "the slope of a critic at that point", optional=True),
)
conditions = (POSITIVE, FINITE, ANY_FUNCTION, VANISHES_AT_ENDS)
instance = {slope(x): slope(x), u: u}  # what is optimised over stays as it is


def F(density):
    """Its distribution function at x."""
    return DistributionFunction(density.xreplace({x: y}), x, y)


ahead = F(p_g) - F(p_data)
gain = E(critic, p_data, x) - E(critic, p_g, x)
penalty = E((slope(x) - 1) ** 2, r, x)
best = 1 + ahead / (2 * lam * r)


def at_the_point(value):
    """What a slope gains at the point, with the penalty on its norm."""
    return value * delta - lam * rho * (Abs(value) - 1) ** 2


most = Abs(delta) + delta**2 / (4 * lam * rho)
mirrored = Piecewise((1, delta >= 0), (-1, True)) + delta / (2 * lam * rho)

parts = (
    Part(
        Eq(ArgMax(gain - lam * penalty, slope(x)), best, evaluate=False),
        start(ArgMax(gain - lam * penalty, slope(x)))
        .by(integration_by_parts, ArgMax(Int(slope(x) * ahead, x) - lam * penalty, slope(x)))
        .by(definition(E), ArgMax(Int(slope(x) * ahead, x) - lam * Int((slope(x) - 1) ** 2 * r, x), slope(x)))
        .by(linearity, ArgMax(Int(slope(x) * ahead - lam * (slope(x) - 1) ** 2 * r, x), slope(x)))
        .by(pointwise_optimum(u), ArgMax(u * ahead - lam * (u - 1) ** 2 * r, u))
        .by(stationary_point(best), best),
        "The slope of the one best critic",
    ),
    Part(
        Eq(LimitAtInfinity(best, 1, lam), 1, evaluate=False),
        start(LimitAtInfinity(best, 1, lam)).by(limit_laws, Integer(1)),
        "It tends to 1 as the penalty grows",
    ),
    Part(
        Le(at_the_point(t), most, evaluate=False),
        start(at_the_point(t))
        .le(size_bound(t * delta), Abs(t * delta) - lam * rho * (Abs(t) - 1) ** 2)
        .by(absolute_value, most - lam * rho * (Abs(t) - 1 - Abs(delta) / (2 * lam * rho)) ** 2)
        .le(sum_of_squares, most),
        "With the norm penalised, no slope gains more",
    ),
    Part(
        Eq(at_the_point(mirrored), most, evaluate=False),
        start(at_the_point(mirrored)).by(cases(delta), most),
        "One of norm 1 + |F_g - F_data| / (2 lambda r) gains as much",
    ),
)
sources = ("sheet A 3.2f", "Gulrajani et al. 2017, equation (3), whose proposition 1 has the norm 1 without a penalty")
