"""The KL divergence to the standard normal, over mean and logarithm of the variance."""

import numpy

import verify
from docs.figures.plot import BLUE, INK, ORANGE

CLAIM = "kl_gaussian_standard_normal"
HEIGHT = 3.6
LEVELS = (0.05, 0.2, 0.5, 1, 2, 3, 5, 8)
CAPTION = (
    "Lines of equal divergence of N(mu, sigma²) to N(0, 1), in nats, for one coordinate. The one zero, at mu = 0 and sigma = 1, is marked. "
    "Too large a variance costs more and more, too small a one only as its logarithm."
)


def draw(figure):
    mu, log_var = numpy.meshgrid(numpy.linspace(-3, 3, 121), numpy.linspace(-5, 3, 121))
    divergence = verify.kl_gaussian_standard_normal.numpy()(mu[..., None], log_var[..., None])
    axes = figure.subplots()
    lines = axes.contour(mu, log_var, divergence, levels=LEVELS, colors=BLUE, linewidths=1.1)
    axes.clabel(lines, fmt="%g", fontsize=8, colors=INK)
    axes.plot([0], [0], "o", color=ORANGE, markersize=5)
    axes.set_xlabel(r"$\mu$")
    axes.set_ylabel(r"$\log \sigma^2$")
