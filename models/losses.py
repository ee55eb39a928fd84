"""Losses, compiled from the statements that derive them; no formula is typed here a second time.

Every function takes vectors along the last axis and returns nats per example, summed over pixels or latent units.
They compute in float32 at least, whatever the network's precision, and stay finite for logits of +-10,000.
"""

from functools import cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from sympy import Abs, Derivative, Eq, IndexedBase, Integer, Symbol, exp, log, solve

import derivations
from derivations.compile import evaluate
from derivations.coordinates import d, i, independent, mu, x
from derivations.language import KL, Bernoulli, E, Normal, Sigmoid, positive

Vectors = Float[Array, "*batch d"]
Scalars = Float[Array, "*batch"]


def bernoulli_log_likelihood(pixels: Vectors, logits: Vectors) -> Scalars:
    """log p(x | z) of a Bernoulli decoder: `bernoulli_log_likelihood`. Grey pixels give the cross-entropy."""
    return closed_form("bernoulli_log_likelihood", x=pixels, logits=logits)


def gaussian_log_likelihood(pixels: Vectors, means: Vectors) -> Scalars:
    """log p(x | z) of a Gaussian decoder with unit variance: `gaussian_log_likelihood`."""
    return closed_form("gaussian_log_likelihood", x=pixels, mu=means)


def scaled_gaussian_log_likelihood(pixels: Vectors, means: Vectors, scale: Scalars) -> Scalars:
    """log N(x; mean, scale^2 I): the logarithm of a density of the language, as the language defines it."""
    sigma = positive("sigma")
    decoder = log(independent(Normal(mu[i], sigma)(x[i])))
    return evaluate(decoder, {x: _wide(pixels), mu: _wide(means), sigma: _wide(scale), d: pixels.shape[-1]}, jnp)


def squared_error(x_true: Float[Array, "..."], x_found: Float[Array, "..."]) -> Float[Array, ""]:
    """||x - x_hat||^2 of one example, summed over pixels: the squared error of `gaussian_log_likelihood`."""
    from derivations.vae.gaussian_log_likelihood import squared_error as expression

    return evaluate(expression, {x: _wide(x_true).reshape(-1), mu: _wide(x_found).reshape(-1)}, jnp)


def log_normal(z: Vectors, means: Vectors, log_var: Vectors) -> Scalars:
    """log N(z; mean, diag exp(log_var)), as the language defines it."""
    log_scale = IndexedBase("s", real=True)
    density = log(independent(Normal(mu[i], exp(log_scale[i] / 2))(x[i])))
    z, means, log_var = jnp.broadcast_arrays(_wide(z), _wide(means), _wide(log_var))
    return evaluate(density, {x: z, mu: means, log_scale: log_var, d: z.shape[-1]}, jnp)


def log_importance_weight(log_joint: Scalars, log_encoder: Scalars) -> Scalars:
    """log p(x, z) - log q(z | x): the integrand that defines the ELBO."""
    from derivations.vae.elbo_decomposition import elbo, encoder, joint

    return evaluate(elbo.definition().integrand, {log(joint): log_joint, log(encoder): log_encoder}, jnp)


def kl_to_prior(means: Vectors, log_var: Vectors) -> Scalars:
    """KL(N(mean, exp(log_var)) || N(0, I)): `kl_gaussian_standard_normal`."""
    return closed_form("kl_gaussian_standard_normal", mu=means, log_var=log_var)


def kl_gaussian(means1: Vectors, scale1: Scalars, means2: Vectors, scale2: Scalars) -> Scalars:
    """KL(N(mean1, scale1^2 I) || N(mean2, scale2^2 I)): `kl_gaussian`, summed over coordinates."""
    statement, symbols = _compiled("kl_gaussian")
    found = dict(mu1=means1, sigma1=scale1[..., None], mu2=means2, sigma2=scale2[..., None])
    return evaluate(statement, {symbols[k]: _wide(v) for k, v in found.items()}, jnp).sum(axis=-1)


