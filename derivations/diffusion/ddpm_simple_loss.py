"""A step of DDPM's variational bound is a weighted squared error of the predicted noise.

The term L_(t-1) of the bound is the divergence of the chain's posterior from the model's step p(x_(t-1) | x_t). The model's mean
is the posterior's with the predicted noise in place of the true one, so the two means differ by a multiple of the
noise's error, and the divergence is the square of that with a weight, plus what the two variances alone decide; nothing,
where they agree. Training drops the weight. Written for one coordinate: over the coordinates of an image both sides add up.
"""

from sympy import Eq, Rational, log, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import MARKOV
from derivations.derivation import start
from derivations.diffusion import ddpm_posterior
from derivations.diffusion.ddpm_posterior import alpha, alpha_bar, alpha_bar_before
from derivations.domains import Positive, Real
from derivations.language import KL, ItakuraSaito, NoiseVariance, Normal, ReverseDensity, positive, real
from derivations.noising import Step, beta, betas, t, x0, x_before, xt
from derivations.rules import algebra, definition, earlier_claim, noise_schedule, noise_variance
from derivations.vae import kl_gaussian as gaussian

eps, eps_theta = real("epsilon epsilon_theta")
sigma = positive("sigma")

parameters = (
    betas,
    Parameter(t, Step(2, 5), "the step"),
    Parameter(eps, Real(), "the noise that x_t carries", keyword="eps"),
    Parameter(eps_theta, Real(), "the noise that the model predicts", keyword="eps_theta"),
    Parameter(sigma, Positive(), "standard deviation of the model's step"),
    Parameter(xt, Real(), "the state after t steps", keyword="x_t", optional=True),
)
conditions, unit = (MARKOV,), "nats"

noise, noise_before = NoiseVariance(beta, t), NoiseVariance(beta, t - 1)
start_of_chain = (xt - sqrt(noise) * eps) / sqrt(alpha_bar)
half = Rational(1, 2)


def mean(eps):
    """The mean of the chain's posterior, from the noise; of the model's step, from what it predicts. Ho et al. 2020, equation (11)."""
    return (xt - beta[t] / sqrt(noise) * eps) / sqrt(alpha)


def divergence(deviation):
    """L_(t-1) where the model's step has this standard deviation."""
    return KL(ReverseDensity(x_before, xt, start_of_chain, beta, t), Normal(mean(eps_theta), deviation)(x_before), x_before)


weight = beta[t] ** 2 / (2 * sigma**2 * alpha * noise)
posterior = ddpm_posterior.posterior.xreplace({x0: start_of_chain})
deviation = sqrt(noise_before / noise * beta[t])
along_eps = beta[t] / (sqrt(noise) * sqrt(alpha)) * eps
model = Normal(mean(eps_theta), sigma)(x_before)
values = {gaussian.mu1: mean(eps), gaussian.sigma1: deviation, gaussian.mu2: mean(eps_theta), gaussian.sigma2: sigma, gaussian.x: x_before}


def from_model(mu):
    """The divergence of the model's step from a Gaussian with this mean and the posterior's variance."""
    return KL(Normal(mu, deviation)(x_before), model, x_before)


def along_state(noise):
    """The posterior's mean without the noise, with its denominator written so."""
    return xt * (beta[t] / sqrt(alpha) + sqrt(alpha) * (1 - alpha_bar_before)) / noise


ratio = noise_before * beta[t] / (noise * sigma**2)
ratio_form = ratio - log(ratio) - 1
closed_form = weight * (eps - eps_theta) ** 2 + half * ItakuraSaito(noise_before / noise * beta[t], sigma**2)
derivation = (
    start(divergence(sigma))
    .by(definition(ReverseDensity), KL(ddpm_posterior.bayes_quotient.xreplace({x0: start_of_chain}), model, x_before))
    .by(earlier_claim("ddpm_posterior", {x0: start_of_chain}), KL(posterior, model, x_before))
    .by(noise_variance, from_model(posterior.mu.xreplace({1 - alpha_bar: noise})))
    .by(noise_schedule, from_model(along_state(noise) - along_eps))
    .by(definition(NoiseVariance), from_model(along_state(1 - alpha_bar) - along_eps))
    .by(noise_schedule, from_model(mean(eps)))
    .by(earlier_claim("kl_gaussian", values), gaussian.closed_form.xreplace(values))
    .by(algebra, weight * (eps - eps_theta) ** 2 + half * ratio_form)
    .by(definition(ItakuraSaito), closed_form)
)
statement = Eq(derivation.first, derivation.last, evaluate=False)
sources = ("sheet A 4.1b", "Ho et al. 2020, equations (8) to (12)", "Kingma et al. 2021, appendix A")
