"""The right side of a claim as a function of its parameters, compiled to arrays."""

import inspect

from sympy import Eq, MatrixSymbol

from derivations.compile import Uncompilable, evaluate
from derivations.compile.careful import elementary, evaluate_carefully
from derivations.domains import Integers, Vector
from derivations.instance import concretise, is_abstract
from derivations.language.density import Density
from derivations.language.word import depends


def closed_form(claim, xp):
    """A function with the claim's parameters, positional or by name, returning its right side (or its `value`)."""
    parameters = [p for p in claim.parameters if not isinstance(p.symbol, Density) and not _idle(p, claim)]
    signature = inspect.Signature([inspect.Parameter(p.name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for p in parameters])
    computed = expressions(claim, claim.instance)

    def function(*args, **kwargs):
        bound = signature.bind(*args, **kwargs).arguments
        values = {}
        for p in parameters:
            values[p.symbol] = as_array(p, bound[p.name], xp)
            values.update(lengths(p, bound[p.name], xp))
        return _values(computed, values, xp)

    function.__name__ = function.__qualname__ = claim.name
    function.__signature__ = signature
    function.__doc__ = f"{claim.title}. Closed form, {claim.unit or 'dimensionless'}."
    return function


def _idle(parameter, claim):
    """Is it an optional parameter, such as a state of a chain, on which what is computed does not depend?"""
    return parameter.optional and not any(depends(e, parameter.symbol) for e in expressions(claim, claim.instance))


def values_at(case):
    """The value at the caller's arguments: a float, an array, or None where the right side is no number."""
    import numpy

    arguments, claim = case.arguments, case.claim
    given = {p.symbol: as_array(p, arguments.arrays[p.name], numpy) for p in claim.parameters if p.name in arguments.arrays}
    point = case.points[0]
    drawn = {s: v for s, v in point.values.items() if s not in given}
    try:
        found = _values(expressions(claim, point.instance), {**{s: _number(v) for s, v in drawn.items()}, **given}, numpy)
    except Uncompilable:
        return None
    found = numpy.asarray(found, float)
    return float(found) if found.ndim == 0 else found


def expressions(claim, instance, stable=True):
    """What is to be computed: the named values of the claim, or its first statement's right side (the left of a bound).

    Each in the form that the claim proves to be stable, where it has one, unless the textbook's is asked for.
    """
    statement = claim.parts[0].statement
    sides = tuple(claim.value.values()) or ((statement.rhs if isinstance(statement, Eq) else statement.lhs),)
    proved = {part.statement.lhs: part.statement.rhs for part in claim.stable if stable}
    concrete = [_concrete(proved.get(e, e), instance) for e in sides]
    return tuple(_concrete(proved.get(e, e), instance) for e in concrete)


def _concrete(expr, instance):
    return concretise(expr, instance) if instance and is_abstract(expr) else expr


def _values(several, values, xp):
    found = [compiled(e, values, xp) for e in several]
    return found[0] if len(found) == 1 else xp.stack(xp.broadcast_arrays(*map(xp.asarray, found)), axis=-1)


def compiled(expr, values, xp):
    """The value of a closed form for arrays: scalar forms in pairs of floats, others as they stand."""
    scalars = elementary(expr)
    return evaluate(expr, values, xp) if scalars is None else evaluate_carefully(scalars, values, xp)


def lengths(parameter, value, xp):
    """The dimension that the shape of an argument fixes, as {symbol: length}."""
    symbol = getattr(parameter.domain, "length" if isinstance(parameter.domain, Vector) else "size", None)
    return {symbol: xp.shape(value)[-1]} if symbol is not None else {}


def as_array(parameter, value, xp):
    """An argument as the walkers take it."""
    if isinstance(parameter.domain, Integers):
        try:
            return int(value)
        except TypeError:  # an array, or a number that is known only when the compiled function runs
            return xp.asarray(value).astype(int)
    column = isinstance(parameter.symbol, MatrixSymbol) and isinstance(parameter.domain, Vector)
    return xp.asarray(value)[..., None] if column else xp.asarray(value)


def _number(value):
    import numpy
    from flint import acb
    from sympy import MatrixBase

    if isinstance(value, MatrixBase):
        return numpy.array(value.tolist(), float)
    if isinstance(value, (list, tuple)):
        return numpy.array([_number(v) for v in value])
    return float(value.real) if isinstance(value, acb) else value if isinstance(value, int) else float(value)
