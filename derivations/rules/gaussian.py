"""What is special about Gaussians: their log-density, their moments, their closure."""

from sympy import Add, Dummy, Mul, Poly, PolynomialError, S, expand, factorial2, log, sqrt

from derivations.language import BernoulliDensity, E, GumbelDensity, Int, LaplaceDensity
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.normal import NormalDensity
from derivations.language.word import depends
from derivations.rules.affine import line
from derivations.rules.algebra import split_log
from derivations.rules.rule import Normaliser, bottom_up


_WITH_LOGARITHM = (NormalDensity, MultivariateNormalDensity, GumbelDensity, LaplaceDensity, BernoulliDensity)


class log_density(Normaliser):
    """log N(x; mu, sigma^2) = -log sigma - (1/2) log 2 pi - (x - mu)^2 / (2 sigma^2); Gumbel, Laplace and Bernoulli laws likewise."""

    name = "log of the density"
    summary = (
        "The logarithm of a density is written out: for a Gaussian -(x - mu)^2 / (2 sigma^2) and a constant, for a "
        "Laplace law -|x - mu| / b and a constant, for a Gumbel law -z - e^-z and a constant, z = (x - mu) / beta, "
        "for a bit x log p + (1 - x) log(1 - p)."
    )

    def normal(self, expr, context):
        def unfold(node):
            if not isinstance(node, log):
                return node
            node = split_log(node.args[0])
            return node.replace(
                lambda n: isinstance(n, log) and isinstance(n.args[0], _WITH_LOGARITHM),
                lambda n: n.args[0].log_density().replace(lambda m: isinstance(m, log), lambda m: split_log(m.args[0])),
            )

        return bottom_up(expr, unfold)


class gaussian_moments(Normaliser):
    """E[x^k] under a normal law: the odd central moments vanish, the even ones are (k - 1)!! sigma^k."""

    name = "Gaussian moments"
    summary = "Polynomials are integrated by the central moments of the Gaussian: 0 for odd k, (k - 1)!! sigma^k for even k."

    def normal(self, expr, context):
        return bottom_up(expr, moments)


def moments(node):
    """E of a polynomial under a normal law in closed form; any other node as it is."""
    if not isinstance(node, E) or not isinstance(node.density, NormalDensity):
        return node
    x, mu, sigma = node.density.args
    if x != node.bound or depends(mu + sigma, x):
        return node
    return _gaussian_mean(node.integrand, x, mu, sigma)


def _gaussian_mean(integrand, x, mu, sigma):
    """Exact mean of a polynomial in x; terms that are not polynomial stay expectations."""
    polynomial, rest = S.Zero, S.Zero
    for term in Add.make_args(integrand):
        if not depends(term, x) or term.is_polynomial(x):
            polynomial += term
        else:
            rest += term
    epsilon = Dummy("epsilon")
    try:
        shifted = expand(polynomial.subs(x, mu + sigma * epsilon), log=False)
        coefficients = Poly(shifted, epsilon, expand=False).all_coeffs()[::-1]
    except PolynomialError:
        return E(integrand, NormalDensity(x, mu, sigma), x)
    mean = Add(*(c * factorial2(k - 1) for k, c in enumerate(coefficients) if k % 2 == 0))
    return mean if rest == 0 else mean + E(rest, NormalDensity(x, mu, sigma), x)


class gaussian_closure(Normaliser):
    """The integral of N(x; a z + b, s^2) N(z; m, t^2) over z is N(x; a m + b, s^2 + a^2 t^2)."""

    name = "Gaussian closure"
    summary = "A Gaussian whose mean is an affine function of a Gaussian variable is Gaussian once that variable is integrated out."

    def normal(self, expr, context):
        return bottom_up(expr, _close)


def _close(node):
    if not isinstance(node, Int):
        return node
    z, factors = node.bound, Mul.make_args(node.integrand)
    inside = [f for f in factors if depends(f, z)]
    if len(inside) != 2 or not all(isinstance(f, NormalDensity) for f in inside):
        return node
    prior = [f for f in inside if f.x == z and not depends(f.mu + f.sigma, z)]
    if len(prior) != 1:
        return node
    prior, likelihood = prior[0], next(f for f in inside if f is not prior[0])
    if depends(likelihood.x + likelihood.sigma, z):
        return node
    affine = line(likelihood.mu, z)
    if affine is None:
        return node
    offset, slope = affine
    mean = offset + slope * prior.mu
    spread = sqrt(likelihood.sigma**2 + slope**2 * prior.sigma**2)
    return Mul(*(f for f in factors if not depends(f, z))) * NormalDensity(likelihood.x, mean, spread)
