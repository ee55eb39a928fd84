"""The slopes of the generator's two losses over the discriminator's logit."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE, SOFT

CLAIM = "saturating_gradient_vanishes"
HEIGHT = 2.9
CAPTION = (
    "The slopes of the generator's losses in the discriminator's logit. On the left the discriminator takes samples for generated: "
    "there the minimax loss is flat, and the non-saturating one steepest. Both push the logit up, by the same amount at D = 1/2 only."
)


def draw(figure):
    logit = numpy.linspace(-8, 8, 321)
    minimax, non_saturating = verify.saturating_gradient_vanishes.numpy()(logit).T
    axes = figure.subplots()
    axes.axvline(0, color=SOFT, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.plot(logit, minimax, BLUE)
    axes.plot(logit, non_saturating, ORANGE)
    axes.text(-7.8, -0.12, r"$\log(1 - D)$", color=BLUE)
    axes.text(-7.8, -0.93, r"$-\log D$", color=ORANGE)
    axes.set_ylim(-1.04, 0.04)
    axes.set_xlabel(r"logit $a$ of $D = \sigma(a)$")
    axes.set_ylabel("slope")
