"""Tweedie's formula: the mean of what a noisy value was before, from the score of the noisy values alone.

With y = x + sigma eps the posterior mean of x is y plus sigma^2 times the slope of log p_sigma at y: one climbs from y
towards where noisy values are more frequent. Nothing is used of the law of x but its density: the formula needs p_sigma
only, from which a denoiser can be trained, and a trained denoiser gives the score. Written for one dimension.
"""

from sympy import Derivative, Eq, log, pi, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import DIFFERENTIATE_INSIDE, FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.instance import concretise
from derivations.language import CleanGivenNoised, E, Int, NoisedDensity, Normal, positive, real
from derivations.language.density import Law
from derivations.rules import definition, derivative_inside, differentiation, gaussian_closure, linearity, log_density

x, y, m = real("x y m")
sigma, tau = positive("sigma tau")
p = Law("p")(x)
noise = Normal(x, sigma)(y)
noised = NoisedDensity(y, sigma, p, x)
posterior = CleanGivenNoised(x, noised)
score = Derivative(log(noised), y)

parameters = (
    Parameter(y, Real(), "the noisy value"),
    Parameter(sigma, Positive(), "standard deviation of the noise"),
    Parameter(m, Real(), "mean of the law of x where it is N(m, tau^2)"),
    Parameter(tau, Positive(), "standard deviation of the law of x where it is N(m, tau^2)"),
)
conditions = (POSITIVE, FINITE, DIFFERENTIATE_INSIDE)
instance = {p: Normal(m, tau)(x)}
statement = Eq(E(x, posterior, x), y + sigma**2 * score, evaluate=False)

log_noise = -log(sigma) - log(2 * pi) / 2 - (y - x) ** 2 / (2 * sigma**2)
derivation = (
    start(E(x, posterior, x))
    .by(definition(E, CleanGivenNoised), Int(x * p * noise / noised, x))
    .by(linearity, y + (Int(x * p * noise, x) - y * noised) / noised)
    .by(definition(NoisedDensity), y + (Int(x * p * noise, x) - y * Int(p * noise, x)) / noised)
    .by(linearity, y + sigma**2 * Int((x - y) / sigma**2 * p * noise, x) / noised)
    .by(differentiation, y + sigma**2 * Int(Derivative(log_noise, y) * p * noise, x) / noised)
    .by(log_density, y + sigma**2 * Int(Derivative(log(noise), y) * p * noise, x) / noised)
    .by(differentiation, y + sigma**2 * Int(p * Derivative(noise, y), x) / noised)
    .by(differentiation, y + sigma**2 * Int(Derivative(p * noise, y), x) / noised)
    .by(derivative_inside, y + sigma**2 * Derivative(Int(p * noise, x), y) / noised)
    .by(definition(NoisedDensity), y + sigma**2 * Derivative(noised, y) / noised)
    .by(differentiation, y + sigma**2 * score)
)
# where x is Gaussian, so is the posterior: its mean lies between the noisy value and m
normal = instance[p]
climbed = concretise(statement.rhs, instance)
log_noised = -log(sigma**2 + tau**2) / 2 - log(2 * pi) / 2 - (y - m) ** 2 / (2 * (sigma**2 + tau**2))
between = (tau**2 * y + sigma**2 * m) / (sigma**2 + tau**2)
stable = (
    Part(
        Eq(climbed, between, evaluate=False),
        start(climbed)
        .by(definition(NoisedDensity), y + sigma**2 * Derivative(log(Int(normal * noise, x)), y))
        .by(gaussian_closure, y + sigma**2 * Derivative(log(Normal(m, sqrt(sigma**2 + tau**2))(y)), y))
        .by(log_density, y + sigma**2 * Derivative(log_noised, y))
        .by(differentiation, between),
    ),
)
sources = ("Robbins 1956, who credits M. C. K. Tweedie", "Efron 2011, equation (1.4)", "sheet A 1.2e", "sheet A 8.2b")
