"""Variances of the pathwise and the score-function estimator, and when the pathwise one wins.

Both estimate d/dmu E[f(x)], x ~ N(mu, sigma^2): f'(x) and f(x) d/dmu log N(x; mu, sigma^2) have that same
mean. Here f is a polynomial, written by its Taylor coefficients a_k at mu. Up to degree three the pathwise
estimator never has the larger variance. From degree four on it can: the variance of f' sees how fast f
oscillates, that of the score-function estimator only how large f is.
"""

from sympy import Derivative, Eq, Ge, Integer, log, pi

from derivations.claimfile import Parameter, Part
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import E, Normal, Var, positive, real
from derivations.rules import definition, differentiation, gaussian_moments, log_density, sum_of_squares

x, mu, a0, a1, a2, a3, a4 = real("x mu a0 a1 a2 a3 a4")
sigma = positive("sigma")
p = Normal(mu, sigma)(x)
y = x - mu

parameters = (
    Parameter(mu, Real(), "mean"),
    Parameter(sigma, Positive(), "standard deviation"),
    *(Parameter(a, Real(), f"coefficient of (x - mu)^{k} in f") for k, a in enumerate((a0, a1, a2, a3, a4))),
)
cubic = a0 + a1 * y + a2 * y**2 + a3 * y**3
quartic = cubic + a4 * y**4
oscillating = y**4 / sigma**4 - 18 * y**2 / sigma**2 + 39


def pathwise(f):
    """The variance of the pathwise estimator, f'(x)."""
    return Var(Derivative(f, x), p, x)


def score_function(f):
    """The variance of the score-function estimator, f(x) d/dmu log N(x; mu, sigma^2)."""
    return Var(f * Derivative(log(p), mu), p, x)


def spread(f):
    """The variance of f by its definition."""
    return E(f**2, p, x) - E(f, p, x) ** 2


log_p = -log(sigma) - log(2 * pi) / 2 - y**2 / (2 * sigma**2)
score = y / sigma**2
variance_pathwise = 4 * a2**2 * sigma**2 + 18 * a3**2 * sigma**4 + 48 * a2 * a4 * sigma**4 + 240 * a4**2 * sigma**6
variance_score = (
    (a0 + 3 * a2 * sigma**2 + 15 * a4 * sigma**4) ** 2 / sigma**2
    + 2 * (a1 + 6 * a3 * sigma**2) ** 2
    + 24 * a3**2 * sigma**4
    + 6 * a2**2 * sigma**2
    + 120 * a2 * a4 * sigma**4
    + 720 * a4**2 * sigma**6
)
squares = (
    (a0 + 3 * a2 * sigma**2 + 15 * a4 * sigma**4) ** 2 / sigma**2
    + 2 * (a1 + 6 * a3 * sigma**2) ** 2
    + 2 * sigma**2 * (a2 + 18 * a4 * sigma**2) ** 2
    + 6 * a3**2 * sigma**4
)


def difference(f):
    """How much more the score-function estimator varies, up to its value by Gaussian moments."""
    f_prime = f.diff(x)
    return (
        start(score_function(f) - pathwise(f))
        .by(log_density, Var(f * Derivative(log_p, mu), p, x) - pathwise(f))
        .by(differentiation, Var(f * score, p, x) - Var(f_prime, p, x))
        .by(definition(Var), spread(f * score) - spread(f_prime))
    )


of_pathwise = (
    start(pathwise(quartic))
    .by(differentiation, Var(quartic.diff(x), p, x))
    .by(definition(Var), spread(quartic.diff(x)))
    .by(gaussian_moments, variance_pathwise)
)
of_score_function = (
    start(score_function(quartic))
    .by(log_density, Var(quartic * Derivative(log_p, mu), p, x))
    .by(differentiation, Var(quartic * score, p, x))
    .by(definition(Var), spread(quartic * score))
    .by(gaussian_moments, variance_score)
)
of_difference = difference(quartic).by(gaussian_moments, squares - 168 * a4**2 * sigma**6)
of_cubics = difference(cubic).by(gaussian_moments, squares.subs(a4, 0)).ge(sum_of_squares, Integer(0))
of_oscillating = difference(oscillating).by(gaussian_moments, -168 / sigma**2)


def _part(derivation, title):
    relation = Eq if derivation.relation == "=" else Ge
    return Part(relation(derivation.first, derivation.last, evaluate=False), derivation, title)


parts = (
    _part(of_pathwise, "variance of the pathwise estimator"),
    _part(of_score_function, "variance of the score-function estimator"),
    _part(of_difference, "their difference: the pathwise estimator wins where this is positive"),
    _part(of_cubics, "up to degree three the pathwise estimator wins"),
    _part(of_oscillating, "a polynomial of degree four for which the score-function estimator wins"),
)
value = {"pathwise": variance_pathwise, "score_function": variance_score, "difference": squares - 168 * a4**2 * sigma**6}
sources = ("sheet D, Tutoraufgabe 11", "Mohamed et al. 2020, section 3", "Gal 2016, section 3.1.2")
