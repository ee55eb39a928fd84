"""Enclosures as narrow as asked for, or a reason why not."""

from math import log2

from flint import acb, arb

from derivations.enclose.balls import Unevaluable, precision

MOST_BITS = 4096


def enclose_to(evaluate, digits, relative=False, most_bits=MOST_BITS):
    """The value of `evaluate()`, a real ball of width at most 10^-digits, doubling the working precision until it is.

    `evaluate` is called without arguments under `precision(bits)` and must start from exact numbers, as
    `Point.evaluate` and `Balls(values)(expr)` do; a ball made outside keeps its width. The width is absolute,
    or with `relative` a fraction of the value. Raises `Unevaluable` with the reason where `most_bits` are
    not enough: what stands in the way, or the width that was reached.
    """
    if digits <= 0:
        raise ValueError(f"digits must be positive, not {digits}")
    if digits * log2(10) > most_bits:
        raise ValueError(f"{digits} digits need more than the {most_bits} bits allowed; raise most_bits")
    bits, obstacle = int(digits * log2(10)) + 16, None
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
