"""Log-likelihood of a Gaussian decoder with unit variance.

log N(x; mu, I) is minus half the squared error, up to a constant: training with the mean squared error is
training with a Gaussian likelihood. The law N(mu, I) has independent coordinates x_i ~ N(mu_i, 1).
"""

from sympy import Eq, Rational, Sum, log, pi

from derivations.claimfile import Parameter
from derivations.coordinates import d, i, independent, mu, x
from derivations.derivation import start
from derivations.domains import Real, Vector
from derivations.language import Normal
from derivations.rules import algebra, log_density

decoder = Normal(mu[i], 1)(x[i])
density = independent(decoder)

parameters = (
    Parameter(x, Vector(Real(), d), "the observation"),
    Parameter(mu, Vector(Real(), d), "mean of the decoder's law N(mu, I)"),
)
unit = "nats"
squared_error = Sum((x[i] - mu[i]) ** 2, (i, 1, d))
closed_form = -Rational(1, 2) * squared_error - d * log(2 * pi) / 2
statement = Eq(log(density), closed_form, evaluate=False)

derivation = (
    start(log(density))
    .by(algebra, Sum(log(decoder), (i, 1, d)))
    .by(log_density, Sum(-log(2 * pi) / 2 - (x[i] - mu[i]) ** 2 / 2, (i, 1, d)))
    .by(algebra, closed_form)
)
sources = ("sheet A (7)", "sheet A 2.1d")
