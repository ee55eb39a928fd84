"""A value put for a variable, minding what is bound and what is differentiated."""

from sympy import Derivative, Dummy, Symbol

from derivations.language.maps import AtPoint, DerivativeAt
from derivations.language.word import Binder, depends


def put(expr, variable, value):
    """`expr` with `value` in the place of `variable`; None where this language cannot say it.

    Bound variables stay, and are renamed where `value` speaks of one of the same name; a derivative in
    `variable` itself becomes the derivative at the point `value`.
    """
    if expr == variable:
        return value
    if not expr.args or not depends(expr, variable):
        return expr
    if isinstance(expr, Binder):
        return _under_binder(expr, variable, value)
    if any(depends(value, v) for v in getattr(expr, "bound_symbols", ())):
        return None
    if isinstance(expr, Derivative):
        if len(expr.variables) != 1 or not isinstance(expr.variables[0], Symbol):
            return None
        if expr.variables[0] == variable:
            return DerivativeAt(expr.expr, value, variable)
        if depends(value, expr.variables[0]):
            return None
    args = [put(a, variable, value) if hasattr(a, "free_symbols") else a for a in expr.args]
    return None if None in args else expr.func(*args)


def _under_binder(expr, variable, value):
    if isinstance(expr, AtPoint):
        point = put(expr.point, variable, value)
        if expr.bound == variable:
            return None if point is None else expr.func(expr.function, point, expr.bound)
    if expr.bound == variable:
        return None  # a word with a free place of the same name as its bound variable
    if depends(value, expr.bound):
        expr = expr.renamed(Dummy(str(expr.bound), **expr.bound.assumptions0))
    args = [put(a, variable, value) for a in expr.args[:-1]]
    return None if None in args else expr.func(*args, expr.bound)
