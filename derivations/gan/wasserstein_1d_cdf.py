"""In one dimension the Wasserstein-1 distance is the area between the two distribution functions.

It is the least mean distance E|x - y| over all couplings: pairs x = X(w), y = Y(w) of maps of one noise w ~ r, where x has
the law of the data and y that of the generator. |x - y| is the length between x and y, so its mean is the integral over t of
the probability that exactly one of the two lies at or below t. That is at least the difference of the probabilities that x
does and that y does, which are the two distribution functions. The coupling x = F_data^-1(u), y = F_g^-1(u) with one uniform
u, which pairs the laws in their order, costs no more than that. The best 1-Lipschitz critic gains the same area: that is the
duality of Kantorovich and Rubinstein in one dimension.
"""

from sympy import Abs, Eq, Ge

from derivations.adversarial import laws, p_data, p_g, x
from derivations.claimfile import Parameter, Part
from derivations.conditions import FINITE, INVERTIBLE
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import (
    DistributionFunction, E, Function, Indicator, Int, InverseMap, Law, Normal, Probability, Uniform, Wasserstein, positive,
    real,
)  # fmt: skip
from derivations.rules import (
    fubini, half_line, least_over_couplings, length_between, linearity, mean_of_indicator, monotone_event, size_of_mean,
)  # fmt: skip

t, u, w, y, m1, m2 = real("t u w y m1 m2")
s1, s2 = positive("s1 s2")
uniform, noise = Uniform()(u), Law("r")(w)
X, Y = Function("X")(w), Function("Y")(w)

parameters = (
    *laws,
    Parameter(m1, Real(), "mean of x in another coupling: x = m1 + s1 w, y = m2 - s2 w with w ~ N(0, 1)", optional=True),
    Parameter(s1, Positive(), "standard deviation of that x", optional=True),
    Parameter(m2, Real(), "mean of that y", optional=True),
    Parameter(s2, Positive(), "standard deviation of that y", optional=True),
)
conditions = (FINITE, INVERTIBLE)
instance = {noise: Normal(0, 1)(w), X: m1 + s1 * w, Y: m2 - s2 * w}


def F(law, point):
    """The distribution function of a law."""
    return DistributionFunction(law, point, x)


def quantile(law):
    """F^-1(u)."""
    return InverseMap(F(law, y), u, y)


def apart(a, b):
    """1 where exactly one of two numbers lies at or below t, else 0."""
    return Abs(Indicator(a, t) - Indicator(b, t))


def between(a, b):
    """1 where u lies between two numbers, else 0."""
    return Abs(Indicator(u, a) - Indicator(u, b))


x_u, y_u = quantile(p_data), quantile(p_g)
distance = Wasserstein(p_data, p_g, x)
area = Int(Abs(F(p_data, t) - F(p_g, t)), t)
in_order = E(Abs(x_u - y_u), uniform, u)
of_coupling = E(Abs(X - Y), noise, w)
area_of_coupling = Int(Abs(Probability(X, t, noise, w) - Probability(Y, t, noise, w)), t)


def has_law(law):
    """P(F^-1(u) <= t) = F(t), from its left side."""
    below = Probability(quantile(law), t, uniform, u)
    return start(below).by(monotone_event, Probability(u, F(law, t), uniform, u), "F is increasing").by(half_line, F(law, t))


parts = (
    Part(
        Eq(distance, area, evaluate=False),
        start(distance)
        .by(least_over_couplings((x_u, y_u, uniform, u), (has_law(p_data), has_law(p_g)), bound=1, attained=2), area),
        "The distance",
    ),
    Part(
        Ge(of_coupling, area_of_coupling, evaluate=False),
        start(of_coupling)
        .by(length_between, E(Int(apart(X, Y), t), noise, w))
        .by(fubini, Int(E(apart(X, Y), noise, w), t))
        .ge(size_of_mean, Int(Abs(E(Indicator(X, t) - Indicator(Y, t), noise, w)), t))
        .by(linearity, Int(Abs(E(Indicator(X, t), noise, w) - E(Indicator(Y, t), noise, w)), t))
        .by(mean_of_indicator, area_of_coupling),
        "What every coupling costs at least",
    ),
    Part(
        Eq(in_order, area, evaluate=False),
        start(in_order)
        .by(length_between, E(Int(apart(x_u, y_u), t), uniform, u))
        .by(fubini, Int(E(apart(x_u, y_u), uniform, u), t))
        .by(monotone_event, Int(E(between(F(p_data, t), F(p_g, t)), uniform, u), t), "distribution functions increase")
        .by(length_between, area),
        "What the coupling in order costs",
    ),
)
sources = ("sheet A 3.2a", "Vallender 1974", "Villani 2003, remark 2.19 (iii)")
