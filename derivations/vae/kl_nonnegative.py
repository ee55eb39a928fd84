"""The KL divergence is nonnegative, and zero only between equal laws.

Gibbs' inequality, for any two densities. That it is zero only for equal laws is made quantitative: it is at
least the squared Hellinger distance, the integral of a square, which vanishes only where the densities agree.
"""

from sympy import Eq, Ge, Integer, log, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import AnyLaw
from derivations.language import KL, E, Hellinger, Int, real
from derivations.language.density import Law
from derivations.rules import algebra, definition, jensen, linearity, marginalisation, tangent_of_log

x = real("x")
q, p = Law("q")(x), Law("p")(x)

parameters = (
    Parameter(q, AnyLaw(), "the law under which the mean is taken", keyword="q"),
    Parameter(p, AnyLaw(), "the law it is compared with", keyword="p"),
)
conditions = (POSITIVE, FINITE)
unit = "nats"
divergence, distance = KL(q, p, x), Hellinger(q, p, x)
ratio = sqrt(p) / sqrt(q)
affinity = Int(sqrt(q) * sqrt(p), x)

parts = (
    Part(
        Ge(divergence, 0, evaluate=False),
        start(divergence)
        .by(definition(KL), E(log(q) - log(p), q, x))
        .by(linearity, -E(log(p) - log(q), q, x))
        .by(algebra, -E(log(p / q), q, x))
        .ge(jensen, -log(E(p / q, q, x)))
        .by(definition(E), -log(Int(p, x)))
        .by(marginalisation, Integer(0)),
        "It is nonnegative",
    ),
    Part(
        Eq(KL(p, p, x), 0, evaluate=False),
        start(KL(p, p, x)).by(definition(KL), E(0, p, x)).by(linearity, Integer(0)),
        "It vanishes between equal laws",
    ),
    Part(
        Ge(divergence, distance, evaluate=False),
        start(divergence)
        .by(definition(KL), E(log(q) - log(p), q, x))
        .by(algebra, E(-2 * log(ratio), q, x))
        .by(linearity, -2 * E(log(ratio), q, x))
        .ge(tangent_of_log, -2 * E(ratio - 1, q, x))
        .by(linearity, 2 - 2 * E(ratio, q, x))
        .by(definition(E), 2 - 2 * affinity)
        .by(marginalisation, Int(q, x) + Int(p, x) - 2 * affinity)
        .by(linearity, Int((sqrt(q) - sqrt(p)) ** 2, x))
        .by(definition(Hellinger), distance),
        "It vanishes only between equal laws",
    ),
)
sources = ("Gibbs 1902", "Kullback & Leibler 1951, section 3")
