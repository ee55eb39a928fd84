"""KL divergence of a Gumbel law from a Gaussian.

With t = exp(-(x - mu1) / beta), which has the standard exponential law, x is mu1 - beta log t, and all that is asked
for are the means of t, of log t and of its square. So the Gumbel law has mean mu1 + gamma beta, variance (pi beta)^2 / 6
and entropy log beta + gamma + 1, with Euler's constant gamma.
"""

from sympy import Eq, EulerGamma, Rational, exp, log, pi

from derivations.claimfile import Parameter
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import KL, E, Exponential, Gumbel, Normal, positive, real
from derivations.rules import change_of_variable, definition, exponential_moments, log_density

x, mu1, mu2 = real("x mu1 mu2")
t, beta, sigma = positive("t beta sigma")
half = Rational(1, 2)
q, p, source = Gumbel(mu1, beta)(x), Normal(mu2, sigma)(x), Exponential()(t)
z = (x - mu1) / beta

parameters = (
    Parameter(mu1, Real(), "mode of the Gumbel law"),
    Parameter(beta, Positive(), "scale of the Gumbel law"),
    Parameter(mu2, Real(), "mean of the Gaussian"),
    Parameter(sigma, Positive(), "standard deviation of the Gaussian"),
)
unit = "nats"
constant = log(sigma / beta) + half * log(2 * pi)
mean, variance = mu1 + EulerGamma * beta, pi**2 * beta**2 / 6
closed_form = constant + variance / (2 * sigma**2) + (mean - mu2) ** 2 / (2 * sigma**2) - EulerGamma - 1
statement = Eq(KL(q, p, x), closed_form, evaluate=False)

derivation = (
    start(KL(q, p, x))
    .by(definition(KL), E(log(q) - log(p), q, x))
    .by(log_density, E(constant - z - exp(-z) + (x - mu2) ** 2 / (2 * sigma**2), q, x))
    .by(
        change_of_variable(mu1 - beta * log(t), source, t),
        E(constant + log(t) - t + (mu1 - beta * log(t) - mu2) ** 2 / (2 * sigma**2), source, t),
    )
    .by(exponential_moments, closed_form)
)
sources = ("Gumbel 1935", "Kullback & Leibler 1951 for the divergence")
