"""A flow's log-likelihood is that of the code, and the logarithm of how much the flow stretches there.

A flow takes an observation x to a code z = f(x) with a density that is known, and generates x = f^{-1}(z). The density of x is, by
definition, the derivative of its distribution function, P(f^{-1}(z) <= x) = P(z <= f(x)). Written for one dimension,
where the determinant of the Jacobian is the slope: log p(x) = log p_z(f(x)) + log |f'(x)|. The increasing flow is called f
here, the decreasing one g.
"""

from sympy import Abs, Derivative, Eq, log, pi

from derivations.claimfile import Parameter, Part
from derivations.conditions import CONTINUOUS, DIFFEOMORPHIC, POSITIVE, SMOOTH
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.instance import concretise
from derivations.language import DerivativeAt, InverseMap, Law, LowerIntegral, Map, Normal, Probability, Pushforward, positive, real
from derivations.rules import definition, differentiation, fundamental_theorem, half_line, log_density, monotone_event, monotone_slope

x, z, u, a, theta, m = real("x z u a theta m")
sigma, tau, s = positive("sigma tau s")
p_z = Law("p_z")(z)
f, g = Map("f", direction=1), Map("g", direction=-1)

parameters = (
    Parameter(x, Real(), "the observation"),
    Parameter(theta, Real(), "value at 0 of the flow theta + sigma x + tau x^3 (g: of its mirror image)"),
    Parameter(sigma, Positive(), "its slope at 0"),
    Parameter(tau, Positive(), "its cubic coefficient", optional=True),
    Parameter(m, Real(), "mean of the code, p_z = N(m, s^2)", optional=True),
    Parameter(s, Positive(), "standard deviation of the code", optional=True),
)
conditions, unit = (POSITIVE, CONTINUOUS, DIFFEOMORPHIC, SMOOTH), "nats"
instance = {
    p_z: Normal(m, s)(z),
    f(u): theta + sigma * u + tau * u**3,
    g(u): theta - sigma * u - tau * u**3,
}


def chance(lesser, greater):
    """P(lesser <= greater) for z ~ p_z."""
    return Probability(lesser, greater, p_z, z)


def mass_up_to(point):
    return LowerIntegral(p_z, point, z)


def likelihood(flow):
    """The density at x of what the flow generates."""
    return Pushforward(x, InverseMap(flow(u), z, u), p_z, z)


def at_code(flow):
    return p_z.subs(z, flow(x))


def in_sum(flow):
    return log(at_code(flow)) + log(Abs(Derivative(flow(x), x)))


increasing = (
    start(log(likelihood(f)))
    .by(definition(Pushforward), log(Derivative(chance(InverseMap(f(u), z, u), x), x)))
    .by(monotone_event, log(Derivative(chance(z, f(x)), x)))
    .by(half_line, log(Derivative(mass_up_to(f(x)), x)))
    .by(differentiation, log(DerivativeAt(mass_up_to(a), f(x), a) * Derivative(f(x), x)), "chain rule")
    .by(fundamental_theorem, log(at_code(f) * Derivative(f(x), x)))
    .by(monotone_slope, in_sum(f))
)
decreasing = (
    start(log(likelihood(g)))
    .by(definition(Pushforward), log(Derivative(chance(InverseMap(g(u), z, u), x), x)))
    .by(monotone_event, log(Derivative(chance(g(x), z), x)), "a decreasing map turns the inequality round")
    .by(half_line, log(Derivative(1 - mass_up_to(g(x)), x)))
    .by(differentiation, log(-DerivativeAt(mass_up_to(a), g(x), a) * Derivative(g(x), x)), "chain rule")
    .by(fundamental_theorem, log(-at_code(g) * Derivative(g(x), x)))
    .by(monotone_slope, in_sum(g))
)
parts = (
    Part(Eq(increasing.first, increasing.last, evaluate=False), increasing, "increasing flows"),
    Part(Eq(decreasing.first, decreasing.last, evaluate=False), decreasing, "decreasing flows"),
)
code = concretise(f(x), instance)
concrete = concretise(increasing.last, instance)
log_code = -log(s) - log(2 * pi) / 2 - (code - m) ** 2 / (2 * s**2)
written_out = log_code + log(sigma + 3 * tau * x**2)
stable = (
    Part(
        Eq(concrete, written_out, evaluate=False),
        start(concrete).by(log_density, log_code + log(Abs(Derivative(code, x)))).by(differentiation, written_out),
    ),
)
sources = ("sheet B, questions 1 and 5", "Dinh et al. 2017, equations (2) and (3)", "Papamakarios et al. 2021, equation (2)")
