"""Whether two closed forms agree at a point: certainly to many digits, certainly not, or not to be told."""
from dataclasses import dataclass

import flint

from .enclosure import BITS, MOST_BITS, Undefined, enclose, sharp

DIGITS = 30     # to which two values must agree to count as equal


@dataclass(frozen=True)
class Comparison:
    """`outcome` is same, different or unknown; the values are balls, None where the form has no value there."""

    outcome: str
    first: object
    second: object


def compare(first, second, point, evaluate=enclose, digits=DIGITS):
    """Compare `first` and `second` at `point`: the same means that the difference of the two balls holds zero and is
    narrower than 10^-digits of the larger value (of 1, for values below 1), different that the balls are disjoint.

    `evaluate(expr, point, bits) -> arb` is asked again with more bits until one of the two is certain.
    """
    bits = BITS
    while True:
        a, b = _value(first, point, bits, evaluate), _value(second, point, bits, evaluate)
        if a is None or b is None:
            return Comparison("unknown" if b is None else "different", a, b)
        if a.is_finite() and b.is_finite():
            with flint.ctx.workprec(bits):
                if not a.overlaps(b):
                    return Comparison("different", a, b)
                if sharp(a, digits) and sharp(b, digits):
                    return Comparison("same", a, b)
        bits *= 2
        if bits > MOST_BITS:
            return Comparison("unknown", a, b)


def _value(expr, point, bits, evaluate):
    try:
        return evaluate(expr, point, bits)
    except Undefined:
        return None
