"""The error of the compiled KL divergence in float32 beside that of the textbook's formula, over nearly equal Gaussians."""

import numpy

from docs.figures.plot import BLUE, INK, ORANGE, SOFT
from verify.accuracy import measure

CLAIM = "kl_gaussian"
HEIGHT = 3.4
COUNT = 160
CAPTION = (
    "Errors in float32 of the divergence between N(mu, sigma^2) and a neighbour whose mean and standard deviation differ by the relative "
    "distance below, against ball arithmetic at the same floats. Written as in the statement, the terms cancel: below 1e-5 no digit is "
    "right. The form that is compiled, proved equal in the derivation, stays within three units in the last place."
)


def draw(figure):
    rng = numpy.random.default_rng(0)
    distance = numpy.logspace(-7, 0, COUNT)
    mu, sigma = rng.uniform(-2, 2, COUNT), rng.uniform(0.5, 2, COUNT)
    shift = rng.choice([-1, 1], size=(2, COUNT)) * distance
    columns = {"mu1": mu, "sigma1": sigma, "mu2": mu + sigma * shift[0], "sigma2": sigma * numpy.exp(shift[1])}
    points = [{name: numpy.float32(column[k]) for name, column in columns.items()} for k in range(COUNT)]
    points = [{name: numpy.asarray(value) for name, value in point.items()} for point in points]

    axes = figure.subplots()
    for naive, colour, label in ((True, ORANGE, "as in the statement"), (False, BLUE, "as compiled")):
        (found,) = measure(CLAIM, "float32", array="numpy", naive=naive, points=points)
        axes.plot(distance, numpy.maximum(found.errors, 0.1), ".", color=colour, markersize=4, label=label)
    axes.axhline(2.0**23, color=SOFT, linewidth=0.8, linestyle="--")
    axes.text(1, 2.0**23 * 1.6, "100 %", color=INK, ha="right")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("relative distance of the two laws")
    axes.set_ylabel("error in ulp")
    axes.legend(loc="center left")
