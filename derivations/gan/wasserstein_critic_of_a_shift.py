"""A Wasserstein critic measures how far a Gaussian was shifted; the Jensen-Shannon divergence does not.

The critic f(x) = x changes by no more than its argument does, so by duality its value, a difference of means, is at
most the Wasserstein distance; and moving every point by delta transports the one law to the other at the cost delta,
so the distance is at most delta. The critic's value is delta: it is the distance, and grows without bound, while the
Jensen-Shannon divergence of the same two laws never exceeds log 2.
"""

from sympy import Eq, Le, log

from derivations.adversarial import p_data, p_g
from derivations.claimfile import Parameter, Part
from derivations.conditions import ANY_LAW, FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import JS, E, Normal, positive, real
from derivations.rules import earlier_claim, gaussian_moments

x, mu = real("x mu")
delta, sigma = positive("delta sigma")
shifted, original = Normal(mu + delta, sigma)(x), Normal(mu, sigma)(x)

parameters = (
    Parameter(mu, Real(), "mean of the generated law"),
    Parameter(delta, Positive(), "how far the law of the data lies from it"),
    Parameter(sigma, Positive(), "standard deviation of both laws"),
)
conditions = (POSITIVE, FINITE, ANY_LAW)
critic_value = E(x, shifted, x) - E(x, original, x)
divergence = JS(shifted, original, x)

parts = (
    Part(
        Eq(critic_value, delta, evaluate=False),
        start(critic_value).by(gaussian_moments, delta),
        "The value of the critic f(x) = x",
    ),
    Part(
        Le(divergence, log(2), evaluate=False),
        start(divergence).le(earlier_claim("jensen_shannon_bounds", {p_data: shifted, p_g: original}, part=1), log(2)),
        "The divergence of the same laws",
    ),
)
sources = ("Arjovsky, Chintala & Bottou 2017, section 2", "sheet A 3.2b")
