"""Weights of variance 1 / n keep the variance of what a linear unit reads.

A unit sums n inputs with independent weights of mean zero. Over the draw of the weights its variance is that of one
weight times the sum of the squared inputs, so on the average over the inputs it is n Var(w) E[x^2]. It stays what it
was for Var(w) = 1 / n, with n the number of inputs, on the way forward. On the way back the gradients are sums over the
m outputs, and stay for 1 / m: Glorot and Bengio take 2 / (n + m), which is between the two.
"""

from sympy import Eq, IndexedBase, Sum, sqrt

from derivations.claimfile import Parameter
from derivations.coordinates import d, i, independent, x
from derivations.derivation import start
from derivations.domains import Integers, Positive
from derivations.language import E, Normal, Var, positive, real
from derivations.rules import algebra, definition, gaussian_moments, independence

w = IndexedBase("w", real=True)
one = real("u")
sigma = positive("sigma")
unit_output = Sum(w[i] * x[i], (i, 1, d))
inputs = independent(Normal(0, sigma)(x[i]))


def output_variance(variance):
    """The variance of a unit's output over its weights, of the variance given, averaged over its inputs."""
    return E(Var(unit_output, independent(Normal(0, sqrt(variance))(w[i])), w), inputs, x)


parameters = (
    Parameter(d, Integers(1, 3), "number of inputs of the unit", keyword="n"),
    Parameter(sigma, Positive(), "standard deviation of the inputs"),
)
statement = Eq(output_variance(1 / d), sigma**2, evaluate=False)

weight = Normal(0, sqrt(1 / d))(one)
derivation = (
    start(output_variance(1 / d))
    .by(independence, E(Sum(Var(one * x[i], weight, one), (i, 1, d)), inputs, x))
    .by(definition(Var), E(Sum(E((one * x[i]) ** 2, weight, one) - E(one * x[i], weight, one) ** 2, (i, 1, d)), inputs, x))
    .by(gaussian_moments, E(Sum(x[i] ** 2 / d, (i, 1, d)), inputs, x))
    .by(independence, Sum(E(one**2 / d, Normal(0, sigma)(one), one), (i, 1, d)))
    .by(gaussian_moments, Sum(sigma**2 / d, (i, 1, d)))
    .by(algebra, sigma**2)
)
sources = ("Glorot & Bengio 2010, equations (10), (11) and (12)", "sheet L 1.2, whose comment names it")
