"""Two distribution functions, the area between them, and the critic that gains it."""

import numpy

from derivations.adversarial import p_data, p_g, x
from derivations.compile import evaluate
from derivations.gan.kantorovich_rubinstein_1d import ahead, area
from derivations.instance import concretise
from derivations.language import DistributionFunction, Normal
from docs.figures.plot import BLUE, GREEN, INK, ORANGE

CLAIM = "kantorovich_rubinstein_1d"
HEIGHT = 4.0
LAWS = {p_data: Normal(1, 1)(x), p_g: Normal(0, 2)(x)}
CAPTION = (
    "Above, the distribution functions of the data N(1, 1) and of generated samples N(0, 4), and the area between them, which is the "
    "Wasserstein distance. Below, the critic that gains it: it rises where the generator's function lies above, and falls elsewhere."
)


def draw(figure):
    points = numpy.linspace(-5, 6, 441)
    data, generated = (evaluate(concretise(DistributionFunction(p, x, x), LAWS), {x: points}, numpy) for p in (p_data, p_g))
    slope = numpy.sign(evaluate(concretise(ahead(x), LAWS), {x: points}, numpy))
    steps = numpy.concatenate([[0.0], numpy.cumsum((slope[1:] + slope[:-1]) / 2 * numpy.diff(points))])
    size = float(evaluate(concretise(area, LAWS), {}, numpy))

    above, below = figure.subplots(2, 1, sharex=True)
    above.fill_between(points, data, generated, color=GREEN, alpha=0.25, linewidth=0)
    above.plot(points, data, BLUE)
    above.plot(points, generated, ORANGE)
    above.text(1.9, 0.55, r"$F_{\mathrm{data}}$", color=BLUE)
    above.text(-1.6, 0.33, r"$F_g$", color=ORANGE, ha="right")
    above.text(-4.8, 0.85, rf"area {size:.4f}", color=INK)
    above.set_ylim(0, 1)
    below.plot(points, steps - numpy.interp(0, points, steps), GREEN)
    below.set_ylabel("critic")
    below.set_xlabel(r"$x$")
