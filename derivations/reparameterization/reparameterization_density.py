"""The density of a reparameterized sample: p_theta(x) = q(g^{-1}(x)) |d g^{-1}(x) / dx|.

The density of x = g_theta(eps) at x is, by definition, the derivative of its distribution function
P(g_theta(eps) <= x). A monotone map turns this event into a half-line of eps, whose probability the
fundamental theorem of calculus and the chain rule differentiate. The increasing map is called g here, the
decreasing one h; the absolute value makes one formula of the two.
"""

from sympy import Abs, Derivative, Eq

from derivations.claimfile import Parameter, Part
from derivations.conditions import CONTINUOUS, DIFFEOMORPHIC
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import DerivativeAt, InverseMap, Law, LowerIntegral, Map, Normal, Probability, Pushforward, positive, real
from derivations.rules import definition, differentiation, fundamental_theorem, half_line, monotone_event, monotone_slope

x, epsilon, a, theta, m = real("x epsilon a theta m")
sigma, tau, s = positive("sigma tau s")
q = Law("q")(epsilon)
g = Map("g", theta, direction=1)(epsilon)
h = Map("h", theta, direction=-1)(epsilon)

parameters = (
    Parameter(x, Real(), "where the density is taken"),
    Parameter(theta, Real(), "the parameter of the map, its value at 0"),
    Parameter(sigma, Positive(), "slope of the map theta + sigma eps + tau eps^3 (h: of its mirror image) at 0"),
    Parameter(tau, Positive(), "cubic coefficient of the map", optional=True),
    Parameter(m, Real(), "mean of the noise, q = N(m, s^2)", optional=True),
    Parameter(s, Positive(), "standard deviation of the noise", optional=True),
)
conditions = (CONTINUOUS, DIFFEOMORPHIC)
instance = {
    q: Normal(m, s)(epsilon),
    g: theta + sigma * epsilon + tau * epsilon**3,
    h: theta - sigma * epsilon - tau * epsilon**3,
}


def chance(lesser, greater):
    """P(lesser <= greater) for eps ~ q."""
    return Probability(lesser, greater, q, epsilon)


def mass_up_to(point):
    return LowerIntegral(q, point, epsilon)


def q_at(point):
    return q.subs(epsilon, point)


g_inverse, h_inverse = InverseMap(g, x, epsilon), InverseMap(h, x, epsilon)
slope_g, slope_h = Derivative(g_inverse, x), Derivative(h_inverse, x)
density_g, density_h = Pushforward(x, g, q, epsilon), Pushforward(x, h, q, epsilon)

increasing = (
    start(density_g)
    .by(definition(Pushforward), Derivative(chance(g, x), x))
    .by(monotone_event, Derivative(chance(epsilon, g_inverse), x))
    .by(half_line, Derivative(mass_up_to(g_inverse), x))
    .by(differentiation, DerivativeAt(mass_up_to(a), g_inverse, a) * slope_g, "chain rule")
    .by(fundamental_theorem, q_at(g_inverse) * slope_g)
    .by(monotone_slope, q_at(g_inverse) * Abs(slope_g))
)
decreasing = (
    start(density_h)
    .by(definition(Pushforward), Derivative(chance(h, x), x))
    .by(monotone_event, Derivative(chance(h_inverse, epsilon), x), "a decreasing map turns the inequality round")
    .by(half_line, Derivative(1 - mass_up_to(h_inverse), x))
    .by(differentiation, -DerivativeAt(mass_up_to(a), h_inverse, a) * slope_h, "chain rule")
    .by(fundamental_theorem, -q_at(h_inverse) * slope_h)
    .by(monotone_slope, q_at(h_inverse) * Abs(slope_h))
)
parts = (
    Part(Eq(density_g, increasing.last, evaluate=False), increasing, "increasing maps"),
    Part(Eq(density_h, decreasing.last, evaluate=False), decreasing, "decreasing maps"),
)
sources = ("sheet D, Tutoraufgabe 11", "Papamakarios et al. 2021, equation (2)")
