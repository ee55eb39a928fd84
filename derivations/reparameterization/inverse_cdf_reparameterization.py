"""The inverse distribution function turns uniform noise into any law: F^{-1}(u) has the law F.

So in one dimension a reparameterization can always be found: q is the uniform law on (0, 1), and g is the
inverse of the distribution function F of the law that is wanted.
"""

from sympy import Eq

from derivations.claimfile import Parameter
from derivations.conditions import INVERTIBLE
from derivations.derivation import start
from derivations.domains import AnyLaw, Real
from derivations.language import DistributionFunction, InverseMap, Law, Probability, Uniform, real
from derivations.rules import half_line, monotone_event

x, t, u, y = real("x t u y")
p = Law("p")(t)


def F(point):
    """The distribution function of p."""
    return DistributionFunction(p, point, t)


parameters = (
    Parameter(x, Real(), "where the distribution function is taken"),
    Parameter(p, AnyLaw(), "the law that is wanted", keyword="p"),
)
conditions = (INVERTIBLE,)
uniform = Uniform()(u)
sample = InverseMap(F(y), u, y)

statement = Eq(Probability(sample, x, uniform, u), F(x), evaluate=False)

derivation = (
    start(Probability(sample, x, uniform, u))
    .by(monotone_event, Probability(u, F(x), uniform, u), "F is increasing")
    .by(half_line, F(x))
)
sources = ("sheet D, Tutoraufgabe 11", "Devroye 1986, section II.2")
