"""The walker for closed forms: an expression and arrays for its symbols in, an array out."""

from sympy import Ge, Gt, Identity, Inverse, Le, Lt, MatAdd, Product, Sum, Symbol, log

from derivations.compile.excess import exp_excess, itakura_saito
from derivations.compile.covariance import covariance_excess, squared_length
from derivations.compile.schedule import schedule
from derivations.language.chain import AlphaBar
from derivations.language.multivariate import CovarianceSymbol, MultivariateNormalDensity
from derivations.language.normal import NormalDensity
from derivations.language.word import Word


class Uncompilable(Exception):
    """The expression has no array code; the message says what stands in the way."""


class Arrays:
    """The walker for arrays: vectors over the last axis, matrices over the last two."""

    def __init__(self, values, xp, index=None):
        self.values, self.xp, self.index, self.known = values, xp, index, {}

    def __call__(self, expr):
        if expr not in self.known:
            self.known[expr] = self._evaluate(expr)
        return self.known[expr]

    def having(self, more, index=None):
        """The same walker with further values."""
        return type(self)({**self.values, **more}, self.xp, index or self.index)

    def _evaluate(self, expr):
        if expr in self.values:
            return self.values[expr]
        if expr.is_Rational:
            return float(expr) if not expr.is_Integer else int(expr)
        for kind in type(expr).__mro__:
            method = getattr(self, "_" + kind.__name__, None)
            if method is not None:
                return method(expr)
        if isinstance(expr, Word):
            try:
                meaning = expr.definition()
            except NotImplementedError as primitive:
                raise Uncompilable(str(primitive)) from None
            return self(meaning)
        raise Uncompilable(f"no array code for {type(expr).__name__}: {expr}")

    def _Float(self, expr):
        return float(expr)

    def _NumberSymbol(self, expr):
        return float(expr)

    def _Symbol(self, expr):
        raise Uncompilable(f"the symbol {expr} has no value")

    def _Add(self, expr):
        first, *others = (self(a) for a in expr.args)
        for value in others:
            first = first + value
        return first

    def _Mul(self, expr):
        """Factors over divisors, as they stand: denominators inside of sums are left where they are."""
        divisors = [1 / a for a in expr.args if a.is_Pow and a.exp.is_number and a.exp.is_negative]
        factors = [a for a in expr.args if not (a.is_Pow and a.exp.is_number and a.exp.is_negative)]
        above = self._times(factors) if factors else 1
        return above / self._times(divisors) if divisors else above

    def _times(self, factors):
        first, *others = map(self, factors)
        for value in others:
            first = first * value
        return first

    def _Pow(self, expr):
        base, exponent = expr.args
        if exponent.is_Rational and exponent.q == 2 and abs(exponent.p) == 1:
            root = self._root_alpha_bar(base) if isinstance(base, AlphaBar) else self.xp.sqrt(self(base))
            return root if exponent.p > 0 else 1 / root
        if exponent.is_negative and exponent.is_Integer:
            return 1 / self(base) ** int(-exponent)
        return self(base) ** self(exponent)

    def _exp(self, expr):
        return self.xp.exp(self(expr.args[0]))

    def _log(self, expr):
        u = expr.args[0]
        if hasattr(u, "log_density"):
            return self(u.log_density())
        if isinstance(u, Product):
            return self(Sum(log(u.function), *u.limits))
        if u.is_Mul and u.has(NormalDensity) and all(a.is_positive for a in u.args):
            return sum(self(log(a)) for a in u.args)
        if u.is_Pow and u.has(NormalDensity) and u.base.is_positive:
            return self(u.exp) * self(log(u.base))
        if u.is_Add and u.has(NormalDensity) and all(a.is_positive for a in u.args):
            first, *others = (self(log(a)) for a in u.args)
            for value in others:
                first = self.xp.logaddexp(first, value)
            return first
        return self.xp.log(self(u))

    def _Abs(self, expr):
        return self.xp.abs(self(expr.args[0]))

    def _sin(self, expr):
        return self.xp.sin(self(expr.args[0]))

    def _cos(self, expr):
        return self.xp.cos(self(expr.args[0]))

    def _sign(self, expr):
        return self.xp.sign(self(expr.args[0]))

    def _floor(self, expr):
        return self.xp.floor(self(expr.args[0]))

    def _Heaviside(self, expr):
        return self.xp.heaviside(self(expr.args[0]), self(expr.args[1]))

    def _erf(self, expr):
        if self.xp.__name__ == "numpy":
            from scipy.special import erf
        else:
            from jax.scipy.special import erf
        return erf(self(expr.args[0]))

    def _Softplus(self, expr):
        """max(u, 0) + log(1 + e^-|u|): no exponential overflows, and the gradient keeps its digits (that of `logaddexp` does not)."""
        u = self._floating(expr.args[0])
        return self.xp.maximum(u, 0) + self.xp.log1p(self.xp.exp(-self.xp.abs(u)))

    def _Max(self, expr):
        first, *others = (self(a) for a in expr.args)
        for value in others:
            first = self.xp.maximum(first, value)
        return first

    def _Piecewise(self, expr):
        *several, (last, otherwise) = expr.args
        if otherwise != True:  # noqa: E712 - SymPy's truth
            raise Uncompilable(f"cases that do not cover everything: {expr}")
        found = self(last)
        for value, condition in reversed(several):
            found = self.xp.where(self._condition(condition), self(value), found)
        return found

    def _condition(self, condition):
        if not isinstance(condition, (Ge, Gt, Le, Lt)):
            raise Uncompilable(f"no array code for the condition {condition}")
        greater, less = self(condition.gts), self(condition.lts)
        return greater >= less if isinstance(condition, (Ge, Le)) else greater > less

    # --- vectors: an indexed base is an array, its entries lie along the last axis

    def _Indexed(self, expr):
        (position,) = expr.indices
        array = self.values.get(expr.base)
        if array is None:
            raise Uncompilable(f"{expr.base} has no value")
        if position == self.index:
            return array
        return array[..., self(position) - 1]

    def _Sum(self, expr):
        (index, low, high), *more = expr.limits
        if more:
            raise Uncompilable("a multiple sum")
        inner = self.having({**self._columns(), index: self._counter(expr)}, index) if expr.function.has(index) else self
        return self.xp.sum(inner(expr.function), axis=-1)

    def _Product(self, expr):
        (index, low, high), = expr.limits
        start, stop = self(low), self(high)
        vectors = self._vectors(expr)
        if not vectors:
            raise Uncompilable(f"a product without vectors to run over: {expr}")
        inner = self.having({b: a[..., start - 1 : stop] for b, a in vectors.items()}, index)
        return self.xp.prod(inner.having({index: self.xp.arange(start, stop + 1)}, index)(expr.function), axis=-1)

    def _vectors(self, expr):
        bases = {i.base for i in expr.atoms() | expr.function.atoms() if hasattr(i, "base")}
        bases |= {i.base for i in expr.function.find(lambda n: type(n).__name__ == "Indexed")}
        return {b: self.values[b] for b in bases if b in self.values}

    def _columns(self):
        """Arrays of numbers with one more axis, along which the entries of vectors lie."""
        return {s: a[..., None] for s, a in self.values.items() if isinstance(s, Symbol) and self.xp.ndim(a)}

    def _counter(self, expr):
        sizes = {self.xp.shape(a)[-1] for a in self._vectors(expr).values()}
        if len(sizes) != 1:
            raise Uncompilable(f"the length of {expr} is not determined")
        return self.xp.arange(1, sizes.pop() + 1)

    # --- matrices

    def _MatAdd(self, expr):
        return self._Add(expr)

    def _MatMul(self, expr):
        result = None
        for a in expr.args:
            value = self(a)
            if result is None:
                result = value
            elif getattr(a, "is_Matrix", False) and self.xp.ndim(result) >= 2:
                result = result @ value
            else:
                result = result * value
        return result

    def _Transpose(self, expr):
        return self.xp.swapaxes(self(expr.args[0]), -1, -2)

    def _Inverse(self, expr):
        return self.xp.linalg.inv(self(expr.args[0]))

    def _ZeroMatrix(self, expr):
        return self.xp.zeros(tuple(int(self(size)) for size in expr.shape))

    def _TransportMatrix(self, expr):
        return self(expr.definition())

    def _MatrixRoot(self, expr):
        """From eigenvalues and eigenvectors; what rounding makes negative counts as zero."""
        values, vectors = self.xp.linalg.eigh(self(expr.args[0]))
        return (vectors * self.xp.sqrt(self.xp.maximum(values, 0))[..., None, :]) @ self.xp.swapaxes(vectors, -1, -2)

    def _Trace(self, expr):
        return self.xp.trace(self(expr.args[0]), axis1=-2, axis2=-1)

    def _Determinant(self, expr):
        return self.xp.linalg.det(self(expr.args[0]))

    def _QuadraticForm(self, expr):
        """v^T A v; for the inverse A of a covariance a sum of squares, so never negative, of a v that may be a difference."""
        if isinstance(expr.matrix, Inverse) and isinstance(expr.matrix.arg, CovarianceSymbol):
            terms = expr.vector.args if isinstance(expr.vector, MatAdd) else (expr.vector,)
            return squared_length(self(expr.matrix.arg), tuple(map(self, terms)), self.xp)
        vector = self(expr.vector)
        image = vector if isinstance(expr.matrix, Identity) else self(expr.matrix) @ vector
        return self.xp.sum(vector * image, axis=(-2, -1))

    def _CovarianceExcess(self, expr):
        return covariance_excess(*map(self, expr.args), self.xp)

    def _MatrixElement(self, expr):
        i, j = (self(k) for k in expr.args[1:])
        return self(expr.args[0])[..., i, j]

    def _AlphaBar(self, expr):
        """alpha_bar_t, or an array of them where t is an array of steps from 0 to the number of betas (traced, if need be)."""
        return self._root_alpha_bar(expr) ** 2

    def _root_alpha_bar(self, expr):
        return self._schedule(expr.betas)[0][..., self(expr.step)]

    def _NoiseVariance(self, expr):
        return self._schedule(expr.betas)[1][..., self(expr.step)]

    def _schedule(self, betas):
        if (schedule, betas) not in self.known:
            self.known[schedule, betas] = schedule(self.values[betas], self.xp)
        return self.known[schedule, betas]

    # --- words that vanish to second order, and the logistic function

    def _ItakuraSaito(self, expr):
        a, b = self.xp.broadcast_arrays(*(self._floating(u) for u in expr.args))
        return itakura_saito(a, b, a - b, self.xp)

    def _ExpExcess(self, expr):
        return exp_excess(self._floating(expr.args[0]), self.xp)

    def _Sigmoid(self, expr):
        """1 / (1 + e^-u), and e^u / (1 + e^u) for negative u: no exponential overflows."""
        u = self._floating(expr.args[0])
        small = self.xp.exp(-self.xp.abs(u))
        return self.xp.where(u < 0, small, 1) / (1 + small)

    def _floating(self, expr):
        value = self.xp.asarray(self(expr))
        return value if self.xp.issubdtype(value.dtype, self.xp.floating) else value.astype(float)

    def _NormalDensity(self, expr):
        return self.xp.exp(self(expr.log_density()))

    def _GivenDensity(self, expr):
        if self.xp.__name__ != "numpy":
            raise Uncompilable("a density given as a function, which JAX cannot trace")
        return self.xp.asarray(expr.pdf(self(expr.x)), float)

    def _UniformDensity(self, expr):
        u = self(expr.x)
        return self.xp.where((u > 0) & (u < 1), 1.0, 0.0)
