"""The divergence to the standard normal, right and with the sign turned."""

import numpy

import verify
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "sheet_kl_sign"
HEIGHT = 2.9
CAPTION = (
    "One coordinate: on the left over the mean at variance 1, on the right over the logarithm of the variance at mean 0. "
    "What was printed is negative, which no divergence can be; a network that minimised it would run away from the prior, downhill for ever."
)


def draw(figure):
    right, wrong = verify.kl_gaussian_standard_normal.numpy(), verify.sheet_kl_sign.numpy()
    moved = numpy.linspace(-2.5, 2.5, 201)[:, None]
    still = numpy.zeros_like(moved)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, at, label in zip(panels, ((moved, still), (still, moved)), (r"$\mu$", r"$\log \sigma^2$")):
        axes.axhline(0, color=SOFT, linewidth=0.7)
        axes.plot(moved[:, 0], right(*at), BLUE)
        axes.plot(moved[:, 0], wrong(*at), ORANGE)
        axes.set_xlabel(label)
    panels[0].text(0, 1.5, "true", color=BLUE, ha="center")
    panels[0].text(0, -1.8, "printed", color=ORANGE, ha="center")
    panels[0].set_ylabel("nats", color=INK)
