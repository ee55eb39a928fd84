"""SymPy expressions that know their size: every operation checks the bounds before it is carried out.

So a tower such as 9^9^9^9 is refused when it is seen, not after it has been computed.
"""
from dataclasses import dataclass
from math import comb

import flint
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr

from . import limits
from .enclosure import Undefined, enclose


class TooLarge(ValueError):
    """An operation that would leave the bounds, or that has no meaning; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Sized:
    """An expression with its size.

    `degree` is that of a polynomial, `above` and `below` count the terms that multiplying out would give on either side
    of the bar, and `height` counts functions, roots and exponents inside one another.
    """

    expr: sp.Basic
    degree: int = 1
    above: int = 1
    below: int = 1
    height: int = 0


def number(value):
    """The exact rational `value`, a Fraction."""
    return _checked(sp.Rational(value.numerator, value.denominator), 0, 1, 1, 0)


def add(terms):
    """The sum of `terms`; matrices add to matrices of the same shape."""
    if len(terms) == 1:
        return terms[0]
    terms = _alike(terms)
    below = 1
    for term in terms:
        below = _bounded(below * term.below)
    above = sum(term.above * (below // term.below) for term in terms)
    return _checked(_sum([t.expr for t in terms]), max(t.degree for t in terms), above, below, _height(terms))


def multiply(factors):
    """The product of `factors` in their order; a 1 x 1 matrix product is its one entry."""
    if len(factors) == 1:
        return factors[0]
    degree = sum(f.degree for f in factors)
    above = below = 1
    for factor in factors:
        above, below = _bounded(above * factor.above), _bounded(below * factor.below)
    return _checked(_product([f.expr for f in factors]), degree, above, below, _height(factors))


def negate(value):
    return _checked(_product([sp.S.NegativeOne, value.expr]), value.degree, value.above, value.below, value.height)


def divide(above, below):
    """`above` over `below`, a number that is not zero."""
    if is_matrix(below.expr):
        raise TooLarge("A matrix cannot be divided by; write its inverse, A^{-1}")
    if below.expr.is_zero:
        raise TooLarge("This divides by zero")
    return _checked(_product([above.expr, sp.Pow(below.expr, -1)]), above.degree + below.degree,
                    above.above * below.below, above.below * below.above, _height((above, below)))


def power(base, exponent):
    """`base` to the `exponent`; constant exponents are at most 64 in numerator and denominator."""
    k = exponent.expr
    if is_matrix(k):
        raise TooLarge("A matrix cannot be an exponent")
    if is_matrix(base.expr):
        return _matrix_power(base, k)
    if k.is_Rational:
        if max(abs(k.p), k.q) > limits.EXPONENT:
            raise TooLarge(f"The exponent is too large; constant exponents go up to {limits.EXPONENT}")
        if base.expr.is_zero and k.is_negative:
            raise TooLarge("This divides by zero")
        if base.expr.is_Rational and _bits(base.expr) * abs(k.p) > limits.BITS:
            raise TooLarge("The number this works out to is too large")
        whole = -(-abs(k.p) // k.q)
        _bounded_height(base.height + (not k.is_Integer))
        above, below = _multinomial(base.above, whole), _multinomial(base.below, whole)
        if k.is_negative:
            above, below = below, above
        result = _checked(sp.Pow(base.expr, k), base.degree * max(whole, 1), above, below, base.height + (not k.is_Integer))
    else:
        height = _bounded_height(1 + _height((base, exponent)))
        result = _checked(sp.exp(k) if base.expr is sp.E else sp.Pow(base.expr, k), 1, 1, 1, height)
    for part in result.expr.atoms(sp.Pow):
        if part.exp.is_Rational and max(abs(part.exp.p), part.exp.q) > limits.EXPONENT:
            raise TooLarge(f"Powers within powers come to an exponent beyond {limits.EXPONENT}")
    return result


def call(function, arguments):
    """`function`, one of the language's own, of `arguments`."""
    height = _bounded_height(1 + _height(arguments))
    return _checked(function(*(a.expr for a in arguments)), 1, 1, 1, height)


def total(operation, body, index, low, high):
    """Sum or Product of `body` over `index` from `low` to `high`."""
    span = high.expr - low.expr
    if span.is_number and not (span.is_Integer and -1 <= span <= limits.SUMMANDS):
        raise TooLarge(f"A sum with constant limits has at most {limits.SUMMANDS} terms")
    return _checked(operation(scalar(body.expr), (index, low.expr, high.expr)), body.degree, body.above, body.below, body.height)


