"""Two laws coupled in order, and the cost of Gaussian couplings by their correlation."""

import numpy
from sympy import Abs, sqrt

from derivations.adversarial import p_data, p_g, x
from derivations.compile import evaluate
from derivations.gan.wasserstein_1d_cdf import F, area, quantile, t, u
from derivations.instance import concretise
from derivations.language import E, Normal, real
from docs.figures.plot import BLUE, GREEN, INK, ORANGE, SOFT

CLAIM = "wasserstein_1d_cdf"
HEIGHT = 4.4
LAWS = {p_data: Normal(1, 1)(x), p_g: Normal(0, 2)(x)}
CAPTION = (
    "Above, the data N(1, 1) and generated samples N(0, 4), coupled in order: at each level u the point of the one law that "
    "lies at it goes with that of the other. Below, the mean distance of Gaussian couplings. The coupling in order has "
    "correlation 1, and costs no more than the area between the distribution functions, which none can cost less than (dashed)."
)


def draw(figure):
    points, levels = numpy.linspace(-5, 6, 441), numpy.linspace(0.05, 0.95, 19)
    above, below = figure.subplots(2, 1)
    for law, colour in ((p_data, BLUE), (p_g, ORANGE)):
        above.plot(points, evaluate(concretise(F(law, t), LAWS), {t: points}, numpy), colour)
    ends = [evaluate(concretise(quantile(law), LAWS), {u: levels}, numpy) for law in (p_data, p_g)]
    above.hlines(levels, *ends, color=GREEN, linewidth=0.9)
    above.text(2.6, 0.8, r"$F_{\mathrm{data}}$", color=BLUE)
    above.text(-2.6, 0.2, r"$F_g$", color=ORANGE, ha="right")
    above.set_ylim(0, 1)
    above.set_ylabel(r"$u$")
    above.set_xlabel(r"$x,\ y$")

    correlation, z = numpy.linspace(-1, 1, 201), real("z")
    first, second, rho = LAWS[p_data], LAWS[p_g], real("rho")
    spread = sqrt(first.sigma**2 + second.sigma**2 - 2 * rho * first.sigma * second.sigma)
    cost = E(Abs(z), Normal(first.mu - second.mu, spread)(z), z)
    below.plot(correlation, evaluate(cost, {rho: correlation}, numpy), GREEN)
    least = float(evaluate(concretise(area, LAWS), {}, numpy))
    below.axhline(least, color=SOFT, linewidth=0.7, linestyle=(0, (4, 3)))
    below.text(-0.98, least + 0.05, rf"area {least:.4f}", color=INK)
    below.set_xlabel("correlation of the coupling")
    below.set_ylabel(r"$\mathbb{E}\,|x - y|$")
