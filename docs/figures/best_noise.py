"""The best prediction of the noise for a mixture of two Gaussians, at three steps."""

import numpy

import verify
from docs.figures.plot import BLUE, GREEN, INK, ORANGE, SOFT

CLAIM = "optimal_denoiser_gaussian_mixture"
HEIGHT = 3.4
WEIGHTS, MEANS, DEVIATIONS = numpy.array([0.7, 0.3]), numpy.array([-1.5, 1.5]), numpy.array([0.3, 0.3])
SHOWN = ((20, BLUE, (0.2, -1.4)), (200, ORANGE, (-0.5, 1.25)), (500, GREEN, (1.3, 1.75)))  # step, colour, place of its label
CAPTION = (
    "The best prediction of the noise for data from 0.7 N(−1.5, 0.3²) + 0.3 N(1.5, 0.3²), along the linear schedule of 1000 steps. Near a component it is that "
    "component's straight line through the component's noised mean; between the two it turns from one line to the other, and the more noise there is, the more gently. "
    "At the last steps it tends to x_t itself."
)


def draw(figure):
    betas = numpy.linspace(1e-4, 0.02, 1000)
    points = numpy.linspace(-3, 3, 601)
    axes = figure.subplots()
    for step, colour, place in SHOWN:
        best = verify.optimal_denoiser_gaussian_mixture.numpy()(betas, step, points, WEIGHTS, MEANS, DEVIATIONS)
        axes.plot(points, best, colour)
        axes.text(*place, rf"$t={step}$", color=colour, ha="center")
    axes.axhline(0, color=SOFT, linewidth=0.7)
    axes.plot(points, points, color=INK, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.set_xlabel(r"$x_t$")
    axes.set_ylabel(r"$\varepsilon^*(x_t, t)$")
