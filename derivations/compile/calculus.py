"""The walker for definitions: expectations, integrals, probabilities, derivatives and optima, by quadrature.

Gauss-Hermite where the integrand is polynomial, else the trapezoid rule, whose error for analytic integrands
with Gaussian weight is below rounding. Nothing here knows a closed form.
"""

from sympy import Add, Mul, Product

from derivations.compile import maps
from derivations.compile.arrays import Arrays, Uncompilable
from derivations.compile.quadrature import normal_rule, tensor_rule, uniform_rule
from derivations.enclose.cubature import degree
from derivations.language.given import GivenDensity
from derivations.language.integral import E, Int
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.normal import NormalDensity, UniformDensity, gaussian_power
from derivations.language.word import depends



class Calculus(Arrays):
    """Everything that the walker for closed forms does, and limits besides."""

    # --- expectations and integrals

    def _E(self, expr):
        density, variable = expr.density, expr.bound
        if isinstance(density, NormalDensity) and density.x == variable:
            nodes, weights = normal_rule(degree(expr.integrand, variable))
            return self._weighted(expr.integrand, variable, self(density.mu), self(density.sigma), nodes, weights)
        if isinstance(density, UniformDensity):
            nodes, weights = uniform_rule()
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
        if hasattr(density, "expectation"):
            inner = density.expectation(expr.integrand, variable)
            if inner is None:
                raise Uncompilable("an expectation, over an image, of a derivative in the variable itself")
            return self(inner)
        return self(expr.definition())

    def _Int(self, expr):
        for factor in Mul.make_args(expr.integrand):
            base, power = factor.as_base_exp()
            if _is_weight(base, expr.bound) and power.is_positive:
                weight, constant = gaussian_power(base, power)
                return self(E(constant * expr.integrand / factor, weight, expr.bound))
        terms = Add.make_args(expr.integrand.expand(log=False))
        if len(terms) > 1 and not expr.integrand.has(GivenDensity):
            return sum(self(Int(t, expr.bound)) for t in terms)
        if expr.integrand.has(GivenDensity) and self.xp.__name__ == "numpy":
            return self._adaptive(expr)
        raise Uncompilable(f"no Gaussian weight in {expr.integrand}")

    def _adaptive(self, expr):
        """By SciPy's adaptive quadrature, in float64, where densities are given as functions; 0 log 0 counts as 0."""
        from scipy.integrate import quad

        def f(v):
            value = float(self.having({expr.bound: v})(expr.integrand))
            return value if value == value else 0.0

        ends = [-self.xp.inf, *range(-40, 41), self.xp.inf]  # in pieces, since a corner would mislead the rule
        with self.xp.errstate(all="ignore"):
            return sum(quad(f, low, high, epsabs=1e-12)[0] for low, high in zip(ends, ends[1:]))

    def _grid_mean(self, expr, points, weights):
        """sum_j w_j f(x_j) over a grid of vectors, the points along the first axis."""
        return self.xp.tensordot(self.xp.asarray(weights), self.having({expr.bound: points})(expr.integrand), axes=1)

    def _weighted(self, integrand, variable, mu, sigma, nodes, weights):
        """sum_j w_j f(mu + sigma y_j)."""
        if self.xp.__name__ == "numpy":
            return sum(w * self.having({variable: mu + sigma * y})(integrand) for y, w in zip(nodes, weights))
        import jax

        values = jax.vmap(lambda y: self.having({variable: mu + sigma * y})(integrand) + 0.0 * y)(self.xp.asarray(nodes))
        return self.xp.tensordot(self.xp.asarray(weights), values, axes=1)

    def _ForwardMarginal(self, expr):
        """The chain's density: mean and variance carried from state to state, as the transition says."""
        x, start, t = self(expr.x), self(expr.start), int(self(expr.step))
        betas = self.values[expr.betas]
        if not 1 <= t <= self.xp.shape(betas)[-1]:
            raise Uncompilable(f"the chain has no marginal after {t} steps")
        mean, variance = self._carried(start + 0.0 * betas[..., 0], self.xp.moveaxis(betas[..., :t], -1, 0))
        return self.xp.exp(-((x - mean) ** 2) / (2 * variance)) / self.xp.sqrt(2 * self.xp.pi * variance)

    def _carried(self, start, steps):
        """Mean and variance after the steps: x -> sqrt(1 - beta) x + sqrt(beta) noise."""

        def step(state, beta):
            mean, variance = state
            return (self.xp.sqrt(1 - beta) * mean, (1 - beta) * variance + beta), None

        state = (start, 0.0 * start)
        if self.xp.__name__ == "numpy":
            for beta in steps:
                state, _ = step(state, beta)
            return state
        from jax import lax

        return lax.scan(step, state, steps)[0]

    # --- derivatives, inverse maps, probabilities

    def _Derivative(self, expr):
        variable = maps.differentiable_by(expr)
        return maps.derivative(self, expr.expr, variable, self(variable))

    def _DerivativeAt(self, expr):
        return maps.derivative(self, expr.function, expr.bound, self(expr.point))

    def _Subs(self, expr):
        return self.having(dict(zip(expr.variables, map(self, expr.point))))(expr.expr)

    def _InverseMap(self, expr):
        return maps.inverse(self, expr.function, self(expr.point), expr.bound)

    def _LowerIntegral(self, expr):
        return maps.lower_integral(self, expr.function, self(expr.point), expr.bound)

    def _Probability(self, expr):
        return maps.probability(self, expr)

    # --- optima over functions with values in (0, 1)

    def _Optimum(self, expr):
        """At the one stationary point of the integrand, solved for by SymPy."""
        from derivations.enclose import Unevaluable
        from derivations.enclose.optimum import stationary_function

        try:
            best = stationary_function(expr)
        except Unevaluable as reason:
            raise Uncompilable(str(reason)) from None
        return self(best) if expr.place else self(expr.at(best))


def _is_weight(base, variable):
    return isinstance(base, NormalDensity) and base.x == variable and not depends(base.mu + base.sigma, variable)


def _grid(expr, dimension):
    """The tensor rule on R^d that is exact for the expectation's polynomial integrand."""
    n = degree(expr.integrand, expr.bound)
    if n is None or dimension > 4:
        raise Uncompilable("a mean over several coordinates is computed for polynomials in up to four only")
    return tensor_rule(n, dimension)
