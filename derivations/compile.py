"""Compile an expression of the language to array code: NumPy, or JAX with its gradients and devices.

`evaluate` walks the expression once per call; under `jax.jit` the walk happens at tracing, so what runs is
the same as hand-written code. Expectations and integrals that remain are computed by quadrature: Gauss-
Hermite where the integrand is polynomial, else the trapezoid rule, whose error for analytic integrands
with Gaussian weight is below rounding.
"""

import math
from functools import lru_cache

from sympy import Add, Mul, Product, Sum, log

from derivations import map_arrays
from derivations.enclose.cubature import degree
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.normal import NormalDensity, UniformDensity, gaussian_power
from derivations.language.pushforward import Pushforward
from derivations.language.word import Word, depends


class Uncompilable(Exception):
    """The expression has no array code; the message says what stands in the way."""


def compiled(expr, symbols, xp):
    """A function of arrays, one per symbol in order, that computes `expr` with the array module `xp`."""

    def function(*arrays):
        return evaluate(expr, dict(zip(symbols, arrays)), xp)

    return function


def evaluate(expr, values, xp):
    """The value of `expr` for arrays `values` (symbol -> array), with NumPy or jax.numpy as `xp`."""
    return Arrays(values, xp)(expr)


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
        return Arrays({**self.values, **more}, self.xp, index or self.index)

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
            return self(expr.definition())
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
        numerator, denominator = expr.as_numer_denom() if any(a.is_Pow and a.exp.is_negative for a in expr.args) else (expr, None)
        if denominator is not None and denominator != 1:
            return self(numerator) / self(denominator)
        first, *others = (self(a) for a in expr.args)
        for value in others:
            first = first * value
        return first

    def _Pow(self, expr):
        base, exponent = expr.args
        if exponent.is_Rational and exponent.q == 2 and abs(exponent.p) == 1:
            root = self.xp.sqrt(self(base))
            return root if exponent.p > 0 else 1 / root
        if exponent.is_negative and exponent.is_Integer:
            return 1 / self(base) ** int(-exponent)
        return self(base) ** self(exponent)

    def _exp(self, expr):
        return self.xp.exp(self(expr.args[0]))

    def _log(self, expr):
        u = expr.args[0]
        if isinstance(u, NormalDensity):
            return self(u.log_density())
        if isinstance(u, MultivariateNormalDensity):
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

    def _Heaviside(self, expr):
        return self.xp.heaviside(self(expr.args[0]), self(expr.args[1]))

    def _erf(self, expr):
        if self.xp.__name__ == "numpy":
            from scipy.special import erf
        else:
            from jax.scipy.special import erf
        return erf(self(expr.args[0]))

    def _Max(self, expr):
        first, *others = (self(a) for a in expr.args)
        for value in others:
            first = self.xp.maximum(first, value)
        return first

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
        inner = self.having({index: self._counter(expr)}, index) if expr.function.has(index) else self
        return self.xp.sum(inner(expr.function), axis=-1)

    def _Product(self, expr):
        (index, low, high), = expr.limits
        start, stop = self(low), self(high)
        inner = self.having({b: a[..., start - 1 : stop] for b, a in self._vectors(expr).items()}, index)
        return self.xp.prod(inner.having({index: self.xp.arange(start, stop + 1)}, index)(expr.function), axis=-1)

    def _vectors(self, expr):
        bases = {i.base for i in expr.atoms() | expr.function.atoms() if hasattr(i, "base")}
        bases |= {i.base for i in expr.function.find(lambda n: type(n).__name__ == "Indexed")}
        return {b: self.values[b] for b in bases if b in self.values}

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

    def _Trace(self, expr):
        return self.xp.trace(self(expr.args[0]), axis1=-2, axis2=-1)

    def _Determinant(self, expr):
        return self.xp.linalg.det(self(expr.args[0]))

    def _MatrixElement(self, expr):
        i, j = (self(k) for k in expr.args[1:])
        return self(expr.args[0])[..., i, j]

    # --- derivatives, inverse maps, probabilities

    def _Derivative(self, expr):
        variable = map_arrays.differentiable_by(expr)
        return map_arrays.derivative(self, expr.expr, variable, self(variable))

    def _DerivativeAt(self, expr):
        return map_arrays.derivative(self, expr.function, expr.bound, self(expr.point))

    def _InverseMap(self, expr):
        return map_arrays.inverse(self, expr.function, self(expr.point), expr.bound)

    def _LowerIntegral(self, expr):
        return map_arrays.lower_integral(self, expr.function, self(expr.point), expr.bound)

    def _Probability(self, expr):
        return map_arrays.probability(self, expr)

    # --- densities, expectations

    def _NormalDensity(self, expr):
        return self.xp.exp(self(expr.log_density()))

    def _UniformDensity(self, expr):
        u = self(expr.x)
        return self.xp.where((u > 0) & (u < 1), 1.0, 0.0)

    def _E(self, expr):
        density, variable = expr.density, expr.bound
        if isinstance(density, Pushforward):
            return self(density.expectation(expr.integrand, variable))
        if isinstance(density, NormalDensity) and density.x == variable:
            nodes, weights = _normal_rule(degree(expr.integrand, variable))
            return self._weighted(expr.integrand, variable, self(density.mu), self(density.sigma), nodes, weights)
        if isinstance(density, UniformDensity):
            nodes, weights = _uniform_rule()
            return self._weighted(expr.integrand, variable, 0.0, 1.0, nodes, weights)
        if isinstance(density, Product) and isinstance(density.function, NormalDensity):
            inner = self.having({}, density.limits[0][0])
            mu, sigma = self.xp.broadcast_arrays(inner(density.function.mu), inner(density.function.sigma))
            nodes, weights = _grid(expr, mu.shape[-1])
            return self._grid_mean(expr, mu + sigma * nodes, weights)
        if isinstance(density, MultivariateNormalDensity):
            lower = self.xp.linalg.cholesky(self(density.covariance))
            nodes, weights = _grid(expr, lower.shape[-1])
            return self._grid_mean(expr, self(density.mu) + lower @ nodes[..., None], weights)
        return self(expr.definition())

    def _Int(self, expr):
        from derivations.language.integral import E, Int

        for factor in Mul.make_args(expr.integrand):
            base, power = factor.as_base_exp()
            if isinstance(base, NormalDensity) and base.x == expr.bound and power.is_positive and not depends(base.mu + base.sigma, expr.bound):
                weight, constant = gaussian_power(base, power)
                return self(E(constant * expr.integrand / factor, weight, expr.bound))
        terms = Add.make_args(expr.integrand.expand(log=False))
        if len(terms) > 1:
            return sum(self(Int(t, expr.bound)) for t in terms)
        raise Uncompilable(f"no Gaussian weight in {expr.integrand}")

    def _grid_mean(self, expr, points, weights):
        """sum_j w_j f(x_j) over a grid of vectors, the points along the first axis."""
        return self.xp.tensordot(self.xp.asarray(weights), self.having({expr.bound: points})(expr.integrand), axes=1)

    def _weighted(self, integrand, variable, mu, sigma, nodes, weights):
        """sum_j w_j f(mu + sigma y_j), the nodes along a new first axis."""
        total = 0.0
        if self.xp.__name__ == "numpy":
            for y, w in zip(nodes, weights):
                total = total + w * self.having({variable: mu + sigma * y})(integrand)
            return total
        import jax

        values = jax.vmap(lambda y: self.having({variable: mu + sigma * y})(integrand) + 0.0 * y)(self.xp.asarray(nodes))
        return self.xp.tensordot(self.xp.asarray(weights), values, axes=1)


