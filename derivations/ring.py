"""Zero tests by ring arithmetic: the only equality that a step is granted without naming a rule.

Everything that is not +, *, or a numeric power is an opaque generator: log(u), E[...], p(x).  Two
expressions are *the same* when their difference, over a common denominator, expands to 0.  Arguments
of generators are brought to one form first, and bound variables are renamed, so that log(b + a) and
log(a + b), or KL over x and KL over z, are one generator.
"""

from functools import cache

from sympy import Add, Derivative, Dummy, Expr, IndexedBase, MatrixBase, Mul, Pow, S, Symbol, Tuple, cancel, expand, fraction, together
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.matrices.expressions.matexpr import MatrixExpr

from derivations.language.word import Binder
from derivations.rational import NotRational, reduced, vanishes


def same(a, b):
    """Are the two expressions equal by ring arithmetic alone?"""
    return is_zero(a - b)


def is_zero(expr):
    """Does `expr` vanish by ring arithmetic alone?"""
    expr = canonical_atoms(expr)
    if expr == 0:
        return True
    if expr.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
        return False
    try:
        return vanishes(expr)
    except NotRational:
        return _vanishes_with_roots(expr)


def _vanishes_with_roots(expr):
    numerator = fraction(together(expr, deep=False))[0]
    for _ in range(8):  # squares of roots reappear as their radicands and are expanded again
        expanded = expand(numerator, deep=False) if not _nested(numerator) else expand(numerator)
        if expanded == 0:
            return True
        if expanded == numerator:
            break
        numerator = expanded
    return cancel(expanded) == 0


def canonical(expr):
    """One form for all expressions that ring arithmetic makes equal (up to what `cancel` can see)."""
    expr = canonical_atoms(expr)
    return _quotient(expr) if isinstance(expr, Expr) and not isinstance(expr, MatrixExpr) else expr


def _quotient(expr):
    """`expr` as one quotient of coprime polynomials."""
    try:
        return reduced(expr)
    except NotRational:
        return cancel(expr)


def canonical_atoms(expr, depth=0):
    """The expression with the arguments of its generators in canonical form."""
    if not expr.args or isinstance(expr, (MatrixBase, MatrixExpr)):
        return expr
    if isinstance(expr, (Add, Mul)):
        return expr.func(*(canonical_atoms(a, depth) for a in expr.args))
    if isinstance(expr, Pow) and expr.exp.is_Rational:
        base = canonical_atoms(expr.base, depth)
        return (base if expr.exp.is_Integer else cancel(base)) ** expr.exp
    if isinstance(expr, Binder):
        name = _bound_name(expr.bound, depth)
        if name != expr.bound and expr.has(name):  # bound further inside: it makes room
            expr = expr.xreplace({name: Dummy(**name.assumptions0)})
        expr = expr.renamed(name)
        return expr.func(*(_argument(a, depth + 1) for a in expr.args[:-1]), expr.args[-1])
    if isinstance(expr, Derivative):
        return expr.func(_argument(expr.expr, depth), *expr.args[1:])
    if isinstance(expr, ExprWithLimits):
        return expr.func(_argument(expr.function, depth), *expr.limits)
    return expr.func(*(_argument(a, depth) for a in expr.args))


def _argument(expr, depth):
    if not isinstance(expr, Expr) or isinstance(expr, (MatrixExpr, IndexedBase)):
        return Tuple(*(_argument(a, depth) for a in expr)) if isinstance(expr, Tuple) else expr
    expr = canonical_atoms(expr, depth)
    return expr if expr.is_Atom else _quotient(expr)


@cache
def _place(depth, assumptions):
    """The name of a variable bound at this depth; a dummy, so that no symbol of a statement can have it."""
    return Dummy(f"_{depth}", **dict(assumptions))


def _bound_name(variable, depth):
    if isinstance(variable, Symbol):
        return _place(depth, tuple(sorted(variable.assumptions0.items())))
    return variable


def _nested(expr):
    """Is there a power of a sum, which a shallow expansion would leave?"""
    return any(isinstance(p.base, Add) for p in expr.atoms(Pow))


