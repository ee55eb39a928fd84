"""The generator's best is the data's own law: value -log 4, discriminator one half.

Against the best discriminator the generator minimises -log 4 + 2 JS(p_data || p_g), and the Jensen-Shannon
divergence is zero for p_g = p_data and for no other law.
"""

from sympy import Eq, Ge, Rational, log

from derivations.adversarial import D, instance, laws, p_data, p_g, value, x
from derivations.claimfile import Part
from derivations.conditions import ANY_DISCRIMINATOR, ANY_LAW, FINITE, POSITIVE
from derivations.derivation import start
from derivations.language import JS, ArgMax, ArgMin, Hellinger, Maximum, Minimum
from derivations.rules import attained_by_law, earlier_claim

parameters = laws
conditions = (POSITIVE, FINITE, ANY_DISCRIMINATOR, ANY_LAW)
unit = "nats"
against_the_best = Maximum(value, D)
as_divergence = -log(4) + 2 * JS(p_data, p_g, x)
distance = Hellinger(p_data, p_g, x)
at_equality = {p_g: p_data}
value_at_equality, half = value.xreplace(at_equality), Rational(1, 2)

never_below = start(as_divergence).ge(earlier_claim("jensen_shannon_bounds", part=0, times=2), -log(4))
sharper = start(as_divergence).ge(earlier_claim("jensen_shannon_bounds", part=3, times=2), -log(4) + distance / 2)
attained = start(as_divergence.xreplace(at_equality)).by(earlier_claim("jensen_shannon_bounds", part=2), -log(4))

parts = (
    Part(
        Ge(against_the_best, -log(4), evaluate=False),
        start(against_the_best)
        .by(earlier_claim("gan_value_jensen_shannon"), as_divergence)
        .ge(earlier_claim("jensen_shannon_bounds", part=0, times=2), -log(4)),
        "No generator gets below",
    ),
    Part(
        Eq(Minimum(against_the_best, p_g), -log(4), evaluate=False),
        start(Minimum(against_the_best, p_g))
        .by(earlier_claim("gan_value_jensen_shannon"), Minimum(as_divergence, p_g))
        .by(attained_by_law(p_data, -log(4), never_below, attained), -log(4)),
        "The value of the game",
    ),
    Part(
        Eq(ArgMin(against_the_best, p_g), p_data, evaluate=False),
        start(ArgMin(against_the_best, p_g))
        .by(earlier_claim("gan_value_jensen_shannon"), ArgMin(as_divergence, p_g))
        .by(attained_by_law(p_data, -log(4), sharper, attained, gap=half), p_data),
        "Reached if and only if the generator has the law of the data",
    ),
    Part(
        Eq(ArgMax(value_at_equality, D), half, evaluate=False),
        start(ArgMax(value_at_equality, D)).by(earlier_claim("optimal_discriminator", at_equality), half),
        "There the discriminator can only guess",
    ),
)
sources = ("sheet L 3.1, global optimum", "Goodfellow et al. 2014, theorem 1")
