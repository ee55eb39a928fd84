"""The Jensen-Shannon divergence of two Gaussians against their distance, between its bounds."""

import numpy
from sympy import log

from derivations.adversarial import p_data, p_g, x
from derivations.compile import evaluate
from derivations.gan.jensen_shannon_bounds import distance, divergence
from derivations.instance import concretise
from derivations.language import Normal, real
from docs.figures.plot import BLUE, ORANGE, SOFT

CLAIM = "jensen_shannon_bounds"
HEIGHT = 3.0
CAPTION = (
    "The divergence between N(0, 1) and N(m, 1) over the distance m of their means. It starts at 0, where the laws are equal, "
    "and flattens towards log 2: far apart, it no longer tells how far. "
    "The lower curve is a quarter of the squared Hellinger distance, which it never falls below."
)


def draw(figure):
    m = real("m")
    laws = {p_data: Normal(0, 1)(x), p_g: Normal(m, 1)(x)}
    means = numpy.linspace(0, 8, 161)
    between, bound = (evaluate(concretise(expr, laws), {m: means}, numpy) for expr in (divergence, distance / 4))
    axes = figure.subplots()
    top = float(log(2))
    axes.axhline(top, color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.text(0.05, top + 0.012, r"$\log 2$", va="bottom")
    axes.plot(means, between, BLUE)
    axes.plot(means, bound, ORANGE)
    axes.text(2.1, 0.44, r"$\mathrm{JS}$", color=BLUE, ha="right", size=12)
    axes.text(3.4, 0.33, r"$\frac{1}{4}\,\mathrm{H}^2$", color=ORANGE, size=12)
    axes.set_ylim(0, 0.78)
    axes.set_xlim(0, 8)
    axes.set_xlabel(r"distance $m$ of the means")
    axes.set_ylabel("nats")
