"""KL divergence between two univariate Gaussians.

The one integral behind every variational autoencoder. Both logarithms are polynomials, so only the mean
and the variance of the first Gaussian enter.
"""

from sympy import Eq, Rational, log

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import KL, E, ItakuraSaito, Normal, positive, real
from derivations.rules import algebra, definition, gaussian_moments, log_density

x, mu1, mu2 = real("x mu1 mu2")
sigma1, sigma2 = positive("sigma1 sigma2")
half = Rational(1, 2)
q, p = Normal(mu1, sigma1)(x), Normal(mu2, sigma2)(x)

parameters = (
    Parameter(mu1, Real(), "mean of the first Gaussian"),
    Parameter(sigma1, Positive(), "standard deviation of the first Gaussian"),
    Parameter(mu2, Real(), "mean of the second Gaussian"),
    Parameter(sigma2, Positive(), "standard deviation of the second Gaussian"),
)
unit = "nats"
closed_form = log(sigma2 / sigma1) + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2) - half
statement = Eq(KL(q, p, x), closed_form, evaluate=False)

derivation = (
    start(KL(q, p, x))
    .by(definition(KL), E(log(q) - log(p), q, x))
    .by(log_density, E(log(sigma2 / sigma1) - (x - mu1) ** 2 / (2 * sigma1**2) + (x - mu2) ** 2 / (2 * sigma2**2), q, x))
    .by(gaussian_moments, log(sigma2 / sigma1) - half + (sigma1**2 + (mu1 - mu2) ** 2) / (2 * sigma2**2))
)
# nearly equal laws, where the terms above cancel: nothing cancels in a sum of nonnegative terms
distance = (mu1 - mu2) ** 2 / (2 * sigma2**2) + (sigma1 - sigma2) ** 2 / (2 * sigma2**2)
stable_form = ItakuraSaito(sigma1, sigma2) + distance
stable = (
    Part(
        Eq(closed_form, stable_form, evaluate=False),
        start(closed_form)
        .by(algebra, sigma1 / sigma2 - log(sigma1 / sigma2) - 1 + distance)
        .by(definition(ItakuraSaito), stable_form),
    ),
)
sources = ("Kingma & Welling 2014, appendix B", "sheet A 2.1a")
