"""Predictions of x_0, of the noise, of the score and of v are one prediction.

A network may be asked where the noising chain started, which noise x_t carries, the slope of log q_t at x_t, or
v = sqrt(alpha_bar_t) eps - sqrt(1 - alpha_bar_t) x_0. The best answers to these four questions, means given x_t, are
affine functions of each other with coefficients that the schedule fixes, whatever the law of the data. So one network
answers all of them; what differs is how a squared error weighs the steps. Written for one coordinate.
"""

from sympy import Derivative, Eq, Symbol, log, pi, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import DIFFERENTIATE_INSIDE, FINITE, MARKOV, POSITIVE
from derivations.derivation import start
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.domains import Positive, Real
from derivations.language import AlphaBar, CleanGivenDiffused, DiffusedDensity, E, ForwardMarginal, Int, NoiseVariance, Normal, positive, real
from derivations.language.density import Law
from derivations.noising import Step, beta, betas, t, x, x0, xt
from derivations.rules import definition, derivative_inside, differentiation, earlier_claim, linearity, log_density

m = real("m")
tau = positive("tau")
alpha_bar = AlphaBar(beta, t)
signal, spread = sqrt(alpha_bar), sqrt(1 - alpha_bar)


def noised(x0, eps):
    """x_t, from where the chain started and the noise: Ho et al. 2020, equation (9)."""
    return signal * x0 + spread * eps


def eps_from_x0(x0):
    return (xt - signal * x0) / spread


def x0_from_eps(eps):
    return (xt - spread * eps) / signal


def score_from_eps(eps):
    return -eps / spread


def eps_from_score(score):
    return -spread * score


def v_from_eps_and_x0(eps, x0):
    """What Salimans & Ho 2022 have a network predict."""
    return signal * eps - spread * x0


def x0_from_v(v):
    return signal * xt - spread * v


def eps_from_v(v):
    return spread * xt + signal * v


q = Law("q")(x0)
density = DiffusedDensity(xt, q, beta, t, x0)
posterior = CleanGivenDiffused(x0, density)
best_x0 = E(x0, posterior, x0)
best_eps = E(eps_from_x0(x0), posterior, x0)
best_v = E(v_from_eps_and_x0(eps_from_x0(x0), x0), posterior, x0)
score = Derivative(log(density), xt)

parameters = (
    betas,
    Parameter(t, Step(1, 4), "the step"),
    Parameter(xt, Real(), "the state after t steps", keyword="x_t", optional=True),
    Parameter(m, Real(), "mean of the data where they are N(m, tau^2)", optional=True),
    Parameter(tau, Positive(), "standard deviation of the data where they are N(m, tau^2)", optional=True),
)
conditions = (MARKOV, POSITIVE, FINITE, DIFFERENTIATE_INSIDE)
instance = {q: Normal(m, tau)(x0)}

chain, noise = ForwardMarginal(xt, x0, beta, t), marginal(xt, t)
log_noise = -log(1 - alpha_bar) / 2 - log(2 * pi) / 2 - (xt - signal * x0) ** 2 / (2 * (1 - alpha_bar))
evidence = Int(q * noise, x0)


def of_score(f):
    """From f(score) to f of what the noise says of it."""

    def by_noise(numerator, denominator):
        return f(score_from_eps(numerator / denominator))

    mean, mean_in_chain = (Int(eps_from_x0(x0) * q * step, x0) for step in (noise, chain))
    return (
        start(f(score))
        .by(definition(DiffusedDensity), f(Derivative(log(Int(q * chain, x0)), xt)))
        .by(earlier_claim("ddpm_forward_marginal", {x: xt}), f(Derivative(log(evidence), xt)))
        .by(differentiation, f(Derivative(evidence, xt) / evidence))
        .by(derivative_inside, f(Int(Derivative(q * noise, xt), x0) / evidence))
        .by(differentiation, f(Int(q * noise * Derivative(log(noise), xt), x0) / evidence))
        .by(log_density, f(Int(q * noise * Derivative(log_noise, xt), x0) / evidence))
        .by(differentiation, f(Int(q * noise * score_from_eps(eps_from_x0(x0)), x0) / evidence))
        .by(linearity, by_noise(mean, evidence))
        .by(earlier_claim("ddpm_forward_marginal", {x: xt}), by_noise(mean_in_chain, Int(q * chain, x0)))
        .by(definition(DiffusedDensity), by_noise(mean_in_chain, density))
        .by(linearity, f(score_from_eps(Int(eps_from_x0(x0) * q * chain / density, x0))))
        .by(definition(E, CleanGivenDiffused), f(score_from_eps(best_eps)))
    )


def by_linearity(found, other, title):
    """Both are means given x_t, and one of the integrands is an affine function of the other."""
    return Part(Eq(found, other, evaluate=False), start(found).by(linearity, other), title)


parts = (
    by_linearity(best_eps, eps_from_x0(best_x0), "the noise, from x_0"),
    by_linearity(best_x0, x0_from_eps(best_eps), "x_0, from the noise"),
    Part(Eq(score, score_from_eps(best_eps), evaluate=False), of_score(lambda score: score), "the score, from the noise"),
    Part(Eq(best_eps, eps_from_score(score), evaluate=False), of_score(eps_from_score).backwards(), "the noise, from the score"),
    by_linearity(best_x0, x0_from_v(best_v), "x_0, from v"),
    by_linearity(best_eps, eps_from_v(best_v), "the noise, from v"),
)
value = {"signal": signal, "noise": spread, "score from eps": score_from_eps(1), "x0 from eps": -spread / signal, "x0 from x_t": 1 / signal}


def stably(expr):
    """The same in the variance of the noise, of which 1 - alpha_bar_t keeps few digits at the first steps."""
    return expr.xreplace({1 - alpha_bar: NoiseVariance(beta, t)})


stable = tuple(
    Part(Eq(expr, stably(expr), evaluate=False), start(expr).by(definition(NoiseVariance), stably(expr)))
    for expr in value.values()
    if stably(expr) != expr
)
sources = ("sheet A 8.2b", "Ho et al. 2020, equation (9) and section 3.2", "Salimans & Ho 2022, appendix D", "Song et al. 2021, section 3.1")
