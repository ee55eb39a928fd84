"""A unit of a linear VAE collapses exactly where its axis varies no more than the decoder's noise.

A unit has collapsed when its weights are 0 and its posterior is the prior: it carries nothing, and its KL divergence is 0.
Along an axis of variance lambda, averaged over the data, no weights gain more over that than w^2 (lambda - sigma^2) divided
by 2 sigma^2 (w^2 + sigma^2). Where lambda <= sigma^2 that is no gain, so to collapse is best. Where lambda > sigma^2 the
weights with w^2 = lambda - sigma^2 do gain, so it is not. It is the evidence that decides, and not the encoder.
"""

from sympy import Eq, Ge, Le, Rational, log, pi, sqrt

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import ELBO, E, ItakuraSaito, Normal, positive, real
from derivations.rules import algebra, definition, gaussian_moments, log_density, sum_of_squares, tangent_of_log

x, z, w, v = real("x z w v")
lam, sigma, s = positive("lambda sigma s")
half, constant = Rational(1, 2), log(2 * pi) / 2
spread = w**2 + sigma**2
prior = Normal(0, 1)(z)


def noise(square):
    """log N(x; 0, sigma^2), from x^2."""
    return -log(sigma) - constant - square / (2 * sigma**2)


def carried(square, w, v, s):
    """The ELBO of a unit, from x^2."""
    return noise((1 - w * v) ** 2 * square + w**2 * s**2) - (v**2 * square + s**2) / 2 + log(s) + half


def gain(w, v, s, variance):
    """What a unit gains over a collapsed one, in the mean over the data of the ELBO: from its definition to its value."""
    law = Normal(0, sqrt(variance))(x)
    encoder, decoder, blind = Normal(v * x, s)(z), Normal(w * z, sigma)(x), Normal(0, sigma)(x)
    written = noise((x - w * z) ** 2) - z**2 / 2 + (z - v * x) ** 2 / (2 * s**2) + log(s)
    return (
        start(E(ELBO(decoder * prior, encoder, z), law, x) - E(ELBO(blind * prior, prior, z), law, x))
        .by(definition(ELBO), E(E(log(decoder * prior) - log(encoder), encoder, z), law, x) - E(E(log(blind * prior) - log(prior), prior, z), law, x))
        .by(log_density, E(E(written, encoder, z), law, x) - E(E(noise(x**2), prior, z), law, x))
        .by(gaussian_moments, carried(variance, w, v, s) - noise(variance))
    )


ratio = s**2 * spread / sigma**2  # of the variances of the encoder and the posterior
miss = lam * spread / (2 * sigma**2) * (v - w / spread) ** 2  # of the encoder's mean
of_posterior = half * log(sigma**2 / spread) + lam / 2 * (1 / sigma**2 - 1 / spread)
most = w**2 * (lam - sigma**2) / (2 * sigma**2 * spread)
best_v = w / spread  # the encoder that is the posterior
any_unit = gain(w, v, s, lam)
best_unit = gain(w, best_v, sigma / sqrt(spread), spread)
excess = half * ItakuraSaito(spread, sigma**2)
root = sqrt(spread) / sigma

parts = (
    Part(
        Le(any_unit.first, most, evaluate=False),
        any_unit.by(algebra, of_posterior + half * log(ratio) - half * (ratio - 1) - miss)
        .le(tangent_of_log, of_posterior - miss)
        .le(sum_of_squares, of_posterior)
        .le(tangent_of_log, most),
        "Where lambda is at most sigma^2 no unit gains anything",
    ),
    Part(
        Eq(best_unit.first, excess, evaluate=False),
        best_unit.by(algebra, half * (spread / sigma**2 - log(spread / sigma**2) - 1)).by(definition(ItakuraSaito), excess),
        "Where lambda is w^2 + sigma^2, the unit with that weight gains",
    ),
    Part(
        Ge(best_unit.first, half * (root - 1) ** 2, evaluate=False),
        best_unit.by(algebra, half * (root**2 - 1) - log(root))
        .ge(tangent_of_log, half * (root - 1) ** 2),
        "and gains something unless w is 0",
    ),
)
parameters = (
    Parameter(lam, Positive(), "variance of the data along the unit's axis", keyword="lam"),
    Parameter(sigma, Positive(), "standard deviation of the decoder, p(x | z) = N(w z, sigma^2)"),
    Parameter(w, Real(), "weight of the decoder"),
    Parameter(v, Real(), "weight of the encoder, q(z | x) = N(v x, s^2)", optional=True),
    Parameter(s, Positive(), "standard deviation of the encoder", optional=True),
)
unit = "nats"
value = {"largest gain": most, "gain where lambda is w^2 + sigma^2": excess}
# no product of four squares, which would not fit a float
stable_most = w**2 * (lam / sigma**2 - 1) / (2 * sigma**2 * (1 + w**2 / sigma**2))
stable = (Part(Eq(most, stable_most, evaluate=False), start(most).by(algebra, stable_most)),)
sources = ("Lucas et al. 2019, section 4", "Dai et al. 2020", "sheet A 8.1d")
