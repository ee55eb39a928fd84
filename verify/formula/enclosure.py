"""Ball arithmetic on SymPy expressions: a proven enclosure of a closed form at an exact point.

A point maps each Symbol to an exact number (int, Fraction or SymPy Rational), each IndexedBase to a mapping or sequence
of its entries (a sequence is counted from 1), and each MatrixSymbol to its rows.
"""
from fractions import Fraction

import flint
import sympy as sp
from sympy.core.function import AppliedUndef

from . import limits

BITS = 192          # of a first enclosure: 57 digits before any cancellation
MOST_BITS = 3_072   # where doubling stops


class Undefined(ValueError):
    """The expression certainly has no real value at this point: the log of a negative number, a division by zero."""


def enclose(expr, point, bits=BITS):
    """A ball (flint.arb) that holds the value of `expr` at `point`, computed with `bits` bits.

    The ball may be of infinite radius, or hold no finite midpoint, where `bits` do not suffice. Raises Undefined where
    there is certainly no real value, and ValueError for a symbol that `point` does not give or a function without an
    enclosure.
    """
    with flint.ctx.workprec(bits):
        return _ball(_Evaluation(point)(expr))


def sharp(ball, digits):
    """Whether `ball` fixes its number to `digits` significant digits, or shows it to be below 1e-200 in size."""
    if not ball.is_finite():
        return False
    ten = flint.arb(10)
    return bool(ball.rad() < ten ** -digits * abs(ball).lower()) or bool(abs(ball).upper() < ten ** -200)


def exact(value):
    """A number of a point as an exact fraction (flint.fmpq); a ball stays a ball."""
    if isinstance(value, (flint.arb, flint.fmpq)):
        return value
    if isinstance(value, (int, Fraction)):
        return flint.fmpq(value.numerator, value.denominator)
    if isinstance(value, sp.Rational):
        return flint.fmpq(int(value.p), int(value.q))
    raise ValueError(f"A point is made of exact numbers, and {value!r} is {type(value).__name__}")


def _ball(value):
    return value if isinstance(value, flint.arb) else flint.arb(value)


def whole_power(base, k):
    """`base` to the whole number `k` by repeated squaring.

    arb's own power goes through the logarithm and gives no number for a ball that holds zero, such as that of a
    difference of two equal numbers.
    """
    if k < 0:
        return 1 / whole_power(base, -k)
    product = None
    while k:
        if k & 1:
            product = base if product is None else product * base
        base, k = base * base, k >> 1
    return flint.fmpq(1) if product is None else product


