"""Scalar closed forms in arrays to the last digits: rational arithmetic in pairs of floats where sums may cancel.

Then cancellation between sums and products costs no digits; functions are evaluated in the plain type, at their
argument's whole pair. Where the signs of all terms are known to agree, plain floats do. In JAX the derivative is that of the expression, by SymPy, evaluated with the same care.
"""

from functools import lru_cache

from sympy import Add, Mul, Pow, S, Symbol, cancel, denom, erf, exp, log, together

from derivations.compile.arrays import Arrays, Uncompilable
from derivations.compile.clipped import clipped_mean, folded_excess
from derivations.compile.excess import exp_difference, itakura_saito
from derivations.compile.pairs import Pair, Single, constant, exact
from derivations.language.clipped import ClippedMean
from derivations.language.excess import ExpDifference, FoldedExcess, ItakuraSaito
from derivations.language.layers import Sigmoid
from derivations.language.normal import NormalDensity

_FUNCTIONS = (exp, log, erf, ClippedMean, ExpDifference, FoldedExcess, ItakuraSaito, Sigmoid)


@lru_cache(maxsize=512)
def elementary(expr):
    """The expression with Gaussian densities written out, if then it is built of scalars by elementary functions; else None."""
    expr = expr.replace(lambda n: isinstance(n, log) and isinstance(n.args[0], NormalDensity), lambda n: n.args[0].log_density())
    expr = expr.replace(lambda n: isinstance(n, NormalDensity), lambda n: n.definition())
    return expr if expr.free_symbols and _is_elementary(expr) else None


def _is_elementary(expr):
    if expr.is_Rational or expr.is_NumberSymbol:
        return True
    if isinstance(expr, Symbol):
        return not expr.is_integer
    if isinstance(expr, Pow):
        return expr.exp.is_Rational and expr.exp.q <= 2 and _is_elementary(expr.base)
    return isinstance(expr, (Add, Mul, *_FUNCTIONS)) and all(map(_is_elementary, expr.args))


@lru_cache(maxsize=512)
def cancels(expr):
    """May a sum in the expression be much smaller than its terms, or a function magnify its argument's rounding?

    The difference of two symbols is a rounding of the exact one, whatever it is.
    """
    magnified = [a for f in expr.atoms(log, ItakuraSaito) for a in f.args if not (a.is_Symbol or a.is_number)]
    return bool(magnified) or expr.has(exp, erf, ClippedMean, ExpDifference, FoldedExcess, Sigmoid) or any(map(_may_cancel, expr.atoms(Add)))


def _may_cancel(total):
    if all(t.is_nonnegative for t in total.args) or all(t.is_nonpositive for t in total.args):
        return False
    return len(total.args) > 2 or not all(isinstance(t, Symbol) or isinstance(-t, Symbol) for t in total.args)


def evaluate_carefully(expr, values, xp):
    """The value of an `elementary` expression for arrays `values` (symbol -> array)."""
    symbols = sorted(expr.free_symbols, key=str)
    missing = [s for s in symbols if s not in values]
    if missing:
        raise Uncompilable(f"the symbol {missing[0]} has no value")
    arrays = [xp.asarray(values[s]) for s in symbols]
    kind = xp.result_type(*arrays, *(() if any(xp.issubdtype(a.dtype, xp.floating) for a in arrays) else (float,)))
    arrays = xp.broadcast_arrays(*(a.astype(kind) for a in arrays))
    if xp.__name__ == "numpy":
        import numpy

        with numpy.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
            return Careful(dict(zip(symbols, arrays)), xp, cancels(expr))(expr).value()
    return _differentiable(expr, tuple(symbols))(*arrays)


@lru_cache(maxsize=512)
def _differentiable(expr, symbols):
    """The expression as a function of its symbols, for JAX."""
    import jax
    import jax.numpy as jnp
    from jax.custom_derivatives import SymbolicZero

    @jax.custom_jvp
    def function(*arrays):
        return Careful(dict(zip(symbols, arrays)), jnp, cancels(expr))(expr).value()

    def derivative(primals, tangents):
        value = function(*primals)
        change = jnp.zeros_like(value)
        for symbol, tangent in zip(symbols, tangents):
            slope = S.Zero if isinstance(tangent, SymbolicZero) else _slope(expr, symbol)
            if slope != 0:
                change = change + _at(slope, symbols, primals, jnp) * tangent
        return value, change

    function.defjvp(derivative, symbolic_zeros=True)
    return function


