"""The best ELBO of a linear VAE is the log-likelihood of probabilistic PCA.

In the principal axes of centred data, averaged over them: one unit carries an axis of variance lambda, x | z ~ N(w z, sigma^2),
q(z | x) = N(v x, s^2), and r axes of variances kappa_j get nothing but noise. The model's marginal law is pPCA's, with the
variance w^2 + sigma^2 along the carried axis. No encoder lifts the ELBO above its log-likelihood, and the encoder that is
the posterior reaches it for every x at once, being of the same form. The log-likelihood is greatest where w^2 + sigma^2 is
lambda and sigma^2 the mean of the kappa_j. With more units, each on an axis of its own, there is a term of x for each.
"""

from sympy import Eq, IndexedBase, Le, Product, Rational, Sum, log, pi, sqrt

from derivations.claimfile import Parameter, Part
from derivations.coordinates import i
from derivations.derivation import start
from derivations.domains import Positive, Real, Vector
from derivations.language import ELBO, E, Int, Normal, integer, positive, real
from derivations.rules import (
    algebra, definition, gaussian_closure, gaussian_moments, independence, linearity, log_density, sum_of_squares, tangent_of_log,
)

x, z, w, v, u = real("x z w v u")
lam, sigma, s = positive("lambda sigma s")
r = integer("r")
kappa, y = IndexedBase("kappa", positive=True), IndexedBase("y", real=True)
half, constant = Rational(1, 2), log(2 * pi) / 2
spread = w**2 + sigma**2
others = Product(Normal(0, sqrt(kappa[i]))(y[i]), (i, 1, r))


def total(term):
    """Over the axes that no unit carries."""
    return Sum(term, (i, 1, r))


tail = total(kappa[i])


def over_data(value, variance=lam):
    """The mean over the data."""
    return E(E(value, others, y), Normal(0, sqrt(variance))(x), x)


def model(w, sigma):
    """p(x, y, z)."""
    return Normal(w * z, sigma)(x) * Product(Normal(0, sigma)(y[i]), (i, 1, r)) * Normal(0, 1)(z)


def noise(square, sigma):
    """log N(y; 0, sigma^2), from y^2."""
    return -log(sigma) - constant - square / (2 * sigma**2)


def noise_of_others(sigma):
    """The mean log-density of the axes that no unit carries."""
    return -r * (log(sigma) + constant) - tail / (2 * sigma**2)


def averaged(at_data, on_axis, sigma, variance):
    """Steps for a mean over the data of something in x^2 and the noise of y: from where only x and y are left, to its value."""
    of_one = E(noise(u**2, sigma), Normal(0, sqrt(kappa[i]))(u), u)
    law = Normal(0, sqrt(variance))(x)
    return lambda steps: (
        steps.by(independence, E(E(at_data, others, y) + total(of_one), law, x))
        .by(linearity, E(at_data, law, x) + total(of_one))
        .by(gaussian_moments, on_axis + total(noise(kappa[i], sigma)))
        .by(linearity, on_axis + noise_of_others(sigma))
    )


# --- the ELBO, for any encoder


def carried(square, w, sigma, v, s):
    """The ELBO of the axis that the unit carries, from x^2."""
    likelihood = noise((1 - w * v) ** 2 * square + w**2 * s**2, sigma)
    return likelihood - (v**2 * square + s**2) / 2 + log(s) + half


def mean_elbo(w, sigma, v, s, variance=lam):
    """The ELBO averaged over the data, derived."""
    encoder = Normal(v * x, s)(z)
    logarithms = noise((x - w * z) ** 2, sigma) - z**2 / 2 + (z - v * x) ** 2 / (2 * s**2) + log(s)
    of_others = total(noise(y[i] ** 2, sigma))
    steps = (
        start(over_data(ELBO(model(w, sigma), encoder, z), variance))
        .by(definition(ELBO), over_data(E(log(model(w, sigma)) - log(encoder), encoder, z), variance))
        .by(log_density, over_data(E(logarithms + of_others, encoder, z), variance))
        .by(linearity, over_data(E(logarithms, encoder, z) + of_others, variance))
        .by(gaussian_moments, over_data(carried(x**2, w, sigma, v, s) + of_others, variance))
    )
    return averaged(carried(x**2, w, sigma, v, s), carried(variance, w, sigma, v, s), sigma, variance)(steps)