def elbo(reconstruction: Scalars, kl: Scalars) -> Scalars:
    """The evidence lower bound, from its two terms: `elbo_decomposition`."""
    statement = derivations.claim("elbo_decomposition").statement.rhs
    return evaluate(statement, {_only(statement, E): _wide(reconstruction), _only(statement, KL): _wide(kl)}, jnp)


def beta_elbo(reconstruction: Scalars, kl: Scalars, beta: float) -> Scalars:
    """The objective of the beta-VAE, from the ELBO's two terms: `beta_elbo`; beta = 1 is the ELBO."""
    from derivations.language import ELBO
    from derivations.vae.beta_elbo import beta as symbol

    statement = derivations.claim("beta_elbo").parts[0].statement.rhs
    bound = elbo(reconstruction, kl)
    return evaluate(statement, {_only(statement, ELBO): bound, _only(statement, KL): _wide(kl), symbol: beta}, jnp)


def reparameterised(means: Vectors, log_var: Vectors, noise: Vectors) -> Vectors:
    """A sample of N(mean, exp(log_var)) from standard normal noise: the map of `reparameterization_gaussian`."""
    from derivations.reparameterization.reparameterization_gaussian import epsilon, mu, sample, sigma

    means, scale = _wide(means), jnp.exp(_wide(log_var) / 2)
    return evaluate(sample, {mu: means, sigma: scale, epsilon: _wide(noise)}, jnp)


def gan_value(data_logits: Scalars, generated_logits: Scalars, data_mean=jnp.mean, generated_mean=jnp.mean) -> Float[Array, ""]:
    """V(D, p_g) as `GANValue` defines it, from the logits of D on data and on generated examples.

    The two means are those of the examples, or any other, as by quadrature.
    """
    from derivations.adversarial import D, game, p_data, p_g

    seen = {p_data: (data_logits, data_mean), p_g: (generated_logits, generated_mean)}
    value, means = game.definition(), {}
    for expectation in value.atoms(E):
        logits, mean = seen[expectation.density]
        means[expectation] = mean(_of_logits(expectation.integrand, D, logits))
    return evaluate(value, means, jnp)


def generator_loss(game: str, logits: Scalars) -> Float[Array, ""]:
    """The mean loss of a GAN's generator from the logits of its examples, as `saturating_gradient_vanishes` states it: "minimax" or "non-saturating"."""
    from derivations.gan import saturating_gradient_vanishes as claim

    loss = {"minimax": claim.saturating, "non-saturating": claim.non_saturating}[game](claim.a)
    return _of_logits(loss, Sigmoid(claim.a), logits).mean()


def critic_gap(data_mean: Scalars, generated_mean: Scalars) -> Scalars:
    """E_data[f] - E_g[f], from the critic's means: what `kantorovich_rubinstein_1d` maximises over its slopes."""
    from derivations.adversarial import p_data, p_g
    from derivations.gan import kantorovich_rubinstein_1d as claim

    gap, means = claim.gain(claim.slope(claim.y)), {p_data: data_mean, p_g: generated_mean}
    return evaluate(gap, {mean: _wide(means[mean.density]) for mean in gap.atoms(E)}, jnp)


def penalised_gap(data_mean: Scalars, generated_mean: Scalars, slopes: Scalars, weight: float, slopes_mean=jnp.mean) -> Scalars:
    """The critic's gap less `weight` times its mean penalty for slopes (n,) that are not 1: what `gradient_penalty_optimum` maximises.

    `slopes` are norms of the critic's gradient; their mean is that of the examples, or any other, as by quadrature.
    """
    from derivations.adversarial import p_data, p_g
    from derivations.gan import gradient_penalty_optimum as claim

    value, means = claim.gain - claim.lam * claim.penalty, {p_data: data_mean, p_g: generated_mean}
    means[claim.r] = slopes_mean(evaluate(claim.penalty.integrand, {claim.slope(claim.x): _wide(slopes)}, jnp))
    return evaluate(value, {claim.lam: weight, **{mean: _wide(means[mean.density]) for mean in value.atoms(E)}}, jnp)


