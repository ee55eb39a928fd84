"""Denoising score matching trains the same network as matching the score of the noisy data.

The score of the noisy data's density is not known; that of the noise, given the clean value, is. Both squared errors
differ by a constant in which the network s does not occur, so they have the same gradients and the same best network.
For any law of the data and any kind of noise. Written for one dimension.
"""

from fractions import Fraction

from sympy import Derivative, Eq, Rational, log, pi, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import DIFFERENTIATE_INSIDE, FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Interval, Positive, Real
from derivations.instance import concretise
from derivations.language import E, Function, Int, Normal, positive, real
from derivations.language.density import Law
from derivations.rules import bayes, definition, derivative_inside, differentiation, fubini, gaussian_moments, linearity, log_density, marginalisation

x, y, m = real("x y m")
sigma, tau, b = positive("sigma tau b")
q, s = Law("q"), Function("s")(y)
clean, noise, noised = q(x), q(y, given=x), q(y)
half = Rational(1, 2)

parameters = (
    Parameter(m, Real(), "mean of the data where they are N(m, tau^2)"),
    Parameter(tau, Positive(), "standard deviation of the data where they are N(m, tau^2)"),
    Parameter(sigma, Positive(), "standard deviation of Gaussian noise"),
    Parameter(b, Interval(Fraction(0), Fraction(1)), "slope of a network m - b y", optional=True),
)
conditions = (POSITIVE, FINITE, DIFFERENTIATE_INSIDE)
instance = {clean: Normal(m, tau)(x), noise: Normal(x, sigma)(y), s: m - b * y}

score, score_of_noise = Derivative(log(noised), y), Derivative(log(noise), y)
explicit = E(half * (s - score) ** 2, noised, y)
denoising = E(E(half * (s - score_of_noise) ** 2, noise, y), clean, x)
of_score, of_noise = E(score**2, noised, y), E(E(score_of_noise**2, noise, y), clean, x)
statement = Eq(denoising - explicit, half * (of_noise - of_score), evaluate=False)

joint = q(x, y)
slope_of_noised = Derivative(noised, y)
squares = half * Int(clean * Int(score_of_noise**2 * noise, y), x) - half * Int(score**2 * noised, y)


def with_network(square, cross):
    """What is left where the means of s^2 and of s times the score of the noise are written so."""
    return half * square - cross + squares - half * Int(s**2 * noised, y) + Int(s * slope_of_noised, y)


derivation = (
    start(denoising - explicit)
    .by(
        definition(E),
        Int(clean * Int(half * (s - score_of_noise) ** 2 * noise, y), x) - Int(half * (s - score) ** 2 * noised, y),
    )
    .by(
        linearity,
        half * Int(Int(s**2 * clean * noise, y), x)
        - Int(Int(s * clean * score_of_noise * noise, y), x)
        + squares
        - half * Int(s**2 * noised, y)
        + Int(s * score * noised, y),
    )
    .by(differentiation, with_network(Int(Int(s**2 * clean * noise, y), x), Int(Int(s * Derivative(clean * noise, y), y), x)))
    .by(bayes, with_network(Int(Int(s**2 * joint, y), x), Int(Int(s * Derivative(joint, y), y), x)))
    .by(fubini, with_network(Int(Int(s**2 * joint, x), y), Int(Int(s * Derivative(joint, y), x), y)))
    .by(linearity, with_network(Int(s**2 * Int(joint, x), y), Int(s * Int(Derivative(joint, y), x), y)))
    .by(derivative_inside, with_network(Int(s**2 * Int(joint, x), y), Int(s * Derivative(Int(joint, x), y), y)))
    .by(marginalisation, squares)
    .by(definition(E), half * (of_noise - of_score))
)
# where the data and the noise are Gaussian: what the noise's precision is above that of the noisy values
constant = concretise(statement.rhs, instance)
likelihood, evidence = Normal(x, sigma)(y), Normal(m, sqrt(sigma**2 + tau**2))(y)
log_likelihood = -log(sigma) - log(2 * pi) / 2 - (y - x) ** 2 / (2 * sigma**2)
log_evidence = -log(sigma**2 + tau**2) / 2 - log(2 * pi) / 2 - (y - m) ** 2 / (2 * (sigma**2 + tau**2))


def difference(noise, noised):
    """The right side, with the two scores written so."""
    return half * (E(E(noise**2, likelihood, y), instance[clean], x) - E(noised**2, evidence, y))


lost = tau**2 / (2 * sigma**2 * (sigma**2 + tau**2))
stable = (
    Part(
        Eq(constant, lost, evaluate=False),
        start(constant)
        .by(log_density, difference(Derivative(log_likelihood, y), Derivative(log_evidence, y)))
        .by(differentiation, difference((x - y) / sigma**2, (m - y) / (sigma**2 + tau**2)))
        .by(gaussian_moments, lost),
    ),
)
sources = ("sheet A 8.2b", "Vincent 2011, appendix", "Hyvärinen 2005, for the explicit error")
