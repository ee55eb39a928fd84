"""The statistical tests that a statement calls for, read off its left side.

| left side | test |
|---|---|
| a sum of expectations, or a probability | the mean of its integrand (`mean_test`) |
| the density of something that can be simulated | the distribution function (`law_test`); centre and spread of a Gaussian |
| the function at which a functional is greatest | its first variation there is zero (`mean_test`) |

Each is a function without arguments that prepares the test and returns a `MeanHypothesis` or a `LawHypothesis`.
"""

from sympy import Add, Dummy, Eq, Float, Integer, Le, Mul, S, Sum, Symbol, cos, exp, log, sign, sin

from derivations.enclose import Unevaluable, precision
from derivations.instance import concretise
from derivations.language import ArgMax, CleanGivenNoised, E, ForwardMarginal, InverseMap, NonMarkovMarginal, Probability, Pushforward, transition
from derivations.language.extreme import GumbelDensity
from derivations.language.functions import AbstractFunction, UnitFunction
from derivations.language.normal import NormalDensity, UniformDensity
from verify.case import arrays_of, in_float32
from verify.float64 import require_float64
from verify.monte_carlo.hypothesis import BUDGET, LawHypothesis, MeanHypothesis
from verify.sampling import Draw, Unsampleable, draws, sampler, variance_bound

class NotALaw(Exception):
    """What is said to be a density has another mass than 1."""


SOLVED, CHAINED = 2**22, 2**18  # samples where each needs an equation to be solved, or a long chain to be run


def tests_of(statement, point):
    """The tests of one statement at one point. Raises `Unsampleable` where there is nothing to sample."""
    point = in_float32(point)
    left, right = (concretise(side, point.instance) for side in statement.args)
    left = left.replace(lambda n: isinstance(n, Sum) and n.has(E) and len(n.limits) == 1, lambda n: _terms(n, point))
    if isinstance(statement, Eq):
        if isinstance(left, log) and isinstance(left.args[0], Pushforward):  # the logarithm of a density is as said where the density is
            left, right = left.args[0], exp(right)
        laws = _simulated(left, right, point)
        if laws:
            gaussian = [law for law in laws[:1] if isinstance(law[2], NormalDensity)]
            return [_law(*law, point) for law in laws] + [test(*law, point) for law in gaussian for test in (_centre, _spread)]
        if isinstance(left, Probability) and isinstance(left.greater, Symbol):
            return [_law(((left.bound, left.density),), left.lesser, right, left.greater, point, cumulative=True)]
        if isinstance(left, ArgMax) and isinstance(left.variable, UnitFunction):
            return [_mean(variation, S.Zero, "==", point) for variation in _variations(left, right)]
        if isinstance(left, ArgMax) and type(left.variable) is AbstractFunction:
            if right.has(CleanGivenNoised):
                raise Unsampleable("what is said to be best is a posterior mean, of whose square no bound is known")
            return [_mean(residual, S.Zero, "==", point) for residual in _residuals(left, right)]
    if isinstance(statement, Eq) and isinstance(left, E) and isinstance(left.density, CleanGivenNoised):
        return [_posterior_mean(left, right, point)]
    relation = "==" if isinstance(statement, Eq) else "<=" if isinstance(statement, Le) else ">="
    return [_mean(left, right, relation, point, of_left_side=True)]


def _mean(left, right, relation, point, of_left_side=False):
    """E[integrand of the left side] against the value of the right side."""
    constant, found = draws(left)
    if not found:
        raise Unsampleable("nothing on the left side is random")

    def prepare():
        with precision(96):
            variance = sum(variance_bound(d, point.evaluate) for d in found)
            expected = _number(point.evaluate(right))
        symbols, numbers, whole = arrays_of(point)
        budget = SOLVED if any(d.integrand.has(InverseMap) for d in found) else BUDGET
        return MeanHypothesis(
            sampler(constant, found, symbols, whole), expected, variance, relation, _dimension(found, point), numbers,
            budget=budget, of_left_side=of_left_side,
        )  # fmt: skip

    return prepare


def _posterior_mean(left, right, point):
    """E[f(x) | y] = c where E[(f(x) - c) N(y; x, sigma^2)] = 0 over the law of x: nothing is divided by."""
    posterior = left.density

    def prepare():
        with precision(96):
            said = Float(_number(point.evaluate(right)))
        weighted = E((left.integrand - said) * posterior.likelihood(), posterior.prior(), left.bound)
        return _mean(weighted, S.Zero, "==", point)()

    return prepare


