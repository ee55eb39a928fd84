"""What training must reach: optima that are known from the eigenvalues of the data's covariance.

The covariance is that of the training examples themselves (divided by n), so the optimum is exact for them.
"""

import math
from dataclasses import replace

import numpy as np


def spectrum(x):
    """(mean, eigenvalues in falling order, eigenvectors as columns) of examples (n, ...), in float64."""
    flat = np.asarray(x, float).reshape(len(x), -1)
    values, vectors = np.linalg.eigh(np.cov(flat.T, bias=True))
    return flat.mean(axis=0), np.maximum(values[::-1], 0), vectors[:, ::-1]


def linear_autoencoder_optimum(x, k):
    """The least mean squared error of a linear autoencoder with k units: the sum of the eigenvalues after the k-th."""
    return float(spectrum(x)[1][k:].sum())


def ppca_log_likelihood(x, k):
    """The largest mean log-likelihood of probabilistic PCA with k units, in nats (Tipping & Bishop 1999, equation 3.8)."""
    values = spectrum(x)[1]
    d, noise = len(values), values[k:].mean()
    return float(-(d * math.log(2 * math.pi) + np.log(values[:k]).sum() + (d - k) * math.log(noise) + d) / 2)


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
