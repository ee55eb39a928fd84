"""The mean of a clipped noisy pixel, over the clean one: true, and as it is taken to be."""

import numpy

import verify
from docs.figures.plot import BLUE, GREEN, ORANGE

CLAIM = "clipped_noise_is_unbiased"
HEIGHT = 3.0
CAPTION = (
    "The mean of the noisy input over the clean pixel, for noise of standard deviation 0.3 and of 1. Were the noise "
    "without bias, every curve would be the diagonal; black pixels become lighter instead, and white ones darker."
)


def draw(figure):
    clean = numpy.linspace(0.001, 0.999, 300)
    axes = figure.subplots()
    axes.plot(clean, verify.clipped_noise_is_unbiased.numpy()(clean, 0.3), ORANGE, linestyle="--", label="without bias: wrong")
    for sigma, colour in ((0.3, BLUE), (1.0, GREEN)):
        axes.plot(clean, verify.clipped_noise_mean.numpy()(clean, sigma), colour, label=rf"clipped, $\sigma = {sigma:g}$")
    axes.set_xlabel("clean pixel")
    axes.set_ylabel("mean of the noisy one")
    axes.legend()