def is_matrix(expr):
    return isinstance(expr, MatrixExpr)


def scalar(expr):
    """`expr`, or the one entry of a 1 x 1 matrix, written as its trace."""
    if not is_matrix(expr):
        return expr
    if expr.shape == (1, 1):
        return sp.Trace(expr)
    raise TooLarge(f"A number belongs here, and this is a matrix of shape {expr.shape[0]} x {expr.shape[1]}")


def _matrix_power(base, k):
    if not (k.is_Integer and abs(k) <= 8):
        raise TooLarge("A matrix takes the exponents -8 to 8, and T for its transpose")
    rows, columns = base.expr.shape
    if k == 2 and columns == 1:
        return Sized(sp.Trace(base.expr.T * base.expr), height=base.height)
    if rows != columns:
        raise TooLarge(f"Only a square matrix has powers, and this is {rows} x {columns}")
    return Sized(sp.Inverse(base.expr) if k == -1 else sp.MatPow(base.expr, k).doit(deep=False), height=base.height)


def _alike(terms):
    """All terms as numbers, or all as matrices of one shape."""
    shapes = {t.expr.shape if is_matrix(t.expr) else (1, 1) for t in terms}
    if len(shapes) > 1:
        raise TooLarge("Numbers and matrices of different shapes cannot be added")
    if shapes == {(1, 1)}:
        return [Sized(scalar(t.expr), t.degree, t.above, t.below, t.height) for t in terms]
    return terms


def _sum(parts):
    return sp.MatAdd(*parts).doit(deep=False) if is_matrix(parts[0]) else sp.Add(*parts)


def _product(parts):
    """Numbers multiply freely; matrices keep their order, and a product that is 1 x 1 becomes a number at once."""
    numbers, matrices = [], []
    for part in parts:
        for factor in part.args if isinstance(part, sp.MatMul) else (part,):
            if not is_matrix(factor):
                numbers.append(factor)
            elif not matrices or matrices[-1].shape[1] == factor.shape[0]:
                matrices.append(factor)
            else:
                raise TooLarge(f"Shapes do not fit: {_shape(matrices[-1])} times {_shape(factor)}")
    number = sp.Mul(*numbers)
    if not matrices:
        return number
    product = matrices[0] if len(matrices) == 1 else sp.MatMul(*matrices)
    if product.shape == (1, 1):
        return number * sp.Trace(product)
    return product if number == 1 else sp.MatMul(number, *matrices)


def _shape(matrix):
    return f"{matrix.shape[0]} x {matrix.shape[1]}"


def _symbolic(expr):
    """Whether the value of `expr` depends on anything."""
    return bool(expr.free_symbols) or expr.has(sp.Indexed)


def _bits(value):
    return max(abs(value.p).bit_length(), value.q.bit_length())


def _bounded(count):
    if count > limits.TERMS:
        raise TooLarge(f"Multiplied out, this has more than {limits.TERMS} terms")
    return count


def _height(parts):
    return max(part.height for part in parts)


def _bounded_height(height):
    if height > limits.HEIGHT:
        raise TooLarge(f"More than {limits.HEIGHT} functions, roots and exponents stand inside one another")
    return height


def _multinomial(terms, k):
    """The number of terms in the k-th power of a sum of `terms` terms."""
    return 1 if terms == 1 else _bounded(comb(terms + k - 1, k))


def _enclosed(constant):
    """Refuse a constant that is no real number, or one like exp(exp(exp(100))), before anything is asked of it."""
    try:
        ball = enclose(constant, {}, 64)
    except Undefined as refusal:
        raise TooLarge(f"This has no real value: {refusal}") from None
    if not ball.is_finite() or abs(ball) > flint.arb(2) ** limits.BITS:
        raise TooLarge("This number is too large, or cannot be told from a division by zero")


def _checked(expr, degree, above, below, height):
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise TooLarge("This has no finite value")
    if expr.has(sp.I):
        raise TooLarge("This is the root of a negative number, and formulas are real")
    if expr.is_Rational and _bits(expr) > limits.BITS:
        raise TooLarge("The number this works out to is too large")
    if not (expr.is_Rational or is_matrix(expr) or _symbolic(expr)):
        _enclosed(expr)
    if degree > limits.DEGREE:
        raise TooLarge(f"Powers within powers come to a degree beyond {limits.DEGREE}")
    return Sized(expr, degree, _bounded(above), _bounded(below), _bounded_height(height))
