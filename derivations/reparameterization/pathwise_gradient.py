"""The pathwise gradient: the derivative of an expectation goes through the sample.

If x = g_theta(eps) and the law q of eps does not depend on theta, then the parameter stands in the
integrand alone, and differentiating the expectation means differentiating along the path that each
sample takes. Nothing is used of f, g and q but that the derivatives exist.
"""

from sympy import Derivative, Eq

from derivations.claimfile import Part
from derivations.conditions import DIFFERENTIATE_INSIDE, SMOOTH
from derivations.derivation import start
from derivations.instance import concretise
from derivations.language import DerivativeAt, E, Pushforward, real
from derivations.location_scale import a1, a2, a3, epsilon, f, g, mean_slope, parameters, q, sigma, source_instance, theta, x
from derivations.rules import derivative_inside, differentiation, gaussian_moments, image_law

y = real("y")
conditions = (SMOOTH, DIFFERENTIATE_INSIDE)
instance = source_instance
image = Pushforward(x, g(epsilon), q(epsilon), epsilon)
slope_of_f = DerivativeAt(f(y), g(epsilon), y)
gradient = Derivative(E(f(x), image, x), theta)

statement = Eq(gradient, E(slope_of_f * Derivative(g(epsilon), theta), q(epsilon), epsilon), evaluate=False)

derivation = (
    start(gradient)
    .by(image_law, Derivative(E(f(g(epsilon)), q(epsilon), epsilon), theta))
    .by(derivative_inside, E(Derivative(f(g(epsilon)), theta), q(epsilon), epsilon))
    .by(differentiation, E(slope_of_f * Derivative(g(epsilon), theta), q(epsilon), epsilon))
)
mean = concretise(statement.rhs, instance)
sample = theta + sigma * epsilon
stable = (
    Part(
        Eq(mean, mean_slope, evaluate=False),
        start(mean)
        .by(differentiation, E(a1 + 2 * a2 * sample + 3 * a3 * sample**2, mean.density, epsilon))
        .by(gaussian_moments, mean_slope),
    ),
)
sources = ("sheet D, Tutoraufgabe 11", "Kingma & Welling 2014, section 2.4", "Rezende, Mohamed & Wierstra 2014")
