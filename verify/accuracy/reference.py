"""The exact value and gradient of a closed form at floats, by ball arithmetic from the textbook's expression."""

from flint import acb, acb_series, arb

from derivations.domains import Bit, Vector
from derivations.enclose.balls import Balls, Unevaluable
from derivations.enclose.points import as_value
from derivations.enclose.refine import enclose_to
from verify.closed_form import lengths

DIGITS = 24
NOTHING = 400  # a value of which no digits are found is zero to so many decimals


def exact_value(expr, parameters, point):
    """The value at the point, as a float of arbitrary precision (a flint `arb` narrower than any float sees)."""
    values = _values(parameters, point)
    return _narrow(lambda: Balls(values)(expr))


def exact_gradient(expr, parameters, point):
    """The derivative in every real parameter, by power series: keyword -> list of `arb` (one for a scalar)."""
    values, found = _values(parameters, point), {}
    for p in parameters:
        if isinstance(point[p.name], int) or isinstance(getattr(p.domain, "entry", None), Bit):
            continue
        if isinstance(p.domain, Vector):
            found[p.name] = [_slope(expr, values, p.symbol, k) for k in range(len(values[p.symbol]))]
        else:
            found[p.name] = [_slope(expr, values, p.symbol, None)]
    return found


def _slope(expr, values, symbol, place):
    def evaluate():
        moved = values[symbol] if place is None else values[symbol][place]
        moved = acb_series([moved, 1], prec=2)
        entries = moved if place is None else [*values[symbol][:place], moved, *values[symbol][place + 1 :]]
        value = Balls({**values, symbol: entries})(expr)
        return value[1] if isinstance(value, acb_series) else acb(0)

    return _narrow(evaluate)


def _narrow(evaluate):
    try:
        return enclose_to(evaluate, DIGITS, relative=True, most_bits=2000)
    except Unevaluable:
        enclosure = enclose_to(evaluate, NOTHING)
        if not enclosure.contains(0):
            raise
        return arb(0)


def _values(parameters, point):
    import numpy

    values = {}
    for p in parameters:
        given = point[p.name]
        if isinstance(given, int):
            values[p.symbol] = given
            continue
        plain = given.tolist()
        values[p.symbol] = as_value(p, plain) if isinstance(plain, list) else acb(plain)
        values.update(lengths(p, given, numpy))
    return values
