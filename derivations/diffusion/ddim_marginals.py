"""DDIM's process passes through the noising chain's marginals, however much of the noise it draws anew.

Given x_0, the step from t to t - 1 keeps a part of the noise that x_t carries and draws the rest, of standard deviation
sigma_t. For every sigma_t^2 < 1 - alpha_bar_(t-1), written as a share of that bound, the states have the marginals
q_t(x | x_0) of the chain: all such processes train the same network. With the posterior's variance the step is DDPM's; with
sigma_t = 0 it draws nothing, and sampling is deterministic.
"""

from sympy import Abs, Derivative, Eq, IndexedBase, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import MARKOV
from derivations.derivation import start
from derivations.diffusion import ddpm_posterior
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.domains import Real
from derivations.language import (
    Alpha, AlphaBar, ForwardMarginal, Int, InverseMap, NoiseVariance, NonMarkovMarginal, Normal, NormalDensity, Pushforward, integer,
    non_markov_mean, non_markov_step, positive, real, redrawn,
)  # fmt: skip
from derivations.noising import Schedule, Step, StepsAbove, beta, betas, t, x, x0, x_after, x_before, xt
from derivations.reparameterization import reparameterization_density as general
from derivations.rules import (
    algebra, definition, differentiation, earlier_claim, gaussian_closure, hypothesis, induction, inverse_map, noise_schedule,
)  # fmt: skip

y = real("y")
k = integer("k")
sigma = positive("sigma")
rho = IndexedBase("rho", positive=True)

parameters = (
    betas,
    Parameter(rho, Schedule(), "sigma_t / sqrt(1 - alpha_bar_(t-1)) of the steps: the share of the noise that is drawn anew", keyword="shares"),
    Parameter(t, Step(1, 2), "the step that is arrived at"),
    Parameter(k, StepsAbove(1, 3), "how many steps above it the process starts", optional=True),
    Parameter(x0, Real(), "the state at the start", keyword="x0", optional=True),
    Parameter(xt, Real(), "the state at step t", keyword="x_t", optional=True),
    Parameter(x_after, Real(), "the state at step t + 1", keyword="x_after", optional=True),
)
conditions = (MARKOV,)

# what a sampler needs: the law of x_(t-1) given x_t and x_0, with any sigma
mean, variance = non_markov_mean(xt, x0, sigma, beta, t), sigma**2

drawn = redrawn(rho[t + 1], beta, t + 1)
step = non_markov_step(xt, y, x0, drawn, beta, t + 1)
alpha, signal, signal_after = Alpha(beta, t + 1), sqrt(AlphaBar(beta, t)), sqrt(AlphaBar(beta, t + 1))
noise, noise_after = NoiseVariance(beta, t), NoiseVariance(beta, t + 1)


def process(x, t, k):
    """The non-Markov process at step t, k steps after it started."""
    return NonMarkovMarginal(x, x0, beta, rho, t, k)


def closed(derivation):
    """From the marginal before a step, which is the chain's, to that after it: what is drawn anew and what is kept add up."""
    return derivation.by(gaussian_closure, marginal(xt, t))


first_step = closed(
    start(process(xt, t, 1))
    .by(definition(NonMarkovMarginal), Int(step * ForwardMarginal(y, x0, beta, t + 1), y))
    .by(earlier_claim("ddpm_forward_marginal", {x: y, t: t + 1}), Int(step * marginal(y, t + 1), y))
)
next_step = closed(
    start(process(xt, t, k + 1))
    .by(definition(NonMarkovMarginal), Int(step * process(y, t + 1, k), y))
    .by(hypothesis({xt: y, t: t + 1}), Int(step * marginal(y, t + 1), y))
)
any_sigma = start(process(xt, t, k)).by(induction(k, base=first_step, step=next_step), marginal(xt, t))

# the step that draws as much anew as the posterior of the chain does
later = {t: t + 1, xt: x_after, x_before: xt}
posterior = ddpm_posterior.posterior.xreplace(later)
carried = (x_after - signal_after * x0) / sqrt(1 - AlphaBar(beta, t + 1))
like_ddpm = non_markov_step(xt, x_after, x0, posterior.sigma, beta, t + 1)


def along(kept):
    """The step that keeps so much of the noise that x_(t+1) carries."""
    return Normal(signal * x0 + kept * carried, posterior.sigma)(xt)


def kept_by_ddpm(noise, noise_after):
    """1 - alpha_bar_t less the posterior's variance, with beta_(t+1) as what a step adds to alpha_(t+1) (1 - alpha_bar_t)."""
    return sqrt(noise - (noise_after - alpha * noise) * noise / noise_after)


as_ddpm = (
    start(like_ddpm)
    .by(noise_schedule, along(kept_by_ddpm(1 - signal**2, 1 - signal_after**2)))
    .by(definition(NoiseVariance), along(kept_by_ddpm(noise, noise_after)))
    .by(algebra, along(sqrt(alpha) * noise / sqrt(noise_after)))
    .by(definition(NoiseVariance), along(sqrt(alpha) * (1 - signal**2) / sqrt(1 - signal_after**2)))
    .by(noise_schedule, posterior)
)

# the step that draws nothing anew is a map of the state before
law = ForwardMarginal(y, x0, beta, t + 1)
image = non_markov_mean(y, x0, 0, beta, t + 1)
deterministic = Pushforward(xt, image, law, y)


def mapped(slope):
    """The image of y under the map whose slope is written so."""
    return signal * x0 + slope * (y - signal_after * x0)


slope = sqrt(noise) / sqrt(noise_after)
positive_slope, normal_law = mapped(slope), marginal(y, t + 1)
inverse = InverseMap(positive_slope, xt, y)
back = (xt - positive_slope.xreplace({y: 0})) / slope
in_general = {
    general.x: xt, general.g: positive_slope.xreplace({y: general.epsilon}), general.q: marginal(general.epsilon, t + 1),
}  # fmt: skip
without_noise = (
    start(deterministic)
    .by(earlier_claim("ddpm_forward_marginal", {x: y, t: t + 1}), Pushforward(xt, image, normal_law, y))
    .by(definition(NoiseVariance), Pushforward(xt, positive_slope, normal_law, y))
    .by(
        earlier_claim("reparameterization_density", in_general),
        marginal(inverse, t + 1) * Abs(Derivative(inverse, xt)),
    )
    .by(inverse_map, marginal(back, t + 1) * Abs(Derivative(back, xt)))
    .by(differentiation, marginal(back, t + 1) / slope)
    .by(definition(NoiseVariance, NormalDensity), marginal(xt, t))
)
parts = (
    Part(Eq(any_sigma.first, any_sigma.last, evaluate=False), any_sigma, "every process of the family has the chain's marginals"),
    Part(Eq(like_ddpm, posterior, evaluate=False), as_ddpm, "with the posterior's variance the step is DDPM's"),
    Part(Eq(deterministic, marginal(xt, t), evaluate=False), without_noise, "without noise of its own the step is a map that keeps the marginals"),
)
value = {"x0 coefficient": signal, "variance": drawn**2}
by_noise = rho[t + 1] ** 2 * noise
stable = (Part(Eq(drawn**2, by_noise, evaluate=False), start(drawn**2).by(definition(NoiseVariance), by_noise)),)
sources = ("sheet A 4.1c", "Song, Meng & Ermon 2021, lemma 1, equations (7) and (12)")
