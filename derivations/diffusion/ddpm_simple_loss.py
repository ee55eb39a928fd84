"""A step of DDPM's variational bound is a weighted squared error of the predicted noise.

The term L_(t-1) of the bound is the divergence of the chain's posterior from the model's step p(x_(t-1) | x_t). The model's mean
is the posterior's with the predicted noise in place of the true one, so the two means differ by a multiple of the
noise's error, and the divergence is the square of that with a weight, plus what the two variances alone decide; nothing,
where they agree: half of the Itakura-Saito divergence IS. Here beta_bar_t = 1 - alpha_bar_t is the variance of the noise in x_t.
Training drops the weight. Written for one coordinate: over the coordinates of an image both sides add up.
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
    Parameter(eps, Real(), "the noise that x_t carries", keyword="eps", optional=True),
    Parameter(eps_theta, Real(), "the noise that the model predicts", keyword="eps_theta", optional=True),
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


posterior = ddpm_posterior.posterior.xreplace({x0: start_of_chain})
posterior_deviation = sqrt(noise_before / noise * beta[t])
along_eps = beta[t] / (sqrt(noise) * sqrt(alpha)) * eps


def weight(deviation):
    """Of the noise's squared error: Ho et al. 2020, equation (12)."""
    return beta[t] ** 2 / (2 * deviation**2 * alpha * noise)


def along_state(noise):
    """The posterior's mean without the noise, with its denominator written so."""
    return xt * (beta[t] / sqrt(alpha) + sqrt(alpha) * (1 - alpha_bar_before)) / noise


def between_gaussians(deviation):
    """From the divergence by its definition to that of two Gaussians, in closed form."""
    model = Normal(mean(eps_theta), deviation)(x_before)
    values = {gaussian.mu1: mean(eps), gaussian.sigma1: posterior_deviation, gaussian.mu2: mean(eps_theta), gaussian.sigma2: deviation}

    def from_model(mu):
        return KL(Normal(mu, posterior_deviation)(x_before), model, x_before)

    return (
        start(divergence(deviation))
        .by(definition(ReverseDensity), KL(ddpm_posterior.bayes_quotient.xreplace({x0: start_of_chain}), model, x_before))
        .by(earlier_claim("ddpm_posterior", {x0: start_of_chain}), KL(posterior, model, x_before))
        .by(noise_variance, from_model(posterior.mu.xreplace({1 - alpha_bar: noise})))
        .by(noise_schedule, from_model(along_state(noise) - along_eps))
        .by(definition(NoiseVariance), from_model(along_state(1 - alpha_bar) - along_eps))
        .by(noise_schedule, from_model(mean(eps)))
        .by(earlier_claim("kl_gaussian", {**values, gaussian.x: x_before}), gaussian.closed_form.xreplace(values))
    )


squared = (eps - eps_theta) ** 2
ratio = posterior_deviation**2 / sigma**2
by_variances = half * ItakuraSaito(posterior_deviation**2, sigma**2)
any_variance = (
    between_gaussians(sigma)
    .by(algebra, weight(sigma) * squared + half * (ratio - log(ratio) - 1))
    .by(definition(ItakuraSaito), weight(sigma) * squared + by_variances)
)
same_variance = between_gaussians(posterior_deviation).by(algebra, weight(posterior_deviation) * squared)
parts = (
    Part(Eq(any_variance.first, any_variance.last, evaluate=False), any_variance, "the weighted error of the noise, and what the variances decide"),
    Part(Eq(same_variance.first, same_variance.last, evaluate=False), same_variance, "with the posterior's variance the error is all there is"),
)
value = {"weight": weight(sigma)}
sources = ("sheet A 4.1b", "Ho et al. 2020, equations (8) to (12)")