def _of_logits(expr, probability, logits):
    """An expression in the logarithms of a probability and of its complement, at logits of that probability: those of a bit that it is the law of."""
    from derivations.vae import bernoulli_log_likelihood as bits

    column = _wide(logits)[..., None]
    values = {Bernoulli(probability)(Integer(bit)).log_density(): evaluate(bits.stable_form, {x: jnp.full_like(column, bit), bits.logits: column}, jnp) for bit in (0, 1)}
    return evaluate(expr, values, jnp)


def sigmoid(logits: Scalars) -> Scalars:
    """The probability with that logit: `Sigmoid`."""
    from derivations.gan.saturating_gradient_vanishes import a

    return evaluate(Sigmoid(a), {a: _wide(logits)}, jnp)


def leaky_relu(inputs: Float[Array, "..."], slope: float) -> Float[Array, "..."]:
    """max(x, slope x): `leaky_relu_max`."""
    from derivations.gan import leaky_relu_max as claim

    return evaluate(claim.statement.rhs, {claim.x: inputs, claim.alpha: slope}, jnp)


@cache
def he_scale(inputs: int) -> float:
    """The standard deviation of the weights of a unit that sums so many rectified inputs: `he_initialization`."""
    from derivations.autoencoders import he_initialization as claim

    return float(evaluate(claim.weight.sigma, {claim.n: inputs}, np))


def tweedie(y: Float[Array, "..."], score: Float[Array, "..."], scale: float) -> Float[Array, "..."]:
    """E[x | y] for y = x + scale eps, from the score of the noisy density at y: `tweedie`."""
    from derivations.diffusion import tweedie as claim

    return evaluate(claim.statement.rhs, {claim.y: _wide(y), claim.score: _wide(score), claim.sigma: scale}, jnp)


def flow_log_likelihood(log_density: Scalars, log_slope: Scalars) -> Scalars:
    """log p(x) under a flow, from the log-density of the code and log |det| of the flow at x: `change_of_variables_likelihood`."""
    from derivations.reparameterization import change_of_variables_likelihood as claim

    likelihood, code, slope = claim.in_sum(claim.f), log(claim.at_code(claim.f)), log(Abs(Derivative(claim.f(claim.x), claim.x)))
    return evaluate(likelihood, {code: _wide(log_density), slope: _wide(log_slope)}, jnp)


def affine_coupling(x: Vectors, log_scale: Vectors, shift: Vectors) -> Vectors:
    """What an affine coupling layer makes of the numbers that it moves: `affine_coupling_log_det`."""
    from derivations.reparameterization import affine_coupling_log_det as claim

    return evaluate(claim.outputs[2], {claim.x3: x, claim.s1: log_scale, claim.t1: shift}, jnp)


def affine_coupling_inverse(y: Vectors, log_scale: Vectors, shift: Vectors) -> Vectors:
    """The numbers that `affine_coupling` made y of: its map, solved for them."""
    from derivations.reparameterization import affine_coupling_log_det as claim

    output = Symbol("y")
    (solved,) = solve(Eq(output, claim.outputs[2]), claim.x3)
    return evaluate(solved, {output: y, claim.s1: log_scale, claim.t1: shift}, jnp)


def closed_form(name, **arguments):
    """The right side of a claim at arrays for its parameters, by keyword."""
    statement, symbols = _compiled(name)
    values = {symbols[k]: _wide(v) for k, v in arguments.items()}
    return evaluate(statement, {**values, d: next(iter(arguments.values())).shape[-1]}, jnp)


@cache
def _compiled(name):
    claim = derivations.claim(name)
    return claim.statement.rhs, {p.name: p.symbol for p in claim.parameters}


def _only(expr, word):
    (found,) = expr.atoms(word)
    return found


def _wide(array):
    """The array in float32, or in float64 if it is that already."""
    return jnp.asarray(array, jnp.promote_types(jnp.result_type(array), jnp.float32))