@lru_cache(maxsize=64)
def _normal_rule(polynomial_degree):
    """Nodes and weights for N(0, 1): exact for polynomials, else trapezoid on [-13, 13] with step 1/20."""
    import numpy

    if polynomial_degree is not None:
        nodes, weights = numpy.polynomial.hermite_e.hermegauss(max(polynomial_degree // 2 + 1, 1))
        return nodes, weights / math.sqrt(2 * math.pi)
    nodes = numpy.arange(-260, 261) / 20
    return nodes, numpy.exp(-(nodes**2) / 2) / (20 * math.sqrt(2 * math.pi))


def _grid(expr, dimension):
    """The tensor rule on R^d that is exact for the expectation's polynomial integrand."""
    n = degree(expr.integrand, expr.bound)
    if n is None or dimension > 4:
        raise Uncompilable("a mean over several coordinates is computed for polynomials in up to four only")
    return _tensor_rule(n, dimension)


@lru_cache(maxsize=64)
def _tensor_rule(polynomial_degree, dimension):
    import numpy

    nodes, weights = _normal_rule(polynomial_degree)
    grid = numpy.stack(numpy.meshgrid(*[nodes] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    products = numpy.stack(numpy.meshgrid(*[weights] * dimension, indexing="ij"), axis=-1).prod(axis=-1)
    return grid, products.reshape(-1)


@lru_cache(maxsize=1)
def _uniform_rule():
    """Gauss-Legendre with 200 nodes on (0, 1)."""
    import numpy

    nodes, weights = numpy.polynomial.legendre.leggauss(200)
    return (nodes + 1) / 2, weights / 2
