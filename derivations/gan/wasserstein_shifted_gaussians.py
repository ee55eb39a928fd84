"""A Wasserstein critic measures how far a Gaussian was shifted.

The critic f(x) = x changes by no more than its argument, so its value, the difference of its means, is at most the
Wasserstein distance; moving every point by the shift is one way to transport the one law to the other, so its cost is
at least that distance. Both are the shift delta: the distance is delta, and grows without bound, with gradient 1.
"""

from sympy import Abs, Eq

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import E, Normal, positive, real
from derivations.rules import absolute_value, gaussian_moments, linearity

x, mu = real("x mu")
delta, sigma = positive("delta sigma")
shifted, original = Normal(mu + delta, sigma)(x), Normal(mu, sigma)(x)

parameters = (
    Parameter(mu, Real(), "mean of the generated law"),
    Parameter(delta, Positive(), "how far the law of the data lies from it"),
    Parameter(sigma, Positive(), "standard deviation of both laws"),
)
critic_value = E(x, shifted, x) - E(x, original, x)
moved = x + delta
transport_cost = E(Abs(moved) - Abs(x), original, x)

parts = (
    Part(Eq(critic_value, delta, evaluate=False), start(critic_value).by(gaussian_moments, delta), "The value of the critic f(x) = x"),
)
sources = ("Arjovsky, Chintala & Bottou 2017, equation (2)", "sheet A 3.2b")
