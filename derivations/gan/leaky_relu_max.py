"""Leaky ReLU is a maximum: max(x, alpha x), for slopes alpha between 0 and 1.

For positive x the larger of x and alpha x is x, since alpha is at most 1; for negative x it is alpha x, for the same
reason. So one call of a maximum computes what is defined by two cases. A slope above 1 would make it the minimum.
"""

from fractions import Fraction

from sympy import Eq, Max

from derivations.claimfile import Parameter
from derivations.derivation import start
from derivations.domains import ClosedInterval, Real
from derivations.language import LeakyReLU, real
from derivations.rules import cases, definition

x, alpha = real("x alpha")

parameters = (
    Parameter(x, Real(), "what the unit reads"),
    Parameter(alpha, ClosedInterval(Fraction(0), Fraction(1)), "slope for negative numbers"),
)
statement = Eq(LeakyReLU(x, alpha), Max(x, alpha * x), evaluate=False)

derivation = (
    start(LeakyReLU(x, alpha))
    .by(definition(LeakyReLU), LeakyReLU(x, alpha).definition())
    .by(cases(x), Max(x, alpha * x))
)
sources = ("sheet D 22a", "Maas, Hannun & Ng 2013, equation (2)")
