"""What a Wasserstein critic and the Jensen-Shannon divergence see of two Gaussians that move apart."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE

CLAIM = "wgan_uses_jensen_shannon"
HEIGHT = 2.9
CAPTION = (
    "Two Gaussians of standard deviation 1, over the distance of their means. The critic's value is that distance. The divergence "
    "flattens below log 2, and leaves a generator that is far off without a direction."
)


def draw(figure):
    distance = numpy.linspace(0.01, 8, 161)
    critic = verify.wasserstein_critic_of_a_shift.numpy()(0.0, distance, 1.0)
    divergence = verify.wgan_uses_jensen_shannon.numpy()(0.0, distance, 1.0)
    axes = figure.subplots()
    axes.plot(distance, critic, BLUE)
    axes.plot(distance, divergence, ORANGE)
    axes.text(4.3, 5.0, "critic", color=BLUE, ha="right")
    axes.text(5.2, 1.0, "Jensen–Shannon", color=ORANGE)
    axes.set_xlabel(r"distance $\delta$ of the means")
