"""The mean of a pixel to which Gaussian noise was added and which was then clipped to [0, 1].

Clipping is max(0, u) - max(0, u - 1). What the noise pushes out at one end is not made up for at the other, unless the
pixel is 1/2: a black pixel becomes lighter, by sigma / sqrt(2 pi) for small sigma, and a white one darker.
"""

from fractions import Fraction

from sympy import Eq, Max, Rational, erf, exp, pi, sign, sqrt

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Interval, Positive
from derivations.language import ClippedMean, E, Normal, positive, real
from derivations.rules import absolute_value, definition, half_line_moments, linearity

epsilon = real("epsilon")
x, sigma = positive("x sigma")
half = Rational(1, 2)
noise = Normal(0, sigma)(epsilon)
noisy = x + epsilon
clipped_mean = E(Max(0, noisy) - Max(0, noisy - 1), noise, epsilon)


def folded(m):
    """E|m + epsilon|, the mean of the folded normal law."""
    return sigma * sqrt(2 / pi) * exp(-(m**2) / (2 * sigma**2)) + m * erf(m / (sigma * sqrt(2)))


parameters = (
    Parameter(x, Interval(Fraction(0), Fraction(1)), "the clean pixel"),
    Parameter(sigma, Positive(), "standard deviation of the noise"),
)
closed_form = half + (folded(x) - folded(x - 1)) / 2
statement = Eq(clipped_mean, closed_form, evaluate=False)

signed = noisy * sign(noisy) / 2 - (noisy - 1) * sign(noisy - 1) / 2
derivation = (
    start(clipped_mean)
    .by(absolute_value, E(half + signed, noise, epsilon))
    .by(linearity, half + E(signed, noise, epsilon))
    .by(half_line_moments, closed_form)
)
# for noise far wider than [0, 1], where the two terms above cancel
stable_form = ClippedMean(x, sigma)
stable = (Part(Eq(closed_form, stable_form, evaluate=False), start(closed_form).by(definition(ClippedMean), stable_form)),)
sources = ("Leone, Nelson & Nottingham 1961, the folded normal law",)
