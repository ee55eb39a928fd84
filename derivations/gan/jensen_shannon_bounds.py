"""The Jensen-Shannon divergence lies between 0 and log 2, and is 0 only between equal laws.

For any two densities. It is a mean of two KL divergences, so it is nonnegative; each law makes up half of the
mixture it is compared with, so neither logarithm can exceed log 2. That it is 0 only for equal laws is made
quantitative by the tangent of the logarithm: it is at least a quarter of the squared Hellinger distance.
"""

from sympy import Eq, Ge, Integer, Le, Rational, log, sqrt

from derivations.adversarial import instance, laws, p_data, p_g, x
from derivations.claimfile import Part
from derivations.conditions import ANY_LAW, FINITE, POSITIVE
from derivations.derivation import start
from derivations.language import JS, KL, ArgMin, E, Hellinger, Int
from derivations.language.density import Law
from derivations.rules import (
    algebra, attained_by_law, definition, earlier_claim, linearity, log_increases, marginalisation, tangent_of_log,
)

parameters = laws
conditions = (POSITIVE, FINITE, ANY_LAW)
unit = "nats"
half = Rational(1, 2)
q, p = Law("q")(x), Law("p")(x)
mixture = (p_data + p_g) / 2
divergence, distance = JS(p_data, p_g, x), Hellinger(p_data, p_g, x)
of_data, of_generated = KL(p_data, mixture, x), KL(p_g, mixture, x)

# mixture / law = w v for either law, where E_data[w_data] + E_g[w_g] = 2 and the means of the v are known
root_data, root_g = sqrt(p_data), sqrt(p_g)
w_data, w_g = (p_data + p_g) / (root_data * (root_data + root_g)), (p_data + p_g) / (root_g * (root_data + root_g))
v_data, v_g = (1 + root_g / root_data) / 2, (1 + root_data / root_g) / 2
affinity = Int(root_data * root_g, x)


def under_each_law(of_data, of_generated):
    """The mean of the one function under the law of the data plus that of the other under the generator's."""
    return E(of_data, p_data, x) + E(of_generated, p_g, x)


def below(part, law):
    """The earlier claim that KL(law || mixture) >= ..., half of it."""
    return earlier_claim("kl_nonnegative", {q: law, p: mixture}, part=part, times=half)


from_below = (
    start(divergence)
    .by(definition(JS), half * of_data + half * of_generated)
    .ge(below(0, p_data), half * of_generated)
    .ge(below(0, p_g), Integer(0))
)
between_equal_laws = (
    start(JS(p_data, p_data, x))
    .by(definition(JS), KL(p_data, p_data, x))
    .by(earlier_claim("kl_nonnegative", {p: p_data}, part=1), Integer(0))
)
from_above = (
    start(divergence)
    .by(definition(JS), half * of_data + half * of_generated)
    .by(definition(KL), half * E(log(p_data) - log(mixture), p_data, x) + half * E(log(p_g) - log(mixture), p_g, x))
    .by(algebra, half * E(log(p_data / mixture), p_data, x) + half * E(log(p_g / mixture), p_g, x))
    .le(log_increases, half * E(log(2), p_data, x) + half * E(log(2), p_g, x))
    .by(linearity, log(2))
)
from_the_distance = (
    start(divergence)
    .by(definition(JS), half * of_data + half * of_generated)
    .by(definition(KL), half * E(log(p_data) - log(mixture), p_data, x) + half * E(log(p_g) - log(mixture), p_g, x))
    .by(algebra, half * E(-log(w_data) - log(v_data), p_data, x) + half * E(-log(w_g) - log(v_g), p_g, x))
    .by(linearity, -half * under_each_law(log(w_data), log(w_g)) - half * under_each_law(log(v_data), log(v_g)))
    .ge(tangent_of_log, -half * under_each_law(w_data - 1, w_g - 1) - half * under_each_law(v_data - 1, v_g - 1))
    .by(linearity, 2 - half * under_each_law(w_data, w_g) - half * under_each_law(v_data, v_g))
    .by(
        definition(E),
        2 - half * (Int(w_data * p_data, x) + Int(w_g * p_g, x))
        - half * (Int((p_data + root_data * root_g) / 2, x) + Int((p_g + root_data * root_g) / 2, x)),
    )
    .by(linearity, 2 - half * Int(w_data * p_data + w_g * p_g, x) - Int(p_data, x) / 4 - Int(p_g, x) / 4 - affinity / 2)
    .by(algebra, 2 - half * Int(p_data + p_g, x) - Int(p_data, x) / 4 - Int(p_g, x) / 4 - affinity / 2)
    .by(linearity, 2 - 3 * Int(p_data, x) / 4 - 3 * Int(p_g, x) / 4 - affinity / 2)
    .by(marginalisation, Int(p_data, x) / 4 + Int(p_g, x) / 4 - affinity / 2)
    .by(linearity, Int((root_data - root_g) ** 2, x) / 4)
    .by(definition(Hellinger), distance / 4)
)

parts = (
    Part(Ge(divergence, 0, evaluate=False), from_below, "The lower bound"),
    Part(Le(divergence, log(2), evaluate=False), from_above, "The upper bound"),
    Part(Eq(JS(p_data, p_data, x), 0, evaluate=False), between_equal_laws, "Equal laws reach the lower bound"),
    Part(Ge(divergence, distance / 4, evaluate=False), from_the_distance, "All others miss it"),
    Part(
        Eq(ArgMin(divergence, p_g), p_data, evaluate=False),
        start(ArgMin(divergence, p_g)).by(
            attained_by_law(p_data, 0, from_the_distance, between_equal_laws, gap=Rational(1, 4)), p_data
        ),
        "Zero if and only if the laws are equal",
    ),
)
sources = ("sheet A 3.1d", "Lin 1991, theorem 3")
