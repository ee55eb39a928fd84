"""A sampler and an integrand, read off the left side of a statement.

A left side that is linear in expectations becomes constant + sum of draws: in each draw some variables are
sampled from their laws and an integrand is evaluated. Nothing of the right side enters.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

from sympy import Add, Derivative, Heaviside, IndexedBase, MatrixSymbol, Mul, S, Sum, Symbol

from derivations.enclose import Unevaluable
from derivations.enclose.optimum import stationary_function
from derivations.enclose.quantiles import in_normal_noise
from derivations.language import E, ForwardMarginal, Probability, Pushforward, ReverseDensity, Var
from derivations.language.bernoulli import BernoulliDensity
from derivations.language.extreme import ExponentialDensity, GumbelDensity
from derivations.language.laplace import LaplaceDensity
from derivations.language.maps import Antiderivative
from derivations.language.multivariate import MultivariateNormalDensity
from derivations.language.normal import NormalDensity, UniformDensity
from derivations.language.optimum import Optimum
from derivations.language.word import Word


class Unsampleable(Exception):
    """The left side is no sum of expectations that can be sampled; the message says what stands in the way."""


@dataclass(frozen=True)
class Draw:
    """The mean of `integrand` when the variables of `laws` ((variable, density) in order) are sampled."""

    laws: tuple
    integrand: object


def draws(expr):
    """`expr` as (constant, [Draw, ...]), where the value is the constant plus the sum of the draws' means."""
    constant, found = _summands(expr, count(1))
    return constant, tuple(_together(found))


def _summands(expr, fresh):
    constant, found = S.Zero, []
    for term in Add.make_args(expr):
        part = _term(term, fresh)
        if isinstance(part, list):
            found += part
        else:
            constant += part
    return constant, found


def _term(expr, fresh):
    """One summand: a list of draws, or an expression free of expectations."""
    if not expr.has(Word) or not _random(expr):
        return expr
    expr = _at_source(expr)
    if isinstance(expr, E) and expr.integrand.has(Antiderivative):
        raise Unsampleable("a critic that is given by its slope")
    if isinstance(expr, E) and isinstance(expr.density, ReverseDensity):
        raise Unsampleable("a mean under the chain's posterior, which is known by Bayes only")
    if isinstance(expr, E):
        if expr.integrand.has(Optimum):
            expr = E(expr.integrand.replace(lambda n: isinstance(n, Optimum), _best), expr.density, expr.bound)
        variable, integrand, density = _fresh(expr, fresh)
        constant, inner = _summands(integrand, fresh) if _random(integrand) else (integrand, [])
        outer = [Draw(((variable, density),), constant)] if constant != 0 else []
        return outer + [replace(d, laws=((variable, density), *d.laws)) for d in inner]
    if isinstance(expr, Var):
        return _variance(expr, fresh)
    if isinstance(expr, Derivative):
        return _derivative(expr, fresh)
    if isinstance(expr, Probability):
        variable, event, density = _fresh(E(Heaviside(expr.greater - expr.lesser, 1), expr.density, expr.bound), fresh)
        return [Draw(((variable, density),), event)]
    if isinstance(expr, Optimum):
        return _term(_best(expr), fresh)
    if isinstance(expr, Add):
        constant, found = _summands(expr, fresh)
        return found + ([Draw((), constant)] if constant != 0 else [])
    if isinstance(expr, Mul):
        random = [f for f in expr.args if _random(f)]
        if len(random) != 1:
            raise Unsampleable("a product of expectations")
        weight = Mul(*(f for f in expr.args if f is not random[0]))
        return [replace(d, integrand=weight * d.integrand) for d in _term(random[0], fresh)]
    if isinstance(expr, Word):
        return _term(expr.definition(), fresh)
    raise Unsampleable(f"an expectation inside {type(expr).__name__}")


def _at_source(expr):
    """An expectation over the law of an image, or over quantiles of normal laws, as the one over its source."""
    if isinstance(expr, E) and isinstance(expr.density, Pushforward):
        return expr.density.expectation(expr.integrand, expr.bound) or expr
    return in_normal_noise(expr) if isinstance(expr, E) else expr


