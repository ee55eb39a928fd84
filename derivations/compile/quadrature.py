"""Quadrature for the compiled forms: nodes and weights for the laws whose means are computed."""

import math
from functools import lru_cache


@lru_cache(maxsize=64)
def normal_rule(polynomial_degree):
    """Nodes and weights for N(0, 1): exact for polynomials, else trapezoid on [-13, 13] with step 1/20."""
    import numpy

    if polynomial_degree is not None:
        nodes, weights = numpy.polynomial.hermite_e.hermegauss(max(polynomial_degree // 2 + 1, 1))
        return nodes, weights / math.sqrt(2 * math.pi)
    nodes = numpy.arange(-260, 261) / 20
    return nodes, numpy.exp(-(nodes**2) / 2) / (20 * math.sqrt(2 * math.pi))


@lru_cache(maxsize=64)
def tensor_rule(polynomial_degree, dimension):
    """Nodes (n^d, d) and weights for N(0, I) on R^d, exact for polynomials of the degree given."""
    import numpy

    nodes, weights = normal_rule(polynomial_degree)
    grid = numpy.stack(numpy.meshgrid(*[nodes] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    products = numpy.stack(numpy.meshgrid(*[weights] * dimension, indexing="ij"), axis=-1).prod(axis=-1)
    return grid, products.reshape(-1)


@lru_cache(maxsize=1)
def uniform_rule():
    """Gauss-Legendre with 200 nodes on (0, 1)."""
    import numpy

    nodes, weights = numpy.polynomial.legendre.leggauss(200)
    return (nodes + 1) / 2, weights / 2


@lru_cache(maxsize=1)
def gumbel_rule():
    """The trapezoid rule with step 1/8 for the standard Gumbel law, whose density falls like e^-z and e^(-e^-z)."""
    import numpy

    nodes = numpy.arange(-8 * 6, 8 * 45 + 1) / 8
    return nodes, numpy.exp(-nodes - numpy.exp(-nodes)) / 8


@lru_cache(maxsize=1)
def unit_interval_rule():
    """Gauss-Legendre with 100 nodes on (0, 1)."""
    import numpy

    nodes, weights = numpy.polynomial.legendre.leggauss(100)
    return (nodes + 1) / 2, weights / 2
