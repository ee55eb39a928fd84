"""The right side of a claim as a function of its parameters, compiled to arrays."""

import inspect

from sympy import Eq, MatrixSymbol

from derivations.compile import Uncompilable, evaluate
from derivations.domains import SPD, Integers, Vector
from derivations.instance import concretise, is_abstract
from derivations.language.density import Density


def closed_form(claim, xp):
    """A function with the claim's parameters, positional or by name, returning its right side (or its `value`)."""
    parameters = [p for p in claim.parameters if not isinstance(p.symbol, Density)]
    signature = inspect.Signature([inspect.Parameter(p.name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for p in parameters])
    expressions = _expressions(claim, claim.instance)

    def function(*args, **kwargs):
        bound = signature.bind(*args, **kwargs).arguments
        values = {}
        for p in parameters:
            values[p.symbol] = _array(p, bound[p.name], xp)
            values.update(lengths(p, bound[p.name], xp))
        return _values(expressions, values, xp)

    function.__name__ = function.__qualname__ = claim.name
    function.__signature__ = signature
    function.__doc__ = f"{claim.title}. Closed form, {claim.unit or 'dimensionless'}."
    return function


def values_at(case):
    """The value at the caller's arguments: a float, an array, or None where the right side is no number."""
    import numpy

    arguments, claim = case.arguments, case.claim
    given = {p.symbol: _array(p, arguments.arrays[p.name], numpy) for p in claim.parameters if p.name in arguments.arrays}
    point = case.points[0]
    drawn = {s: v for s, v in point.values.items() if s not in given}
    try:
        found = _values(_expressions(claim, point.instance), {**{s: _number(v) for s, v in drawn.items()}, **given}, numpy)
    except Uncompilable:
        return None
    found = numpy.asarray(found, float)
    return float(found) if found.ndim == 0 else found


def _expressions(claim, instance):
    """What is to be computed: the named values of the claim, or its first statement's right side (the left of a bound)."""
    statement = claim.parts[0].statement
    expressions = tuple(claim.value.values()) or ((statement.rhs if isinstance(statement, Eq) else statement.lhs),)
    if any(is_abstract(e) for e in expressions) and instance:
        return tuple(concretise(e, instance) for e in expressions)
    return expressions


def _values(expressions, values, xp):
    found = [evaluate(e, values, xp) for e in expressions]
    return found[0] if len(found) == 1 else xp.stack([xp.asarray(f) for f in found], axis=-1)


def lengths(parameter, value, xp):
    """The dimension that the shape of an argument fixes, as {symbol: length}."""
    symbol = {Vector: "length", SPD: "size"}.get(type(parameter.domain))
    symbol = symbol and getattr(parameter.domain, symbol)
    return {symbol: xp.shape(value)[-1]} if symbol is not None else {}


def _array(parameter, value, xp):
    if isinstance(parameter.domain, Integers) and xp.ndim(value) == 0:
        return int(value)
    column = isinstance(parameter.symbol, MatrixSymbol) and isinstance(parameter.domain, Vector)
    return xp.asarray(value)[..., None] if column else xp.asarray(value)


def _number(value):
    import numpy
    from flint import acb

    if isinstance(value, (list, tuple)):
        return numpy.array([_number(v) for v in value])
    return float(value.real) if isinstance(value, acb) else value if isinstance(value, int) else float(value)
