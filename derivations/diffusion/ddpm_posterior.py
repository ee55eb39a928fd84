"""One step back along the noising chain, when the start is known.

Bayes' theorem turns the transition around: between x_0 and x_t the state x_{t-1} is Gaussian, with a mean
that weighs the two. For t >= 2; at t = 1 the state before is x_0 itself, and the variance is 0.
"""

from sympy import Eq, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import MARKOV
from derivations.derivation import start
from derivations.diffusion import ddpm_forward_marginal
from derivations.domains import Real
from derivations.language import Alpha, AlphaBar, ForwardMarginal, NoiseVariance, Normal, transition
from derivations.noising import Step, beta, betas, t, x, x0, x_before, xt
from derivations.rules import definition, earlier_claim, gaussian_conditioning, noise_schedule

alpha, alpha_bar, alpha_bar_before = Alpha(beta, t), AlphaBar(beta, t), AlphaBar(beta, t - 1)
forward, marginal = transition(xt, x_before, beta, t), ddpm_forward_marginal.marginal

x0_coefficient = sqrt(alpha_bar_before) * beta[t] / (1 - alpha_bar)
xt_coefficient = sqrt(alpha) * (1 - alpha_bar_before) / (1 - alpha_bar)
variance = (1 - alpha_bar_before) / (1 - alpha_bar) * beta[t]
posterior = Normal(x0_coefficient * x0 + xt_coefficient * xt, sqrt(variance))(x_before)

parameters = (
    betas,
    Parameter(t, Step(2, 5), "the step"),
    Parameter(x0, Real(), "the state at the start", keyword="x0", optional=True),
    Parameter(xt, Real(), "the state after t steps", keyword="x_t", optional=True),
    Parameter(x_before, Real(), "the state after t - 1 steps", keyword="x_before", optional=True),
)
conditions = (MARKOV,)
bayes_quotient = forward * ForwardMarginal(x_before, x0, beta, t - 1) / ForwardMarginal(xt, x0, beta, t)
statement = Eq(bayes_quotient, posterior, evaluate=False)
value = {"x0 coefficient": x0_coefficient, "xt coefficient": xt_coefficient, "variance": variance}

# what conditioning x_t = sqrt(alpha_t) x_{t-1} + noise on x_t gives, before it is tidied up
prior_mean, prior_variance = sqrt(alpha_bar_before) * x0, 1 - alpha_bar_before
evidence_mean, evidence_variance = sqrt(alpha) * prior_mean, beta[t] + alpha * prior_variance
gain = sqrt(alpha) * prior_variance / evidence_variance
evidence = Normal(evidence_mean, sqrt(evidence_variance))(xt)
conditioned = Normal(prior_mean + gain * (xt - evidence_mean), sqrt(beta[t] * prior_variance / evidence_variance))(x_before)

derivation = (
    start(bayes_quotient)
    .by(earlier_claim("ddpm_forward_marginal", {x: xt}), forward * ForwardMarginal(x_before, x0, beta, t - 1) / marginal(xt, t))
    .by(earlier_claim("ddpm_forward_marginal", {x: x_before, t: t - 1}), forward * marginal(x_before, t - 1) / marginal(xt, t))
    .by(gaussian_conditioning(x_before), evidence * conditioned / marginal(xt, t))
    .by(noise_schedule, posterior)
)
# in the variance of the noise before the step, each with derivatives whose terms have one sign
lost, noise_before = 1 - alpha_bar_before, NoiseVariance(beta, t - 1)


def _stable(coefficient, form):
    """The form as a function of 1 - alpha_bar_(t-1), which becomes a word."""
    derivation = start(coefficient).by(noise_schedule, form(lost)).by(definition(NoiseVariance), form(noise_before))
    return Part(Eq(coefficient, form(noise_before), evaluate=False), derivation)


stable = (
    _stable(x0_coefficient, lambda noise: sqrt(alpha_bar_before) / (1 + alpha / beta[t] * noise)),
    _stable(xt_coefficient, lambda noise: sqrt(alpha) / (1 + beta[t] * (alpha_bar_before / noise))),
    _stable(variance, lambda noise: 1 / (1 / noise + alpha / beta[t])),
)
sources = ("sheet A 4.1", "Ho et al. 2020, equations (6) and (7)")