def _number(ball):
    """The middle of a ball that is narrow beside what a test can see. Raises `Unevaluable` for any other."""
    if not ball.is_finite() or not ball.imag.contains(0) or not ball.real.rad() <= 1e-9 * (1 + abs(ball.real.mid())):
        raise Unevaluable(f"the right side is known no better than as {ball}")
    return float(ball.real.mid())


def _dimension(found, point):
    """Normals per sample: one for a scalar law, the length for a vector."""
    whole = [v for v in point.values.values() if isinstance(v, int)]
    vectors = sum(not isinstance(density, (NormalDensity, UniformDensity, GumbelDensity)) for d in found for _, density in d.laws)
    scalars = sum(len(d.laws) for d in found) - vectors
    return max(scalars + vectors * max(whole, default=1), 1)


# --- the first variation of a functional at the function that is said to be best


def _variations(left, right):
    """The derivative at 0 of e -> F(D + e D (1 - D) h), for a few bounded h: zero at a stationary function.

    The factor D (1 - D) keeps D + e ... between 0 and 1, and what is averaged bounded.
    """
    (x,) = left.variable.values
    functional = left.functional
    while not functional.has(E):
        functional = functional.definition()
    e = Dummy("e", real=True)
    for h in (1, sin(x), cos(x)):
        moved = left.func(functional, left.variable).at(right + e * right * (1 - right) * h)
        yield moved.replace(
            lambda n: isinstance(n, E), lambda n: E(n.integrand.diff(e).subs(e, 0).cancel(), n.density, n.bound)
        )


def _residuals(left, right):
    """The same for real functions, f + e h with the polynomials h = 1, y, y^2 of the function's argument."""
    (y,) = left.variable.values
    e = Dummy("e", real=True)
    for h in (S.One, y, y**2):
        yield _slope(left.at(right + e * h), e)


def _slope(functional, e):
    """The derivative at e = 0, taken inside every expectation."""
    if isinstance(functional, E):
        return E(_slope(functional.integrand, e), functional.density, functional.bound)
    return functional.diff(e).subs(e, 0)


# --- laws that can be simulated


def _simulated(left, right, point):
    """[(ancestors, sampled expression, density, variable)] where the left side is the density of something simulated."""
    if isinstance(left, Pushforward) and isinstance(left.x, Symbol):
        if isinstance(left.density, ForwardMarginal):
            chain = left.density.func(*left.density.args[:3], Integer(_whole(left.density.step, point)))
            return [(((left.bound, chain),), left.image, right, left.x)]
        return [(((left.bound, left.density),), left.image, right, left.x)]
    if isinstance(left, ForwardMarginal) and isinstance(left.x, Symbol):
        states = _last_states(left, _whole(left.step, point))
        return [(states, states[-1][0], right, left.x)]
    if isinstance(left, NonMarkovMarginal) and isinstance(left.x, Symbol):
        states = left.func(*left.args[:4], _whole(left.step, point), _whole(left.taken, point)).states()
        return [(tuple((law.x, law) for law in states), left.x, right, left.x)]
    return _conditional(left, right, point)


def _terms(total, point):
    """A finite sum of means as its terms."""
    index, low, high = total.limits[0]
    return Add(*(total.function.xreplace({index: Integer(k)}) for k in range(_whole(low, point), _whole(high, point) + 1)))


def _whole(step, point):
    return int(point.evaluate(step).real.unique_fmpz())


def _last_states(marginal, t):
    """The chain's last states at step t: the one before, drawn by running the chain, and the last one given it."""
    before, last = Symbol("y#", real=True), Symbol("y'#", real=True)
    if t == 1:
        return ((last, transition(last, marginal.start, marginal.betas, 1)),)
    drawn = ForwardMarginal(before, marginal.start, marginal.betas, Integer(t - 1))
    return ((before, drawn), (last, transition(last, before, marginal.betas, Integer(t))))


def _conditional(left, right, point):
    """A quotient joint / marginal of the chain: the standardised state, given the one after, is standard normal.

    Multiplied by a sign that the state after decides it still is, if it does not depend on that state.
    """
    below = [1 / f for f in Mul.make_args(left) if isinstance(1 / f, ForwardMarginal)]
    if len(below) != 1 or not isinstance(right, NormalDensity):
        return []
    states = _last_states(below[0], _whole(below[0].step, point))
    names = {below[0].x: states[-1][0], right.x: states[-2][0]}
    residual = ((right.x - right.mu) / right.sigma).xreplace(names)
    z = Symbol("z", real=True)
    standard = NormalDensity(z, 0, 1)
    return [(states, residual, standard, z), (states, residual * sign(states[-1][0] - below[0].start), standard, z)]