# --- the log-likelihood

marginal = Normal(0, sqrt(spread))(x)
integrated = Int(Normal(w * z, sigma)(x) * Normal(0, 1)(z), z)
evidence = marginal * Product(Normal(0, sigma)(y[i]), (i, 1, r))
on_axis = -log(spread) / 2 - constant - lam / (2 * spread)
log_likelihood = on_axis + noise_of_others(sigma)
of_x = -log(spread) / 2 - constant - x**2 / (2 * spread)
derived_likelihood = averaged(of_x, on_axis, sigma, lam)(
    start(over_data(log(evidence)))
    .by(log_density, over_data(of_x + total(noise(y[i] ** 2, sigma))))
)
ratio = s**2 * spread / sigma**2  # of the variances of the encoder and the posterior
miss = lam * spread / (2 * sigma**2) * (v - w / spread) ** 2  # of the encoder's mean
mean_tail = tail / r
greatest = -half * ((1 + r) * (log(2 * pi) + 1) + log(lam) + r * log(mean_tail))
best_sigma = sqrt(mean_tail)
best_spread = w**2 + mean_tail
reached = -half * ((1 + r) * (log(2 * pi) + 1) + log(best_spread) + r * log(mean_tail))
by_excess = (
    greatest + half * (1 + r) + half * log(lam / spread) - half * lam / spread + r * half * log(mean_tail / sigma**2) - half * tail / sigma**2
)
elbo = mean_elbo(w, sigma, v, s)
at_posterior = mean_elbo(w, sigma, w / spread, sigma / sqrt(spread))
at_best = mean_elbo(w, best_sigma, w / best_spread, best_sigma / sqrt(best_spread), best_spread)

parts = (
    Part(
        Eq(integrated, marginal, evaluate=False), start(integrated).by(gaussian_closure, marginal), "The model's law along the axis is pPCA's"
    ),
    Part(Eq(over_data(log(evidence)), log_likelihood, evaluate=False), derived_likelihood, "The log-likelihood of probabilistic PCA"),
    Part(
        Le(elbo.first, log_likelihood, evaluate=False),
        elbo.by(algebra, log_likelihood + half * log(ratio) - half * (ratio - 1) - miss)
        .le(tangent_of_log, log_likelihood - miss)
        .le(sum_of_squares, log_likelihood),
        "No encoder lifts the ELBO above it",
    ),
    Part(
        Eq(at_posterior.first, log_likelihood, evaluate=False),
        at_posterior.by(algebra, log_likelihood),
        "The posterior lifts the ELBO up to it",
    ),
    Part(
        Le(over_data(log(evidence)), greatest, evaluate=False),
        derived_likelihood.by(algebra, by_excess).le(tangent_of_log, greatest),
        "The greatest log-likelihood",
    ),
    Part(
        Eq(at_best.first, reached, evaluate=False),
        at_best.by(algebra, reached),
        "The ELBO reaches it, where lambda is w^2 + sigma^2 and sigma^2 the mean of the other variances",
    ),
)
parameters = (
    Parameter(lam, Positive(), "variance of the data along the axis that the unit carries", keyword="lam"),
    Parameter(kappa, Vector(Positive(), r), "variances along the axes that no unit carries", keyword="kappa"),
    Parameter(w, Real(), "weight of the decoder, p(x | z) = N(w z, sigma^2)"),
    Parameter(sigma, Positive(), "standard deviation of the decoder"),
    Parameter(x, Real(), "coordinate of an observation along the axis", optional=True),
    Parameter(v, Real(), "weight of the encoder, q(z | x) = N(v x, s^2)", optional=True),
    Parameter(s, Positive(), "standard deviation of the encoder", optional=True),
)
unit = "nats"
value = {"log-likelihood": log_likelihood, "greatest log-likelihood": greatest}
sources = ("Tipping & Bishop 1999, equations (3.7) and (3.8)", "Lucas et al. 2019, section 4", "sheet A 8.1d")
