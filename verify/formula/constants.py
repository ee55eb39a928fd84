"""The name of a number known to many digits: 2, 1/2, ln 2, 1/ln 2, pi, or a small fraction of one of these."""
from fractions import Fraction

import flint
import sympy as sp

from .enclosure import BITS, enclose, sharp

_bases = (sp.Integer(1), sp.log(2), 1 / sp.log(2), sp.pi, 1 / sp.pi, sp.sqrt(2), sp.sqrt(sp.pi), 1 / sp.sqrt(sp.pi), sp.sqrt(2 * sp.pi),
          1 / sp.sqrt(2 * sp.pi), sp.log(2 * sp.pi), sp.log(sp.pi), sp.E, 1 / sp.E, sp.log(10), 1 / sp.log(10), sp.pi**2)
_most = 360


def name(ball, digits=25):
    """The SymPy number that `ball` holds, out of small fractions p/q times the constants of this trade; None if none.

    The fraction has p and q up to 360, so that with 25 digits an accidental match is out of the question
    (there are fewer than 10^7 candidates).
    """
    if not sharp(ball, digits):
        return None
    for base in _bases:
        with flint.ctx.workprec(BITS):
            ratio = ball / enclose(base, {})
            found = _fraction(ratio)
        if found is not None:
            return sp.Rational(found.numerator, found.denominator) * base
    return None


def spoken(number):
    """How a person writes it: 2, 1/2, ln 2, 1/ln 2."""
    return str(number).replace("log(", "ln(").replace("**", "^").replace("ln(2)", "ln 2").replace("ln(10)", "ln 10")


def _fraction(ball):
    """The fraction with numerator and denominator up to 360 inside `ball`, or None."""
    middle = Fraction(str(ball.mid().str(40, radius=False)))
    near = middle.limit_denominator(_most)
    if abs(near.numerator) > _most:
        return None
    return near if ball.overlaps(flint.arb(flint.fmpq(near.numerator, near.denominator))) else None