def _best(optimum):
    """An optimum over functions: its place, or the functional there, at the integrand's stationary point."""
    try:
        best = stationary_function(optimum)
    except Unevaluable as reason:
        raise Unsampleable(str(reason)) from None
    return best if optimum.place else optimum.at(best)


def _random(expr):
    """Does `expr` contain anything that is to be sampled, once its words are unfolded?"""
    if isinstance(expr, (NormalDensity, BernoulliDensity, UniformDensity, GumbelDensity, LaplaceDensity, ExponentialDensity)):
        return False
    if isinstance(expr, (E, Var, Probability)):
        return True
    if isinstance(expr, Optimum):
        return not expr.place
    if isinstance(expr, Word):
        try:
            return _random(expr.definition())
        except NotImplementedError:
            return False
    return any(_random(a) for a in expr.args)


def _fresh(expr, fresh):
    """An expectation's variable renamed, so that draws from different laws do not share it."""
    variable = expr.bound
    name = f"{variable}#{next(fresh)}"
    new = _like(variable, name)
    return new, expr.integrand.xreplace({variable: new}), expr.density.xreplace({variable: new})


def _variance(expr, fresh):
    """Var f = E[(f(x) - f(x'))^2] / 2 with x' an independent copy of x."""
    x, f, density = _fresh(E(expr.integrand, expr.density, expr.bound), fresh)
    copy, g, other = _fresh(E(expr.integrand, expr.density, expr.bound), fresh)
    return [Draw(((x, density), (copy, other)), (f - g) ** 2 / 2)]


def _derivative(expr, fresh):
    """The derivative of a Gaussian mean: sampled as mu + sigma xi, and differentiated sample by sample."""
    if len(expr.variables) != 1:
        raise Unsampleable("a derivative of higher order")
    theta, inner = expr.variables[0], expr.expr
    while isinstance(inner, Word) and not isinstance(inner, E):
        inner = inner.definition()
    inner = _at_source(inner)
    if not isinstance(inner, E) or not isinstance(inner.density, NormalDensity):
        raise Unsampleable("the derivative of something other than a Gaussian mean")
    xi = Symbol(f"xi#{next(fresh)}", real=True)
    sampled = inner.integrand.xreplace({inner.bound: inner.density.mu + inner.density.sigma * xi})
    return [Draw(((xi, NormalDensity(xi, 0, 1)),), sampled.diff(theta))]


def _together(found):
    """Draws from equal laws share their samples, so that their integrands may cancel."""
    groups = {}
    for draw in found:
        key = tuple(density.xreplace({v: _like(v, f"_{i}") for i, (v, _) in enumerate(draw.laws)}) for _, density in draw.laws)
        if key in groups:
            first = groups[key]
            rename = {v: w for (v, _), (w, _) in zip(draw.laws, first.laws)}
            groups[key] = replace(first, integrand=first.integrand + draw.integrand.xreplace(rename))
        else:
            groups[key] = draw
    return list(groups.values())


def _like(variable, name):
    """A variable of the same kind with another name."""
    if isinstance(variable, IndexedBase):
        return IndexedBase(name, real=True)
    if isinstance(variable, MatrixSymbol):
        return MatrixSymbol(name, *variable.shape)
    return Symbol(name, real=True)


def variance_bound(draw, evaluate):
    """A proven upper bound on the variance of a draw's integrand, from enclosures of its first two moments."""
    second, mean = draw.integrand**2, draw.integrand
    for variable, density in reversed(draw.laws):
        second, mean = E(second, density, variable), E(mean, density, variable)
    if not draw.laws:
        return 0.0
    if isinstance(draw.integrand, Heaviside):
        return 0.25  # of a number between 0 and 1: Popoviciu 1935
    variance = evaluate(second).real - evaluate(mean).real ** 2
    return max(float(variance.upper()), 0.0)


@lru_cache(maxsize=256)
def sampler(constant, found, symbols, whole=()):
    """draw(key, m, *values) -> (m,) float32 for `verify.monte_carlo`: one value per symbol, in order.

    `whole` are (symbol, int) pairs fixed at compilation. The same arguments give the same function object,
    which is compiled once.
    """
    import jax
    import jax.numpy as xp

    from derivations.compile import Calculus

    def draw(key, m, *numbers):
        values = {**dict(zip(symbols, numbers)), **dict(whole)}
        total = xp.zeros(m, xp.float32) + Calculus(values, xp)(constant)
        for k, one in enumerate(found):
            here = Calculus(values, xp)
            for j, (variable, density) in enumerate(one.laws):
                sub = jax.random.fold_in(jax.random.fold_in(key, k), j)
                here = here.having({variable: _sample(density, variable, here, sub, m, xp)})
            total = total + here(one.integrand)
        return total.astype(xp.float32)

    return draw


