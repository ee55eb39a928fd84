"""Means over bits: finite sums, exactly."""

from itertools import product

from flint import acb
from sympy import preorder_traversal

from derivations.language.bernoulli import BernoulliDensity


def bit_mean(balls, integrand, density, variable):
    """E[integrand] over one bit."""
    p = balls(density.p)
    none, one = (balls.with_values({variable: acb(bit)})(integrand) for bit in (0, 1))
    return (1 - p) * none + p * one


def bits_mean(balls, integrand, density, variable):
    """E[integrand] over independent bits z_1, z_2, ...: over all their combinations."""
    (index, low, high), = density.limits
    places = range(balls.whole(low), balls.whole(high) + 1)
    result = acb(0)
    for bits in product((0, 1), repeat=len(places)):
        here = balls.with_values({variable: {k: acb(bit) for k, bit in zip(places, bits)}})
        weight = acb(1)
        for k in places:
            weight = weight * here.with_values({index: acb(k)})(density.function)
        result = result + weight * here(integrand)
    return result


def is_over_bits(integrand, variable):
    """Is the variable a bit, because a factor is the probability of one?"""
    return any(isinstance(n, BernoulliDensity) and n.x == variable for n in preorder_traversal(integrand))


def bit_sum(balls, integrand, variable):
    """The sum of the integrand over both values of a bit."""
    return balls.with_values({variable: acb(0)})(integrand) + balls.with_values({variable: acb(1)})(integrand)
