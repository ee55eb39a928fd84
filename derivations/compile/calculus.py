"""The walker for definitions: expectations, integrals, probabilities, derivatives and optima, by quadrature.

Gauss-Hermite where the integrand is polynomial, else the trapezoid rule, whose error for analytic integrands
with Gaussian weight is below rounding. Nothing here knows a closed form.
"""

import math
from itertools import product

from sympy import Abs, Add, Dummy, Heaviside, Integer, Max, Mul, Product, Sum, exp, sign

from derivations.compile import maps
from derivations.compile.arrays import Arrays, Uncompilable
from derivations.compile.quadrature import gumbel_rule, normal_rule, tensor_rule, uniform_rule, unit_interval_rule
from derivations.enclose.cubature import degree
from derivations.enclose.integral import added_by_slope, iterated
from derivations.enclose.quantiles import in_normal_noise, with_distribution_functions
from derivations.language.bernoulli import BernoulliDensity
from derivations.language.chain import ForwardMarginal, ReverseDensity
from derivations.language.extreme import ExponentialDensity, Gumbel, GumbelDensity
from derivations.language.given import GivenDensity
from derivations.language.integral import E, Int, Var
from derivations.language.laplace import LaplaceDensity
from derivations.language.maps import Antiderivative, DistributionFunction, LowerIntegral
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.noised import CleanGivenNoised
from derivations.language.normal import NormalDensity, UniformDensity, gaussian_power
from derivations.language.word import depends

WRITTEN_OUT = 16  # steps of a chain that are compiled one by one; a loop takes longer to compile
REACH = 13.0  # standard deviations beyond which a Gaussian has no mass in float64


