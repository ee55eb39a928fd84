"""The score-function gradient: the derivative of an expectation falls on the logarithm of its density.

It asks nothing of f but that its expectation exists: f need not have a derivative, and need not even be
known but for its values at samples. The price is its variance.
"""

from sympy import Derivative, Eq, log, pi

from derivations.claimfile import Part
from derivations.conditions import DIFFERENTIATE_INSIDE, POSITIVE
from derivations.derivation import start
from derivations.instance import concretise
from derivations.language import E, Int
from derivations.location_scale import f, image_instance, mean_slope, p, parameters, sigma, theta, x
from derivations.rules import definition, derivative_inside, differentiation, gaussian_moments, linearity, log_density

conditions = (POSITIVE, DIFFERENTIATE_INSIDE)
instance = image_instance
gradient = Derivative(E(f(x), p(x), x), theta)
score = Derivative(log(p(x)), theta)

statement = Eq(gradient, E(f(x) * score, p(x), x), evaluate=False)

derivation = (
    start(gradient)
    .by(definition(E), Derivative(Int(f(x) * p(x), x), theta))
    .by(derivative_inside, Int(Derivative(f(x) * p(x), theta), x))
    .by(linearity, Int(f(x) * Derivative(p(x), theta), x))
    .by(differentiation, Int(f(x) * score * p(x), x), "the derivative of log p is that of p over p")
    .by(definition(E), E(f(x) * score, p(x), x))
)
mean = concretise(statement.rhs, instance)
polynomial = instance[f(x)]
log_p = -log(sigma) - log(2 * pi) / 2 - (x - theta) ** 2 / (2 * sigma**2)
stable = (
    Part(
        Eq(mean, mean_slope, evaluate=False),
        start(mean)
        .by(log_density, E(polynomial * Derivative(log_p, theta), mean.density, x))
        .by(differentiation, E(polynomial * (x - theta) / sigma**2, mean.density, x))
        .by(gaussian_moments, mean_slope),
    ),
)
sources = ("sheet D, Tutoraufgabe 11", "Williams 1992 (REINFORCE)", "Glynn 1990", "Mohamed et al. 2020, section 4")
