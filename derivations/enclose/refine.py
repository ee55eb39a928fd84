"""Enclosures as narrow as asked for, or a reason why not."""

from math import log2

from flint import acb, arb

from derivations.enclose.balls import Unevaluable, precision

def enclose_to(evaluate, digits, relative=False, most_bits=None):
    """The value of `evaluate()`, a real ball of width at most 10^-digits, doubling the working precision until it is.

    `evaluate` is called without arguments under `precision(bits)` and must start from exact numbers, as
    `Point.evaluate` and `Balls(values)(expr)` do; a ball made outside keeps its width. The width is absolute,
    or with `relative` a fraction of the value. Raises `Unevaluable` with the reason where `most_bits`
    (without one: about eight times what exact arithmetic needs) are not enough: what stands in the way, or
    the width that was reached.
    """
    if digits <= 0:
        raise ValueError(f"digits must be positive, not {digits}")
    bits, obstacle = int(digits * log2(10)) + 24, None
    most_bits = 512 + 8 * bits if most_bits is None else most_bits
    if bits > most_bits:
        raise ValueError(f"{digits} digits need at least {bits} bits, more than most_bits = {most_bits}")
    while bits <= most_bits:
        with precision(bits):
            try:
                value = real(evaluate())
            except (Unevaluable, ZeroDivisionError) as reason:
                obstacle = str(reason)
            else:
                if narrow(value, digits, relative):
                    return value
                obstacle = f"the enclosure is {value.str(5)}"
        bits *= 2
    raise Unevaluable(f"no {digits} {'significant digits' if relative else 'decimals'} with {bits // 2} bits: {obstacle}")


def real(value):
    """The real ball of a value that is real."""
    if isinstance(value, arb):
        return value
    if isinstance(value, acb) and value.imag.contains(0):
        return value.real
    raise Unevaluable("the value is not a real number")


def narrow(value, digits, relative):
    """Is the ball certainly as narrow as asked for?"""
    if not value.is_finite():
        return False
    allowed = arb(10) ** -digits * (abs(value) if relative else 1)
    return bool(2 * value.rad() <= allowed)