class Calculus(Arrays):
    """Everything that the walker for closed forms does, and limits besides."""

    # --- expectations and integrals

    def _Sum(self, expr):
        """Term by term where the terms are means along a chain, which are compiled for one step each."""
        return self(self._written_out(expr)) if expr.has(E, Int) and len(expr.limits) == 1 else super()._Sum(expr)

    def _E(self, expr):
        chains = [m for m in expr.atoms(ForwardMarginal, ReverseDensity) if m.x == expr.bound]
        if chains:
            return self._over_chains(expr, chains)
        density, variable = expr.density, expr.bound
        if isinstance(expr.integrand, Antiderivative):
            critic = expr.integrand
            return self(Int(added_by_slope(critic, density, variable), critic.bound))
        if expr.has(GivenDensity):
            return self(expr.definition())
        if isinstance(density, NormalDensity) and density.x == variable:
            corners = corners_of(expr.integrand, variable)
            if corners:
                return self._cornered(expr, corners)
            nodes, weights = normal_rule(degree(expr.integrand, variable))
            return self._weighted(expr.integrand, variable, self(density.mu), self(density.sigma), nodes, weights)
        if isinstance(density, UniformDensity):
            normal = in_normal_noise(expr)
            if normal != expr:
                return self(normal)
            nodes, weights = uniform_rule()
            return self._weighted(expr.integrand, variable, 0.0, 1.0, nodes, weights)
        if isinstance(density, GumbelDensity):
            nodes, weights = gumbel_rule()
            return self._weighted(expr.integrand, variable, self(density.mu), self(density.beta), nodes, weights)
        if isinstance(density, ExponentialDensity):
            z = Dummy("z", real=True)
            return self(E(expr.integrand.xreplace({variable: exp(-z)}), Gumbel(0, 1)(z), z))
        if isinstance(density, Product) and isinstance(density.function, NormalDensity):
            index, low, high = density.limits[0]
            inner = self.having({}, index)
            mu, sigma = self.xp.broadcast_arrays(inner(density.function.mu), inner(density.function.sigma))
            if self.xp.ndim(mu) == 0:  # the same law for every coordinate
                mu, sigma = (self.xp.broadcast_to(a, (int(self(high - low + 1)),)) for a in (mu, sigma))
            nodes, weights = _grid(expr, mu.shape[-1])
            return self._grid_mean(expr, mu + sigma * nodes, weights)
        if isinstance(density, MultivariateNormalDensity):
            lower = self.xp.linalg.cholesky(self(density.covariance))
            nodes, weights = _grid(expr, lower.shape[-1])
            return self._grid_mean(expr, self(density.mu) + lower @ nodes[..., None], weights)
        if isinstance(density, BernoulliDensity):
            p = self(density.p)
            return (1 - p) * self.having({variable: 0})(expr.integrand) + p * self.having({variable: 1})(expr.integrand)
        if isinstance(density, Product) and isinstance(density.function, BernoulliDensity):
            return self._bits_mean(expr)
        if isinstance(density, CleanGivenNoised):
            return self(E(expr.integrand, density.definition(), variable))
        if hasattr(density, "expectation"):
            inner = density.expectation(expr.integrand, variable)
            if inner is None:
                raise Uncompilable("an expectation, over an image, of a derivative in the variable itself")
            return self(inner)
        return self(expr.definition())

    def _bits_mean(self, expr):
        """The mean over independent bits of one law: over all their combinations, sums and law written out."""
        index, low, high = expr.density.limits[0]
        first, last = self(low), self(high)
        if self.xp.ndim(first) or self.xp.ndim(last):
            raise Uncompilable("several numbers of draws at once")
        places = [Integer(k) for k in range(int(first), int(last) + 1)]
        law = Mul(*(expr.density.function.xreplace({index: k}) for k in places))
        integrand = expr.integrand.replace(lambda n: isinstance(n, Sum) and n.has(expr.bound), self._written_out)
        result = 0
        for bits in product((0, 1), repeat=len(places)):
            here = self.having({expr.bound[k]: bit for k, bit in zip(places, bits)})
            result = result + here(law) * here(integrand)
        return result

    def _written_out(self, total):
        """A finite sum as its terms."""
        (index, low, high), = total.limits
        return Add(*(total.function.xreplace({index: Integer(k)}) for k in range(int(self(low)), int(self(high)) + 1)))

    def _Int(self, expr):
        expr = expr.replace(lambda n: _mixes(n, expr.bound), self._written_out) if expr.has(Sum) else expr
        if expr.has(GivenDensity):
            return self._adaptive(expr)
        chains = [m for m in expr.integrand.atoms(ForwardMarginal, ReverseDensity) if m.x == expr.bound]
        if chains:
            return self._over_chains(expr, chains)
        if iterated(expr.integrand) != expr.integrand:
            return self(Int(iterated(expr.integrand), expr.bound))
        expr = Int(with_distribution_functions(expr.integrand, expr.bound), expr.bound)
        laws = laws_of_gap(expr.integrand, expr.bound)
        if laws:
            return self._gap(expr, laws)
        for factor in Mul.make_args(expr.integrand):
            base, power = factor.as_base_exp()
            if _is_weight(base, expr.bound) and power.is_positive:
                weight, constant = gaussian_power(base, power)
                return self(E(constant * expr.integrand / factor, weight, expr.bound))
        terms = Add.make_args(expr.integrand.expand(log=False))
        if len(terms) > 1:
            return sum(self(Int(t, expr.bound)) for t in terms)
        raise Uncompilable(f"no Gaussian weight in {expr.integrand}")

    def _over_chains(self, expr, chains):
        """An integral over a state of the chain, its densities as the Gaussians that they are: mean and variance from the transitions."""
        named, values = {}, {}
        for density in chains:
            mean, deviation = Dummy("m", real=True), Dummy("s", positive=True)
            if isinstance(density, ReverseDensity):
                prior_mean, prior = self._moments(density.prior())
                beta = self(density.betas[density.step])
                precision = 1 / prior + (1 - beta) / beta
                values[mean] = (prior_mean / prior + self.xp.sqrt(1 - beta) / beta * self(density.after)) / precision
                variance = 1 / precision
            else:
                values[mean], variance = self._moments(density)
            values[deviation] = self.xp.sqrt(variance)
            named[density] = NormalDensity(expr.bound, mean, deviation)
        return self.having(values)(expr.xreplace(named))

    def _adaptive(self, expr):
        """By SciPy's adaptive quadrature, in float64, where densities are given as functions; 0 log 0 counts as 0."""
        from scipy.integrate import quad

        def f(v):
            value = float(self.having({expr.bound: v})(expr.integrand))
            return value if value == value else 0.0

        ends = [-self.xp.inf, *range(-40, 41), self.xp.inf]  # in pieces, since a corner would mislead the rule
        with self.xp.errstate(all="ignore"):
            return sum(quad(f, low, high, epsabs=1e-12)[0] for low, high in zip(ends, ends[1:]))

    def _cornered(self, expr, corners):
        """A Gaussian mean of a function with corners: Gauss-Legendre from corner to corner, out to 13 standard deviations."""
        xp, variable = self.xp, expr.bound
        mu, sigma = self(expr.density.mu), self(expr.density.sigma)
        ends = []
        for u in corners:
            here, there = self.having({variable: mu})(u), self.having({variable: mu + sigma})(u)
            level = here == there
            place = xp.clip(here / xp.where(level, 1.0, here - there), -REACH, REACH)
            ends.append(xp.where(level, 0.0, place) + 0.0 * (mu + sigma))
        ends = xp.sort(xp.stack(xp.broadcast_arrays(*ends)), axis=0)
        low, high = xp.zeros_like(ends[:1]) - REACH, xp.zeros_like(ends[:1]) + REACH
        ends = xp.concatenate([low, ends, high])
        nodes, weights = unit_interval_rule()
        total = 0.0
        for start, length in zip(ends[:-1], ends[1:] - ends[:-1]):

            def weighted(u, start=start, length=length):
                y = start + u * length
                density = xp.exp(-y * y / 2) / math.sqrt(2 * math.pi)
                return length * density * self.having({variable: mu + sigma * y})(expr.integrand)

            total = total + self._summed(weighted, nodes, weights)
        return total

    def _gap(self, expr, laws):
        """The integral of differences of Gaussian distribution functions: Gauss-Legendre between 0 and where two of them cross."""
        xp, variable = self.xp, expr.bound
        mus, sigmas = ([self(part) + 0.0 for part in several] for several in zip(*((law.mu, law.sigma) for law in laws)))
        cuts = [0.0 * mus[0]]
        if len(laws) == 2:
            level = sigmas[0] == sigmas[1]
            crossing = (mus[0] * sigmas[1] - mus[1] * sigmas[0]) / xp.where(level, 1.0, sigmas[1] - sigmas[0])
            cuts.append(xp.where(level, 0.0, crossing))
        low = min_of([mu - REACH * sigma for mu, sigma in zip(mus, sigmas)] + [-1.0 + cuts[0]], xp)
        high = max_of([mu + REACH * sigma for mu, sigma in zip(mus, sigmas)] + [1.0 + cuts[0]], xp)
        inner = xp.clip(xp.stack(xp.broadcast_arrays(*cuts)), low, high)
        ends = xp.concatenate([low[None], xp.sort(inner, axis=0), high[None]])
        nodes, weights = unit_interval_rule()
        total = 0.0
        for start, length in zip(ends[:-1], ends[1:] - ends[:-1]):
            total = total + self._summed(lambda u, a=start, b=length: b * self.having({variable: a + u * b})(expr.integrand), nodes, weights)
        return total

    def _summed(self, function, nodes, weights):
        """sum_j w_j f(y_j)."""
        if self.xp.__name__ == "numpy":
            return sum(w * function(y) for y, w in zip(nodes, weights))
        import jax

        values = jax.vmap(lambda y: function(y) + 0.0 * self.xp.sum(y))(self.xp.asarray(nodes))
        return self.xp.tensordot(self.xp.asarray(weights), values, axes=1)

    def _grid_mean(self, expr, points, weights):
        """sum_j w_j f(x_j) over a grid of vectors, the points along the first axis."""
        if expr.integrand.has(E, Var):  # a grid inside a grid: one outer point at a time
            return self._summed(lambda x: self.having({expr.bound: x})(expr.integrand), points, weights)
        return self.xp.tensordot(self.xp.asarray(weights), self.having({expr.bound: points})(expr.integrand), axes=1)

    def _weighted(self, integrand, variable, mu, sigma, nodes, weights):
        """sum_j w_j f(mu + sigma y_j)."""
        return self._summed(lambda y: self.having({variable: mu + sigma * y})(integrand), nodes, weights)

    def _ForwardMarginal(self, expr):
        """The chain's density: what is kept of the start, and the variance, carried from state to state as the transition says."""
        return self._gaussian(self(expr.x), *self._moments(expr))

    def _NonMarkovMarginal(self, expr):
        """Mean and variance carried from the chain's last state, step by step."""
        first, *steps = expr.func(*expr.args[:4], int(self(expr.step)), int(self(expr.taken))).states()
        (mean, variance), before = self._moments(first), first.x
        for step in steps:
            at_zero, at_one = (self.having({before: value})(step.mu) for value in (0.0, 1.0))
            mean, variance = at_zero + (at_one - at_zero) * mean, self(step.sigma) ** 2 + (at_one - at_zero) ** 2 * variance
            before = step.x
        return self._gaussian(self(expr.x), mean, variance)

    def _gaussian(self, x, mean, variance):
        return self.xp.exp(-((x - mean) ** 2) / (2 * variance)) / self.xp.sqrt(2 * self.xp.pi * variance)

    def _moments(self, marginal):
        """(mean, variance) of the chain after its steps."""
        start, t, betas = self(marginal.start), int(self(marginal.step)), self.values[marginal.betas]
        if not 1 <= t <= self.xp.shape(betas)[-1]:
            raise Uncompilable(f"the chain has no marginal after {t} steps")
        kept, variance = self._carried(self.xp.moveaxis(betas[..., :t], -1, 0))
        return kept * start, variance

    def _carried(self, steps):
        """The factor of the start and the variance after the steps: x -> sqrt(1 - beta) x + sqrt(beta) noise."""

        def step(state, beta):
            kept, variance = state
            return (self.xp.sqrt(1 - beta) * kept, (1 - beta) * variance + beta), None

        state = (1.0 + 0.0 * steps[0], 0.0 * steps[0])
        if self.xp.__name__ == "numpy" or len(steps) <= WRITTEN_OUT:
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
        if isinstance(expr.density, ForwardMarginal) and expr.density.x == expr.bound:
            mean, deviation = Dummy("m", real=True), Dummy("s", positive=True)
            centre, variance = self._moments(expr.density)
            law = NormalDensity(expr.bound, mean, deviation)
            return self.having({mean: centre, deviation: self.xp.sqrt(variance)})(expr.func(expr.lesser, expr.greater, law, expr.bound))
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


