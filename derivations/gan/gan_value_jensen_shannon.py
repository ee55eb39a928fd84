"""Against the best discriminator the value is the Jensen-Shannon divergence, but for constants.

For any two densities. With D at its best, both logarithms compare a law with the mixture of the two; each mean
becomes a KL divergence once the factor 1/2 of the mixture is paid for, log 2 for each of them.
"""

from sympy import Eq, log

from derivations.adversarial import D, best, instance, laws, p_data, p_g, value, x
from derivations.conditions import ANY_DISCRIMINATOR, FINITE, POSITIVE
from derivations.derivation import start
from derivations.language import JS, KL, E, GANValue, Maximum
from derivations.rules import algebra, definition, earlier_claim, linearity

parameters = laws
conditions = (POSITIVE, FINITE, ANY_DISCRIMINATOR)
unit = "nats"
mixture = (p_data + p_g) / 2
divergence = JS(p_data, p_g, x)
statement = Eq(Maximum(value, D), -log(4) + 2 * divergence, evaluate=False)

derivation = (
    start(Maximum(value, D))
    .by(earlier_claim("optimal_discriminator", part=1), GANValue(best, p_data, p_g, x))
    .by(definition(GANValue), E(log(best), p_data, x) + E(log(1 - best), p_g, x))
    .by(algebra, E(log(p_data) - log(mixture) - log(2), p_data, x) + E(log(p_g) - log(mixture) - log(2), p_g, x))
    .by(linearity, E(log(p_data) - log(mixture), p_data, x) + E(log(p_g) - log(mixture), p_g, x) - 2 * log(2))
    .by(definition(KL), KL(p_data, mixture, x) + KL(p_g, mixture, x) - 2 * log(2))
    .by(definition(JS), 2 * divergence - 2 * log(2))
    .by(algebra, -log(4) + 2 * divergence)
)
sources = ("sheet A 3.1c", "Goodfellow et al. 2014, theorem 1")
