"""What training must reach: optima that are known from the eigenvalues of the data's covariance.

The covariance is that of the training examples themselves (divided by n), so the optimum is exact for them.
"""

import math
from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from derivations.compile import evaluate

ACTIVE = 0.01  # a unit is active where the variance over the data of its mean exceeds this (Burda et al. 2016)


def spectrum(x):
    """(mean, eigenvalues in falling order, eigenvectors as columns) of examples (n, ...), in float64."""
    flat = np.asarray(x, float).reshape(len(x), -1)
    values, vectors = np.linalg.eigh(np.cov(flat.T, bias=True))
    return flat.mean(axis=0), np.maximum(values[::-1], 0), vectors[:, ::-1]


def linear_autoencoder_optimum(x, k):
    """The least mean squared error of a linear autoencoder with k units: `linear_autoencoder_pca`, at the eigenvalues after the k-th."""
    from derivations.autoencoders import linear_autoencoder_pca as claim

    return float(evaluate(claim.value["least loss"], {claim.dropped: spectrum(x)[1][k:]}, np))


def ppca_log_likelihood(x, k):
    """The largest mean log-likelihood of probabilistic PCA with k units, in nats: `linear_vae_ppca`, with a term for each unit."""
    from derivations.vae import linear_vae_ppca as claim

    values = spectrum(x)[1]
    kept, rest = values[:k], values[k:]

    def with_axis(variance):
        return evaluate(claim.greatest, {claim.lam: variance, claim.kappa: rest, claim.r: len(rest)}, np)

    noise_alone = with_axis(rest.mean()) * len(rest) / (len(rest) + 1)  # an axis like the others adds as much as each of them
    return float(sum(with_axis(one) - noise_alone for one in kept) + noise_alone)


def unit_variance(variance, noise):
    """The variance over the data of the mean of a linear VAE's best unit, on an axis of that variance, for decoder noise of variance `noise`.

    From `posterior_collapse_linear_vae`: collapsed where the axis varies no more than the noise, else w^2 is what it varies more.
    """
    from derivations.vae import posterior_collapse_linear_vae as claim

    weight = math.sqrt(max(variance - noise, 0.0))
    return float(evaluate(claim.best_v, {claim.w: weight, claim.sigma: math.sqrt(noise)}, np) ** 2 * variance)


def largest_angle(decoder, x):
    """The largest principal angle, in radians, between the columns of `decoder` (d, k) and the first k principal directions."""
    from scipy.linalg import subspace_angles

    decoder = np.asarray(decoder, float)
    return float(subspace_angles(decoder, spectrum(x)[2][:, : decoder.shape[1]]).max())


def twin(dataset):
    """2 d points with the mean and covariance of all the data, as a data set: mean +- sqrt(d lambda_j) v_j.

    A loss that is a mean of quadratic functions of x, as that of the linear autoencoder and of the linear VAE, is the
    same function of the weights on either, and the twin is quicker to go through.
    """
    mean, values, vectors = spectrum(dataset.everything())
    reach = np.sqrt(len(values) * values) * vectors
    points = np.concatenate([mean + reach.T, mean - reach.T]).reshape(-1, *dataset.shape)
    labels = np.zeros(len(points), np.int32)
    return replace(dataset, train=points, train_labels=labels, test=points, test_labels=labels, scale=1)


def mean_loss(model, x):
    """The mean loss of a model over examples (n, *shape), for losses without noise."""
    return float(_mean_loss(model, jnp.asarray(x)))


@eqx.filter_jit
def _mean_loss(model, x):
    return jax.vmap(lambda x: model.loss(x, 0, None)[0])(x).mean()
