"""The divergence of a Gumbel law from a Gaussian, right and as a library once had it."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE, SOFT

CLAIM = "gumbel_normal_kl_2018"
HEIGHT = 2.9
CAPTION = (
    "Over the ratio of the scales, with equal locations. The two curves touch where pi times the ratio is 1, and nowhere else; "
    "around a ratio of 1 the printed value is even negative, which no divergence can be."
)


def draw(figure):
    ratio = numpy.linspace(0.1, 3.0, 233)
    right, wrong = (form.numpy()(0.0, ratio, 0.0, 1.0) for form in (verify.kl_gumbel_normal, verify.gumbel_normal_kl_2018))
    axes = figure.subplots()
    axes.axhline(0, color=SOFT, linewidth=0.7)
    axes.plot(ratio, right, BLUE)
    axes.plot(ratio, wrong, ORANGE)
    axes.text(2.3, right[numpy.searchsorted(ratio, 2.3)] + 0.5, "true", color=BLUE, ha="right")
    axes.text(2.75, wrong[-1] + 0.2, "printed", color=ORANGE, ha="right")
    axes.set_xlabel(r"ratio of scales $\beta / \sigma$")
    axes.set_ylabel("nats")
