"""Xavier's initialisation draws weights of standard deviation sqrt(2 / n), n the number of inputs.

The comment "Xavier initialization" on sheet L stands over He's. With that standard deviation a linear unit doubles the
variance of what it reads; it is meant for rectified layers, where the rectifier takes one half away. The units there
are sigmoids. Xavier Glorot's own proposal is the variance 2 / (n + m), m the number of outputs; 1 / n on the way forward.
"""

from sympy import Eq, Sum, sqrt

from derivations.autoencoders import xavier_initialization as right
from derivations.autoencoders.xavier_initialization import d, i, inputs, one, output_variance, sigma, x
from derivations.derivation import start
from derivations.language import E, Normal, Var
from derivations.rules import algebra, definition, gaussian_moments, independence

holds, truth = False, "xavier_initialization"
parameters = right.parameters
weight = Normal(0, sqrt(2 / d))(one)
statement = Eq(output_variance(2 / d), sigma**2, evaluate=False)
derivation = (
    start(output_variance(2 / d))
    .by(independence, E(Sum(Var(one * x[i], weight, one), (i, 1, d)), inputs, x))
    .by(definition(Var), E(Sum(E((one * x[i]) ** 2, weight, one) - E(one * x[i], weight, one) ** 2, (i, 1, d)), inputs, x))
    .by(gaussian_moments, E(Sum(2 * x[i] ** 2 / d, (i, 1, d)), inputs, x))
    .by(independence, Sum(E(2 * one**2 / d, Normal(0, sigma)(one), one), (i, 1, d)))
    .by(gaussian_moments, Sum(2 * sigma**2 / d, (i, 1, d)))
    .by(algebra, 2 * sigma**2)
)
sources = ("sheet L 1.2, lines 9 to 14 of the code", "He et al. 2015, for whom it is named elsewhere")
