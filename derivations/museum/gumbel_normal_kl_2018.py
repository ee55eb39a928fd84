"""The divergence of a Gumbel law from a Gaussian, with pi r / 12 in place of pi^2 r^2 / 12.

A formula that a well-known library once shipped, r = beta / sigma being the ratio of the scales: the square is
missing that makes a variance of a scale. The two agree where pi r = 1 and nowhere else, and for large r the wrong
value is too small without bound. A test by sampling that allows for ten percent passes it at moderate r.
"""

from sympy import Eq, EulerGamma, pi

from derivations.vae import kl_gumbel_normal as right
from derivations.vae.kl_gumbel_normal import beta, constant, mean, mu2, sigma

holds, truth = False, "kl_gumbel_normal"
parameters, unit = right.parameters, right.unit
ratio = beta / sigma
printed = constant + pi * ratio / 12 + (mean - mu2) ** 2 / (2 * sigma**2) - EulerGamma - 1
statement = Eq(right.statement.lhs, printed, evaluate=False)
derivation = right.derivation
sources = ("a library of probability distributions, 2018; corrected since",)