def laws_of_gap(integrand, variable):
    """The normal laws whose distribution functions at the variable an integrand is made of; none where it is made of other things."""
    words = [w for w in integrand.atoms(DistributionFunction, LowerIntegral) if w.point == variable]
    laws = {w.function for w in words}
    if not laws or integrand.has(E, Int) or any(not isinstance(f, NormalDensity) for f in laws):
        return ()
    return tuple(sorted({NormalDensity(f.x, f.mu, f.sigma) for f in laws}, key=str))


def min_of(values, xp):
    return xp.min(xp.stack(xp.broadcast_arrays(*values)), axis=0)


def max_of(values, xp):
    return xp.max(xp.stack(xp.broadcast_arrays(*values)), axis=0)


def _mixes(node, variable):
    """Is it a finite sum of Gaussian densities of the variable?"""
    return isinstance(node, Sum) and len(node.limits) == 1 and any(d.x == variable for d in node.function.atoms(NormalDensity))


def corners_of(integrand, variable):
    """The affine functions of the variable at whose zeros the integrand has a corner."""
    found = {c.args[0] for c in integrand.atoms(Abs, Heaviside, sign)}
    found |= {c.args[0] - c.args[1] for c in integrand.atoms(Max) if len(c.args) == 2}
    found |= {density.x - density.mu for density in integrand.atoms(LaplaceDensity)}
    return sorted((u for u in found if degree(u, variable) == 1), key=str)


def _is_weight(base, variable):
    return isinstance(base, NormalDensity) and base.x == variable and not depends(base.mu + base.sigma, variable)


def _grid(expr, dimension):
    """The tensor rule on R^d that is exact for the expectation's polynomial integrand."""
    n = degree(expr.integrand, expr.bound)
    if n is None or dimension > 4:
        raise Uncompilable("a mean over several coordinates is computed for polynomials in up to four only")
    return tensor_rule(n, dimension)