class _Evaluation:
    """One point's evaluation; common parts are computed once.

    Sums, products and whole powers of the point's own fractions stay exact (flint.fmpq), so that x - x is zero and not a
    small ball; everything else is a ball (flint.arb).
    """

    def __init__(self, point):
        self.point = {str(key): value for key, value in point.items()}
        self.known = {}

    def __call__(self, expr):
        if expr not in self.known:
            self.known[expr] = self.value(expr)
        return self.known[expr]

    def value(self, expr):
        if expr.is_Rational:
            return exact(expr)
        if expr.is_Float:
            return exact(sp.Rational(expr))
        kind = type(expr)
        if kind in _simple:
            return _simple[kind](*(_ball(self(part)) for part in expr.args))
        if expr.is_Add:
            return sum((self(part) for part in expr.args), flint.fmpq(0))
        if expr.is_Mul:
            product = flint.fmpq(1)
            for part in expr.args:
                product *= self(part)
            return product
        if expr.is_Pow:
            return self.power(expr.base, expr.exp)
        if kind in _constants:
            return _constants[kind]()
        if expr.is_Symbol or isinstance(expr, sp.Idx):
            return exact(self.given(expr))
        if isinstance(expr, sp.Indexed):
            return exact(self.entry(expr.base, [self.whole(i) for i in expr.indices]))
        if isinstance(expr, AppliedUndef):
            return exact(self.entry(expr.func, [self.whole(i) for i in expr.args]))
        if isinstance(expr, (sp.Sum, sp.Product)):
            return self.repeated(expr)
        if isinstance(expr, sp.Piecewise):
            return self.piecewise(expr)
        if isinstance(expr, sp.Trace):
            return _trace(self.matrix(expr.arg))
        if isinstance(expr, sp.Determinant):
            return self.matrix(expr.arg).det()
        raise ValueError(f"There is no enclosure of {kind.__name__}")

    def given(self, name):
        try:
            return self.point[str(name)]
        except KeyError:
            raise ValueError(f"The point gives no value for {name}") from None

    def whole(self, expr):
        """The whole number an index comes to."""
        value = expr.xreplace({s: sp.Integer(int(self.given(s))) for s in expr.free_symbols | expr.atoms(sp.Idx)
                               if str(s) in self.point})
        value = sp.expand(value)
        if not value.is_Integer:
            raise ValueError(f"The index {expr} is no whole number here")
        return int(value)

    def entry(self, base, indices):
        name = base.label if isinstance(base, sp.IndexedBase) else base
        values = self.given(name)
        index = indices[0] if len(indices) == 1 else tuple(indices)
        if isinstance(values, dict):
            if index not in values:
                raise Undefined(f"{name} has no entry {index}")
            return values[index]
        if not 1 <= index <= len(values):
            raise Undefined(f"{name} has no entry {index}")
        return values[index - 1]

    def power(self, base, exponent):
        if base is sp.E:
            return _ball(self(exponent)).exp()
        below = self(base)
        if exponent.is_Integer:
            if exponent.is_negative and below == 0:
                raise Undefined("division by zero")
            return whole_power(below if abs(exponent) <= 1000 else _ball(below), int(exponent))
        below = _ball(below)
        if below < 0:
            raise Undefined("a root of a negative number")
        above = _ball(self(exponent))
        if below == 0:
            if above < 0:
                raise Undefined("division by zero")
            return flint.arb(0) if above > 0 else below ** above
        if exponent == sp.S.Half:
            return below.sqrt()
        if exponent == -sp.S.Half:
            return below.rsqrt()
        return below ** above

    def repeated(self, expr):
        """A finite sum or product, entry by entry."""
        (index, low, high), *outer = expr.limits
        if outer:
            inner = type(expr)(expr.function, expr.limits[0])
            return self(type(expr)(inner, *outer))
        first, last = self.whole(low), self.whole(high)
        if last - first > limits.SUMMANDS:
            raise ValueError(f"A sum of {last - first + 1} terms is too long to enclose")
        total = flint.fmpq(0 if isinstance(expr, sp.Sum) else 1)
        for k in range(first, last + 1):
            step = _Evaluation({**self.point, str(index): k})
            value = step(expr.function)
            total = total + value if isinstance(expr, sp.Sum) else total * value
        return total

    def piecewise(self, expr):
        """The branch whose condition certainly holds; no number where that cannot be told."""
        for value, condition in expr.args:
            truth = self.truth(condition)
            if truth is None:
                return flint.arb("nan")
            if truth:
                return self(value)
        raise Undefined("no case applies")

    def truth(self, condition):
        if condition in (sp.true, sp.false):
            return bool(condition)
        difference = self(condition.lhs) - self(condition.rhs)
        sign = 1 if difference > 0 else -1 if difference < 0 else 0 if difference == 0 else None
        if sign is None:
            return None
        return sign in {sp.Gt: (1,), sp.Ge: (0, 1), sp.Lt: (-1,), sp.Le: (-1, 0), sp.Eq: (0,), sp.Ne: (-1, 1)}[type(condition)]

    def matrix(self, expr):
        """A matrix expression as a matrix of balls."""
        if isinstance(expr, sp.MatrixSymbol):
            return flint.arb_mat([[_ball(exact(v)) for v in row] for row in self.given(expr.name)])
        if isinstance(expr, sp.Identity):
            size = self.whole(expr.shape[0])
            return flint.arb_mat([[int(i == j) for j in range(size)] for i in range(size)])
        if isinstance(expr, sp.ZeroMatrix):
            return flint.arb_mat(self.whole(expr.shape[0]), self.whole(expr.shape[1]))
        if isinstance(expr, sp.MatAdd):
            first, *rest = (self.matrix(part) for part in expr.args)
            for part in rest:
                first = first + part
            return first
        if isinstance(expr, sp.MatMul):
            factor, product = flint.arb(1), None
            for part in expr.args:
                if part.is_Matrix:
                    product = self.matrix(part) if product is None else product * self.matrix(part)
                else:
                    factor *= self(part)
            return product * factor
        if isinstance(expr, sp.Transpose):
            return self.matrix(expr.arg).transpose()
        if isinstance(expr, sp.Inverse):
            return _inverse(self.matrix(expr.arg))
        if isinstance(expr, sp.MatPow) and expr.exp.is_Integer:
            base = self.matrix(expr.base)
            base = _inverse(base) if expr.exp.is_negative else base
            product = base
            for _ in range(abs(int(expr.exp)) - 1):
                product = product * base
            return product
        if isinstance(expr, sp.HadamardProduct):
            parts = [self.matrix(part) for part in expr.args]
            product = flint.arb_mat(parts[0])
            for i in range(product.nrows()):
                for j in range(product.ncols()):
                    for part in parts[1:]:
                        product[i, j] *= part[i, j]
            return product
        raise ValueError(f"There is no enclosure of the matrix {type(expr).__name__}")


def _log(x):
    if x <= 0:
        raise Undefined("the log of a number that is not positive")
    return x.log()


def _greatest(first, *rest):
    for value in rest:
        first = first.max(value)
    return first


def _least(first, *rest):
    for value in rest:
        first = first.min(value)
    return first


def _trace(matrix):
    return sum((matrix[i, i] for i in range(matrix.nrows())), flint.arb(0))


def _inverse(matrix):
    try:
        return matrix.inv()
    except ZeroDivisionError:
        if matrix.det() == 0:
            raise Undefined("the inverse of a singular matrix") from None
        return flint.arb_mat([[flint.arb("nan")] * matrix.ncols()] * matrix.nrows())


_simple = {
    sp.exp: lambda x: x.exp(), sp.log: _log, sp.Abs: abs, sp.sin: lambda x: x.sin(), sp.cos: lambda x: x.cos(),
    sp.tan: lambda x: x.tan(), sp.sinh: lambda x: x.sinh(), sp.cosh: lambda x: x.cosh(), sp.tanh: lambda x: x.tanh(),
    sp.erf: lambda x: x.erf(), sp.erfc: lambda x: x.erfc(), sp.gamma: lambda x: x.gamma(),
    sp.loggamma: lambda x: x.lgamma(), sp.digamma: lambda x: x.digamma(), sp.atan: lambda x: x.atan(), sp.Max: _greatest, sp.Min: _least,
    sp.sign: lambda x: x.sgn(),
}
_constants = {type(sp.pi): flint.arb.pi, type(sp.E): lambda: flint.arb(1).exp(), type(sp.EulerGamma): flint.arb.const_euler}
