"""mu + sigma eps with standard normal eps has the law N(mu, sigma^2).

The reparameterization trick of the variational autoencoder: the noise is fixed, mean and standard deviation
stand in a map that can be differentiated.
"""

from sympy import Abs, Derivative, Eq, pi, sqrt

from derivations.claimfile import Parameter
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import InverseMap, Normal, NormalDensity, Pushforward, positive, real
from derivations.reparameterization import reparameterization_density as general
from derivations.rules import algebra, definition, differentiation, earlier_claim, inverse_map

x, mu, epsilon = real("x mu epsilon")
sigma = positive("sigma")

parameters = (
    Parameter(mu, Real(), "mean"),
    Parameter(sigma, Positive(), "standard deviation"),
    Parameter(x, Real(), "where the density is taken", optional=True),
)
noise = Normal(0, 1)
sample = mu + sigma * epsilon
density = Pushforward(x, sample, noise(epsilon), epsilon)
inverse = InverseMap(sample, x, epsilon)
standardised = (x - mu) / sigma

statement = Eq(density, Normal(mu, sigma)(x), evaluate=False)

derivation = (
    start(density)
    .by(
        earlier_claim("reparameterization_density", {general.g: sample, general.q: noise(epsilon)}),
        noise(inverse) * Abs(Derivative(inverse, x)),
    )
    .by(inverse_map, noise(standardised) * Abs(Derivative(standardised, x)))
    .by(differentiation, noise(standardised) / sigma)
    .by(definition(NormalDensity), Normal(mu, sigma)(x))
)
sources = ("Kingma & Welling 2014, section 2.4", "sheet A 2.1c", "sheet L, equation (15)", "sheet D, Tutoraufgabe 11")