def _law(ancestors, sampled, density, variable, point, cumulative=False):
    """The samples of an expression against the distribution function of a density (or itself, if `cumulative`)."""

    def prepare():
        symbols, numbers, whole = arrays_of(point)
        cdf = _evaluated(density, variable, point) if cumulative else _distribution(density, variable, ancestors, sampled, point)
        draw = sampler(S.Zero, (Draw(ancestors, sampled),), symbols, whole)
        # The centre and the spread of a Gaussian have tests of their own, which see more.
        usual = 2**20 if isinstance(density, NormalDensity) else 2**23
        return LawHypothesis(draw, cdf, len(ancestors), numbers, _rounding(numbers), _enough(ancestors, sampled, usual))

    return prepare


def _centre(ancestors, sampled, density, variable, point):
    """The mean of the standardised samples of a Gaussian law is 0, their variance 1."""
    return _standardised((sampled - density.mu) / density.sigma, 0.0, 1.0, ancestors, point)


def _spread(ancestors, sampled, density, variable, point):
    """The mean square of the standardised samples of a Gaussian law is 1, its variance 2."""
    return _standardised(((sampled - density.mu) / density.sigma) ** 2, 1.0, 2.0, ancestors, point)


def _standardised(residual, expected, variance, ancestors, point):
    def prepare():
        symbols, numbers, whole = arrays_of(point)
        draw = sampler(S.Zero, (Draw(ancestors, residual),), symbols, whole)
        budget = _enough(ancestors, residual, BUDGET)
        return MeanHypothesis(draw, expected, variance, "==", len(ancestors), numbers, _rounding(numbers), budget)

    return prepare


def _enough(ancestors, sampled, usual):
    """How many samples: fewer where each needs an equation solved, or a long chain run."""
    steps = max((int(law.step) for _, law in ancestors if isinstance(law, ForwardMarginal)), default=0)
    return min(usual, CHAINED if steps > 16 else SOLVED if sampled.has(InverseMap) else usual)


def _rounding(numbers):
    """A bound on the float32 error of a sample made of a few operations: 100 ulp of the largest parameter."""
    return 1e-5 * (1 + max((float(abs(n).max()) for n in numbers), default=0.0))


def _evaluated(expr, variable, point):
    """An expression as a function of one variable, in float64."""
    import numpy

    from derivations.compile import evaluate

    symbols, numbers, whole = arrays_of(point)
    values = {**{k: numpy.asarray(n, float) for k, n in zip(symbols, numbers)}, **dict(whole)}
    return lambda v: evaluate(expr, {**values, variable: v}, numpy)


def _distribution(density, variable, ancestors, sampled, point):
    """The distribution function of a density: the normal one, or the density summed on a fine grid."""
    from scipy.special import ndtr

    if isinstance(density, NormalDensity) and density.x == variable:
        with precision(96):
            mu, sigma = (float(point.evaluate(e).real.mid()) for e in (density.mu, density.sigma))
        return lambda x: ndtr((x - mu) / sigma)
    ((source, law),) = ancestors
    return _summed(density, variable, sampled, source, law, point)


def _summed(density, variable, image, source, law, point):
    """The density summed by the trapezoid rule on the image of 20,001 points of the source, nine deviations each way.

    Its error is below 1e-5, far below what the test can see. A density whose mass there is not 1 belongs to no
    law: `NotALaw`.
    """
    import jax
    import jax.numpy as jnp
    import numpy

    from derivations.compile import evaluate

    require_float64()
    with jax.enable_x64(True):
        symbols, numbers, whole = arrays_of(point)
        values = {**{k: jnp.asarray(n, float) for k, n in zip(symbols, numbers)}, **dict(whole)}
        noise = evaluate(law.mu, values, jnp) + evaluate(law.sigma, values, jnp) * jnp.linspace(-9.0, 9.0, 20_001)
        x = jnp.sort(evaluate(image, {**values, source: noise}, jnp))
        heights = jax.jit(lambda v: evaluate(density, {**values, variable: v}, jnp))(x)
        x, heights = numpy.asarray(x), numpy.asarray(heights)
    below = numpy.concatenate([[0.0], numpy.cumsum(numpy.diff(x) * (heights[1:] + heights[:-1]) / 2)])
    if not abs(below[-1] - 1) < 1e-4:
        raise NotALaw(f"the right side integrates to {below[-1]:.6g}, not to 1")
    return lambda t: numpy.interp(t, x, numpy.minimum.accumulate(below[::-1])[::-1].clip(0.0, 1.0))
