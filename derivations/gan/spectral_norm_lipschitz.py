"""A network of spectrally normalised layers is 1-Lipschitz.

A matrix divided by its largest singular value lengthens no vector, and leaky ReLU with a slope up to 1 (ReLU and the identity
among them) moves no two numbers further apart. So no layer moves two points apart, whatever points the layers before it made of
them: the first part is that step, from which any number of layers follows; the second writes two of them out. Square matrices;
others are square with rows or columns of zeros.
"""

from fractions import Fraction

from sympy import Le, MatrixSymbol

from derivations.claimfile import Parameter, Part
from derivations.conditions import NONZERO_WEIGHTS
from derivations.derivation import start
from derivations.domains import ClosedInterval, Real, SquareMatrix, Vector
from derivations.language import ActivatedVector, NormalisedMatrix, integer, real
from derivations.rules import activation_bound, spectral_bound
from derivations.rules.spectral import squared

d, alpha = integer("d"), real("alpha")
x, y = (MatrixSymbol(name, d, 1) for name in "xy")
W1, W2 = (MatrixSymbol(name, d, d) for name in ("W1", "W2"))

parameters = (
    Parameter(x, Vector(Real(), d), "a point"),
    Parameter(y, Vector(Real(), d), "another one"),
    Parameter(W1, SquareMatrix(d), "weights of the first layer"),
    Parameter(W2, SquareMatrix(d), "weights of the second layer"),
    Parameter(alpha, ClosedInterval(Fraction(0), Fraction(1)), "slope of leaky ReLU for negative numbers"),
)
conditions = (NONZERO_WEIGHTS,)


def layer(weights, point):
    """A normalised matrix, and leaky ReLU."""
    return ActivatedVector(NormalisedMatrix(weights) * point, alpha)


def before_activation(weights, point):
    return NormalisedMatrix(weights) * point


one, two = (squared(layer(W1, x) - layer(W1, y)), squared(layer(W2, layer(W1, x)) - layer(W2, layer(W1, y))))


def through(derivation, weights, first, second):
    """One layer taken off: its activation, then its matrix."""
    return (
        derivation
        .le(
            activation_bound(before_activation(weights, first), before_activation(weights, second), alpha),
            squared(before_activation(weights, first) - before_activation(weights, second)),
        )
        .le(spectral_bound(weights, first - second), squared(first - second))
    )  # fmt: skip


parts = (
    Part(Le(one, squared(x - y), evaluate=False), through(start(one), W1, x, y), "A layer moves no two points apart"),
    Part(
        Le(two, squared(x - y), evaluate=False),
        through(through(start(two), W2, layer(W1, x), layer(W1, y)), W1, x, y),
        "Nor do two",
    ),
)
sources = ("sheet A 9.2d", "Miyato et al. 2018, section 2.1")
