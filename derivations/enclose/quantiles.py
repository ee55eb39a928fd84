"""Uniform noise that enters by quantiles of normal laws only, as normal noise; events of such noise as distribution functions.

With u = Phi(z), z ~ N(0, 1) and Phi its distribution function, u is uniform, and the u-quantile of N(mu, sigma^2) is
mu + sigma z. Differences of quantiles are gathered as m + s z, so that what cancels does so before it is rounded.
"""

from sympy import Abs, Dummy

from derivations.language.maps import DistributionFunction, InverseMap
from derivations.language.normal import Normal, NormalDensity, UniformDensity
from derivations.language.pushforward import Probability
from derivations.language.word import depends
from derivations.rules.affine import line


def in_normal_noise(word):
    """A mean or probability under uniform noise u as one under normal noise z; as it is, where u enters in another way."""
    u = word.bound
    if not isinstance(word.density, UniformDensity) or word.density.x != u:
        return word
    z = Dummy("z", real=True)

    def at_level(quantile):
        law = quantile.function.function
        return law.mu + law.sigma * z

    inner = [part.replace(lambda n: _is_quantile(n, u), at_level) for part in word.args[:-2]]
    if any(depends(part, u) for part in inner):
        return word
    return word.func(*(part.replace(lambda n: n.is_Add, lambda n: _gathered(n, z)) for part in inner), Normal(0, 1)(z), z)


def _gathered(total, z):
    """A sum that is affine in z as m + s z; any other as it is."""
    found = line(total, z)
    return total if found is None else found[0] + found[1] * z


def _is_quantile(node, u):
    """Is it the inverse at u of the distribution function of a normal law?"""
    if not isinstance(node, InverseMap) or node.point != u or not isinstance(node.function, DistributionFunction):
        return False
    F = node.function
    moves = depends(F.function, node.bound) or depends(F.function, u)
    return F.point == node.bound and _is_normal(F.function, F.bound) and not moves


def _is_normal(density, variable):
    return isinstance(density, NormalDensity) and density.x == variable and not depends(density.mu + density.sigma, variable)


def with_distribution_functions(expr, point):
    """`expr` with every P(b + m z <= point), z normal, as the distribution function there of the normal law of b + m z."""

    def written(event):
        event = in_normal_noise(event)
        found, noise = line(event.lesser, event.bound), event.density
        if found is None or event.greater != point or not _is_normal(noise, event.bound) or depends(event.lesser, point):
            return event
        (offset, slope), x = found, Dummy("x", real=True)
        return DistributionFunction(NormalDensity(x, offset + slope * noise.mu, Abs(slope) * noise.sigma), point, x)

    return expr.replace(lambda n: isinstance(n, Probability), written)
