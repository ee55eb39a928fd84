"""Conditioning one Gaussian on another."""

from sympy import Mul, sqrt

from derivations.language.normal import NormalDensity
from derivations.language.word import depends
from derivations.rules.affine import line
from derivations.rules.rule import Normaliser, bottom_up


class gaussian_conditioning(Normaliser):
    """gaussian_conditioning(z): likelihood times prior of z is evidence times posterior of z.

    N(x; a z + b, s^2) N(z; m, t^2) = N(x; a m + b, s^2 + a^2 t^2) N(z; m + k (x - a m - b), (1 - k a) t^2),
    with the gain k = a t^2 / (s^2 + a^2 t^2).
    """

    name = "Gaussian conditioning"
    summary = (
        "Likelihood times prior is evidence times posterior: N(x; a z + b, s^2) N(z; m, t^2) = N(x; a m + b, s^2 + a^2 t^2) "
        "N(z; m + k (x - a m - b), (1 - k a) t^2) with the gain k = a t^2 / (s^2 + a^2 t^2)."
    )

    def __init__(self, variable):
        self.variable = variable

    def normal(self, expr, context):
        return bottom_up(expr, lambda node: _condition(node, self.variable))


def _condition(node, z):
    """A product with a likelihood N(x; a z + b, s^2) and a prior N(z; m, t^2) in it; any other node as it is."""
    if not isinstance(node, Mul):
        return node
    factors = list(node.args)
    gaussians = [f for f in factors if isinstance(f, NormalDensity)]
    for likelihood in gaussians:
        for prior in gaussians:
            result = _posterior(likelihood, prior) if prior.x == z != likelihood.x else None
            if result is not None:
                return Mul(*(f for f in factors if f not in (likelihood, prior)), *result)
    return node


def _posterior(likelihood, prior):
    """(evidence, posterior); None where the likelihood's mean is not affine in the prior's variable."""
    x, z = likelihood.x, prior.x
    if depends(x + likelihood.sigma, z) or depends(prior.mu + prior.sigma, z) or depends(prior.mu + prior.sigma, x):
        return None
    affine = line(likelihood.mu, z)
    if affine is None:
        return None
    offset, slope = affine
    mean = offset + slope * prior.mu
    variance = likelihood.sigma**2 + slope**2 * prior.sigma**2
    gain = slope * prior.sigma**2 / variance
    evidence = NormalDensity(x, mean, sqrt(variance))
    posterior = NormalDensity(z, prior.mu + gain * (x - mean), sqrt(likelihood.sigma**2 * prior.sigma**2 / variance))
    return evidence, posterior