def _slope(expr, symbol):
    """The derivative; of a quotient with a sum below over one denominator, for what the quotient rule subtracts cancels there."""
    slope = expr.diff(symbol)
    return cancel(slope) if expr.is_rational_function() and denom(together(expr)).has(Add) else slope


def _at(slope, symbols, primals, xp):
    """A derivative at the arrays where the function is evaluated."""
    used = tuple(s for s in symbols if s in slope.free_symbols)
    if not used:
        return constant(slope, primals[0], xp).value()
    return _differentiable(slope, used)(*(a for s, a in zip(symbols, primals) if s in used))


class Careful:
    """The walker: an expression in, a `Pair` out; a `Single` where nothing cancels."""

    def __init__(self, values, xp, pairs=True):
        self.xp, self.like, self.pairs = xp, next(iter(values.values())), pairs
        self.known = {s: self._number(a) for s, a in values.items()}

    def _number(self, value):
        return exact(value, self.xp) if self.pairs else Single(value, self.xp)

    def _constant(self, number):
        found = constant(number, self.like, self.xp)
        return found if self.pairs else Single(found.high, self.xp)

    def __call__(self, expr):
        if expr not in self.known:
            self.known[expr] = self._evaluate(expr)
        return self.known[expr]

    def _evaluate(self, expr):
        if expr.is_Rational or expr.is_NumberSymbol:
            return self._constant(expr)
        return getattr(self, "_" + type(expr).__name__)(expr)

    def _Add(self, expr):
        first, *others = map(self, expr.args)
        for value in others:
            first = first + value
        return first

    def _Mul(self, expr):
        return self._product(expr.args)

    def _Pow(self, expr):
        return self._product((expr,))

    def _product(self, powers):
        """Factors and divisors in turn, so that what comes out neither overflows nor vanishes on the way."""
        factors, divisors = [], []
        for power in powers:
            base, exponent = power.args if isinstance(power, Pow) else (power, S.One)
            side = divisors if exponent.is_negative else factors
            side += [self(base)] * int(abs(exponent)) + [self(base).sqrt()] * (exponent.q == 2)
        result = factors.pop(0) if factors else self._constant(S.One)
        while factors or divisors:
            if divisors:
                result = result / divisors.pop(0)
            if factors:
                result = result * factors.pop(0)
        return result

    def _exp(self, expr):
        return self._number(self._exponential(self(expr.args[0])))

    def _exponential(self, u):
        value = self.xp.exp(u.high)
        return self.xp.where(value == 0, value, value + value * u.low)

    def _log(self, expr):
        (u,) = expr.args
        return self(u).log() if u.free_symbols else self._constant(expr)

    def _erf(self, expr):
        if self.xp.__name__ == "numpy":
            from scipy.special import erf
        else:
            from jax.scipy.special import erf
        u = self(expr.args[0])
        return self._number(erf(u.high)) + self._number(u.low * (4 / self.xp.pi) ** 0.5 * self.xp.exp(-(u.high**2)))

    def _ItakuraSaito(self, expr):
        a, b = expr.args
        return self._number(itakura_saito(self(a).high, self(b).high, self(a - b).value(), self.xp))  # a - b without what both have

    def _ExpDifference(self, expr):
        u, v = map(self, expr.args)
        larger = self.xp.maximum(self._exponential(u), self._exponential(v))
        return self._number(exp_difference(larger, (u - v).value(), self.xp))

    def _FoldedExcess(self, expr):
        m, sigma = map(self, expr.args)
        return self._number(folded_excess(m.value(), sigma.value(), self.xp))

    def _ClippedMean(self, expr):
        x, sigma = map(self, expr.args)
        return self._number(clipped_mean(x.value(), (self._constant(S.One) - x).value(), sigma.value(), self.xp))

    def _Sigmoid(self, expr):
        """1 / (1 + e^-u), and e^u / (1 + e^u) for negative u: no exponential overflows."""
        u = self(expr.args[0])
        small = self.xp.exp(-self.xp.abs(u.high))
        value = self.xp.where(u.high < 0, small, 1) / (1 + small)
        return self._number(value + value * u.low * self.xp.where(u.high < 0, 1, small) / (1 + small))
