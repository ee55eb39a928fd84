"""Marginals of the noising chain, from the joint density of all its states.

Given x_0, the states x_1, ..., x_t are jointly Gaussian with a tridiagonal precision matrix, read off the
transitions. Gaussian elimination leaves the mean and the variance of the last one. Nothing is shared with
the closed form: alpha_bar does not occur.
"""

from flint import acb
from sympy import Dummy

from derivations.language.chain import ForwardMarginal, ReverseDensity
from derivations.language.normal import NormalDensity


def chain_moments(balls, marginal):
    """(mean, variance) of x_t given x_0, as balls. Raises `Unevaluable` at t < 1 or where betas are missing."""
    from derivations.enclose.balls import Unevaluable

    t, start = balls.whole(marginal.step), balls(marginal.start)
    if t < 1:
        raise Unevaluable(f"the chain has no marginal after {t} steps")
    beta = [balls(marginal.betas[k]) for k in range(1, t + 1)]
    slope = [(1 - b).sqrt() for b in beta]
    pivot, right = 1 / beta[0], slope[0] * start / beta[0]
    for k in range(1, t):  # x_k is eliminated: - log density = (x_{k+1} - slope x_k)^2 / (2 beta) + pivot x_k^2 / 2 - right x_k
        pivot += slope[k] ** 2 / beta[k]
        coupling = slope[k] / beta[k]
        pivot, right = 1 / beta[k] - coupling**2 / pivot, coupling * right / pivot
    return right / pivot, 1 / pivot


def chain_density(balls, marginal):
    """The density q_t(x | x_0) at a point."""
    mean, variance = chain_moments(balls, marginal)
    x = balls(marginal.x)
    return (-((x - mean) ** 2) / (2 * variance)).exp() / (2 * acb.pi() * variance).sqrt()


def non_markov_density(balls, marginal):
    """The density of the non-Markov process at a point: mean and variance carried from the chain's last state, step by step."""
    taken = balls.whole(marginal.taken)
    marginal = marginal.func(*marginal.args[:4], balls.whole(marginal.step), taken)
    first, *steps = marginal.states()
    mean, variance = chain_moments(balls, first)
    before = first.x
    for step in steps:
        at_zero, at_one = (balls.with_values({before: acb(v)})(step.mu) for v in (0, 1))
        mean, variance = at_zero + (at_one - at_zero) * mean, balls(step.sigma) ** 2 + (at_one - at_zero) ** 2 * variance
        before = step.x
    x = balls(marginal.x)
    return (-((x - mean) ** 2) / (2 * variance)).exp() / (2 * acb.pi() * variance).sqrt()


def without_chains(balls, expr):
    """The expression and an evaluator for it, every marginal of the chain replaced by the Gaussian that it is.

    Its mean is a multiple of the state at the start, which may be what an integral runs over. So is every posterior of the
    chain, of prior N(m, v) and likelihood N(y; a x, b): its precision is 1/v + a^2/b, its mean (m/v + a y/b) over that.
    """
    named, values = {}, {}
    for posterior in expr.atoms(ReverseDensity):
        slope, along, deviation = Dummy("a", real=True), Dummy("b", real=True), Dummy("s", positive=True)
        kept, variance = chain_moments(balls, posterior.prior().func(posterior.x, 1, posterior.betas, posterior.step - 1))
        beta = balls(posterior.betas[posterior.step])
        precision = 1 / variance + (1 - beta) / beta
        values |= {slope: kept / variance / precision, along: (1 - beta).sqrt() / beta / precision, deviation: (1 / precision).sqrt()}
        named[posterior] = NormalDensity(posterior.x, slope * posterior.start + along * posterior.after, deviation)
    for marginal in expr.atoms(ForwardMarginal):
        slope, deviation = Dummy("a", real=True), Dummy("s", positive=True)
        kept, variance = chain_moments(balls, marginal.func(marginal.x, 1, marginal.betas, marginal.step))
        values |= {slope: kept, deviation: variance.sqrt()}
        named[marginal] = NormalDensity(marginal.x, slope * marginal.start, deviation)
    return balls.with_values(values), expr.xreplace(named)


def has_chains(expr):
    """Does it speak of densities of the chain, which `without_chains` replaces?"""
    return expr.has(ForwardMarginal, ReverseDensity)
