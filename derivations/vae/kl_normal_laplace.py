"""KL divergence of a Gaussian from a Laplace law.

A decoder with an absolute error instead of a squared one has this divergence. Beside the Gaussian's entropy it needs
the mean of |x - mu2|, that of the folded normal law: the corner at mu2 divides the line, and on each side one
integrates by parts.
"""

from sympy import Eq, Rational, erf, exp, log, pi, sign, sqrt

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import KL, E, FoldedExcess, ItakuraSaito, Laplace, Normal, positive, real
from derivations.rules import absolute_value, algebra, definition, gaussian_moments, half_line_moments, linearity, log_density

x, mu1, mu2 = real("x mu1 mu2")
sigma, b = positive("sigma b")
half = Rational(1, 2)
q, p = Normal(mu1, sigma)(x), Laplace(mu2, b)(x)

parameters = (
    Parameter(mu1, Real(), "mean of the Gaussian"),
    Parameter(sigma, Positive(), "standard deviation of the Gaussian"),
    Parameter(mu2, Real(), "mean of the Laplace law"),
    Parameter(b, Positive(), "scale of the Laplace law"),
)
unit = "nats"
constant = log(2 * b / sigma) - half * log(2 * pi)
difference = mu1 - mu2
folded_mean = sigma * sqrt(2 / pi) * exp(-(difference**2) / (2 * sigma**2)) + difference * erf(difference / (sigma * sqrt(2)))
closed_form = constant - half + folded_mean / b
statement = Eq(KL(q, p, x), closed_form, evaluate=False)

derivation = (
    start(KL(q, p, x))
    .by(definition(KL), E(log(q) - log(p), q, x))
    .by(log_density, E(constant - (x - mu1) ** 2 / (2 * sigma**2) + abs(x - mu2) / b, q, x))
    .by(linearity, constant - E((x - mu1) ** 2 / (2 * sigma**2), q, x) + E(abs(x - mu2), q, x) / b)
    .by(gaussian_moments, constant - half + E(abs(x - mu2), q, x) / b)
    .by(absolute_value, constant - half + E((x - mu2) * sign(x - mu2), q, x) / b)
    .by(half_line_moments, closed_form)
)
# the smallest value, 1/2 - log(pi/2), and what is above it: no two terms have opposite signs
scale = sigma * sqrt(2 / pi)
least = half + log(2 / pi)
stable_form = ItakuraSaito(scale, b) + FoldedExcess(difference, sigma) / b + least
stable = (
    Part(
        Eq(closed_form, stable_form, evaluate=False),
        start(closed_form)
        .by(algebra, scale / b - log(scale / b) - 1 + (folded_mean - scale) / b + least)
        .by(definition(ItakuraSaito, FoldedExcess), stable_form),
    ),
)
sources = ("Leone, Nelson & Nottingham 1961, the folded normal law",)
