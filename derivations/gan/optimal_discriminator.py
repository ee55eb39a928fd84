"""The best discriminator for a fixed generator is p_data / (p_data + p_g).

For any two densities. V(D, p_g) is the integral of p_data(x) log D(x) + p_g(x) log(1 - D(x)), and D(x) may be
chosen at every x on its own. There the function of d = D(x) is strictly concave on all of (0, 1), so its one
stationary point is its one maximum.
"""

from sympy import Eq, exp, log

from derivations.adversarial import D, best, d, game, instance, laws, p_data, p_g, x
from derivations.claimfile import Parameter, Part
from derivations.conditions import ANY_DISCRIMINATOR, FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Real
from derivations.language import ArgMax, E, GANValue, Int, Maximum, Sigmoid
from derivations.rules import algebra, definition, linearity, pointwise_optimum, stationary_point

parameters = (*laws, Parameter(x, Real(), "the point at which the discriminator is asked", optional=True))
conditions = (POSITIVE, FINITE, ANY_DISCRIMINATOR)
means = E(log(D), p_data, x) + E(log(1 - D), p_g, x)
integral = Int(p_data * log(D) + p_g * log(1 - D), x)
integrand = p_data * log(d) + p_g * log(1 - d)
best_integrand = p_data * log(best) + p_g * log(1 - best)
best_value = GANValue(best, p_data, p_g, x)

parts = (
    Part(
        Eq(ArgMax(game, D), best, evaluate=False),
        start(ArgMax(game, D))
        .by(definition(GANValue), ArgMax(means, D))
        .by(definition(E), ArgMax(Int(p_data * log(D), x) + Int(p_g * log(1 - D), x), D))
        .by(linearity, ArgMax(integral, D))
        .by(pointwise_optimum(d), ArgMax(integrand, d))
        .by(stationary_point(best), best),
        "The one discriminator at which the value is greatest",
    ),
    Part(
        Eq(Maximum(game, D), best_value, evaluate=False),
        start(Maximum(game, D))
        .by(definition(GANValue), Maximum(means, D))
        .by(definition(E), Maximum(Int(p_data * log(D), x) + Int(p_g * log(1 - D), x), D))
        .by(linearity, Maximum(integral, D))
        .by(pointwise_optimum(d), Int(Maximum(integrand, d), x))
        .by(stationary_point(best), Int(best_integrand, x))
        .by(linearity, Int(p_data * log(best), x) + Int(p_g * log(1 - best), x))
        .by(definition(E), E(log(best), p_data, x) + E(log(1 - best), p_g, x))
        .by(definition(GANValue), best_value),
        "The greatest value",
    ),
)
# where both densities are too small for a float, their logarithms are not
log_ratio = log(p_data) - log(p_g)
stable = (
    Part(
        Eq(best, Sigmoid(log_ratio), evaluate=False),
        start(best).by(algebra, 1 / (1 + exp(-log_ratio))).by(definition(Sigmoid), Sigmoid(log_ratio)),
    ),
)
sources = ("sheet A 3.1b", "sheet L (18)-(20)", "Goodfellow et al. 2014, proposition 1")
