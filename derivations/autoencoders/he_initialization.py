"""Weights of variance 2 / n keep the second moment of what a rectified layer reads.

A rectifier keeps one half of a symmetric variable's second moment: the other half lies where it is 0. So a unit that
sums n rectified inputs needs weights of twice the variance that a linear unit needs, 2 / n instead of 1 / n, for its
own variance to be that of the inputs before they were rectified. Summed over the n inputs, which are independent.
"""

from sympy import Eq, Max, Rational, sign, sqrt

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Integers, Positive
from derivations.language import E, Normal, Var, integer, positive, real
from derivations.rules import absolute_value, definition, gaussian_moments, half_line_moments, linearity

u, w = real("u w")
n, sigma = integer("n"), positive("sigma")
half = Rational(1, 2)
before, weight = Normal(0, sigma)(u), Normal(0, sqrt(2 / n))(w)
rectified = Max(0, u)
second_moment = E(rectified**2, before, u)
output_variance = n * E(Var(w * rectified, weight, w), before, u)

parameters = (
    Parameter(n, Integers(1, 9), "number of inputs of the unit"),
    Parameter(sigma, Positive(), "standard deviation of the inputs before they are rectified"),
)

parts = (
    Part(
        Eq(second_moment, sigma**2 / 2, evaluate=False),
        start(second_moment)
        .by(absolute_value, E((u**2 + u**2 * sign(u)) / 2, before, u))
        .by(half_line_moments, E(u**2 / 2, before, u))
        .by(gaussian_moments, sigma**2 / 2),
        "A rectifier halves the second moment",
    ),
    Part(
        Eq(output_variance, sigma**2, evaluate=False),
        start(output_variance)
        .by(definition(Var), n * E(E((w * rectified) ** 2, weight, w) - E(w * rectified, weight, w) ** 2, before, u))
        .by(gaussian_moments, n * E(2 / n * rectified**2, before, u))
        .by(linearity, 2 * second_moment)
        .by(absolute_value, 2 * E((u**2 + u**2 * sign(u)) / 2, before, u))
        .by(half_line_moments, 2 * E(u**2 / 2, before, u))
        .by(gaussian_moments, sigma**2),
        "Twice the variance makes up for it",
    ),
)
sources = ("He et al. 2015, equation (10)", "sheet L, summary: Xavier and He")
