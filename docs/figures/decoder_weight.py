"""The loss of a linear autoencoder over the length of its decoder's column: true, and as the printed proof needs it."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE

CLAIM = "linear_autoencoder_weights_are_components"
HEIGHT = 2.8
KEPT, DROPPED = 1.0, 0.5  # standard deviations of the two coordinates
CAPTION = (
    "The loss with the decoder's column a times the first principal component, and the encoder 1/a times. If the components were "
    "the only best weights, a = 1 would be the one minimum; in truth the loss does not change, and training may end anywhere on the line."
)


def draw(figure):
    a = numpy.linspace(0.2, 2.2, 200)
    right, wrong = (
        form.numpy()(a=a, sigma1=KEPT, sigma2=DROPPED) + 0 * a
        for form in (verify.linear_autoencoder_scaling, verify.linear_autoencoder_weights_are_components)
    )
    axes = figure.subplots()
    axes.plot(a, wrong, ORANGE)
    axes.plot(a, right, BLUE)
    axes.text(1.75, 1.0, "printed", color=ORANGE, ha="right")
    axes.text(2.2, 0.3, "true", color=BLUE, ha="right")
    axes.set_ylim(0, None)
    axes.set_xlabel("$a$")
    axes.set_ylabel("loss")