def _sample(density, variable, here, key, m, xp):
    """m samples of a law: (m,) for a scalar, (m, d) for a product over coordinates."""
    import jax

    from verify.monte_carlo import normals

    if isinstance(density, NormalDensity):
        return here(density.mu) + here(density.sigma) * normals(key, m)
    if isinstance(density, GumbelDensity):
        return here(density.mu) + here(density.beta) * jax.random.gumbel(key, (m,), xp.float32, mode="high")  # its whole tail
    if isinstance(density, UniformDensity):
        return jax.random.uniform(key, (m,), xp.float32)
    if isinstance(density, BernoulliDensity):
        return jax.random.bernoulli(key, here(density.p), (m,)).astype(xp.float32)
    if type(density).__name__ == "Product" and isinstance(density.function, BernoulliDensity) and not density.function.p.has(density.limits[0][0]):
        _, low, high = density.limits[0]
        return jax.random.bernoulli(key, here(density.function.p), (m, int(here(high - low + 1)))).astype(xp.float32)
    if type(density).__name__ == "Product" and isinstance(density.function, NormalDensity):
        law, (index, low, high) = density.function, density.limits[0]
        inner = here.having({}, index)
        mu, sigma = inner(law.mu), inner(law.sigma)
        d = max(xp.size(mu), xp.size(sigma))
        if xp.ndim(mu) == xp.ndim(sigma) == 0:  # the same law for every coordinate
            d = int(here(high - low + 1))
        return mu + sigma * normals(key, (d, m)).T
    if isinstance(density, MultivariateNormalDensity):
        lower = xp.linalg.cholesky(here(density.covariance))
        noise = normals(key, (lower.shape[-1], m))
        return here(density.mu) + (lower @ noise).T[..., None]
    if _components(density):
        return _sample_mixture(_components(density), here, key, m, xp)
    if isinstance(density, ForwardMarginal):
        return _run_chain(here(density.start), here.values[density.betas][: here(density.step)], key, m, xp)
    raise Unsampleable(f"no sampler for {type(density).__name__}")


def _components(density):
    """The sum of weighted Gaussian densities of a mixture that is divided by the sum of the weights; None for any other density."""
    sums = [f for f in Mul.make_args(density) if isinstance(f, Sum) and len(f.limits) == 1]
    found = [f for f in sums if len(f.function.atoms(NormalDensity)) == 1]
    if len(found) != 1 or not isinstance(density, Mul) or len(density.args) != 2:
        return None
    (gaussian,) = found[0].function.atoms(NormalDensity)
    return found[0] if density == found[0] / Sum(found[0].function / gaussian, *found[0].limits) else None


def _sample_mixture(components, here, key, m, xp):
    """m samples of a mixture: a component for each, then its Gaussian."""
    import jax

    from verify.monte_carlo import normals

    (gaussian,), (index, low, high) = components.function.atoms(NormalDensity), components.limits[0]
    each = [here.having({index: k}) for k in range(int(here(low)), int(here(high)) + 1)]
    weights, mu, sigma = (xp.stack([xp.asarray(at(e)) for at in each]) for e in (components.function / gaussian, gaussian.mu, gaussian.sigma))
    chosen = jax.random.categorical(jax.random.fold_in(key, 0), xp.log(weights), shape=(m,))
    return mu[chosen] + sigma[chosen] * normals(jax.random.fold_in(key, 1), m)


def _run_chain(start, betas, key, m, xp):
    """m states of the noising chain after the steps `betas`, each step drawn."""
    import jax

    from verify.monte_carlo import normals

    def step(x, inputs):
        k, beta = inputs
        noise = normals(jax.random.fold_in(key, k), m)
        return xp.sqrt(1 - beta) * x + xp.sqrt(beta) * noise, None

    first = xp.full(m, start, xp.float32)
    return jax.lax.scan(step, first, (xp.arange(len(betas)), betas))[0]
