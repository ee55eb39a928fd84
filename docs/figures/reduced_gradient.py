"""The gradient of the mean squared error, and what is used in its place."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE

CLAIM = "mean_loss_with_the_gradient_of_the_sum"
HEIGHT = 2.8
COUNT = 784 * 32  # pixels of a digit, images of a batch
CAPTION = (
    "The gradient in one pixel of a reconstruction, over its error, for a batch of 32 digits; both axes are logarithmic. The lines are a factor "
    "of 25,088 apart: with the learning rate meant for the one, the other takes steps too large by that much."
)


def draw(figure):
    error = numpy.logspace(-3, 0, 100)
    axes = figure.subplots()
    for form, colour, label, height in (
        (verify.mean_loss_with_the_gradient_of_the_sum, ORANGE, "of the sum, called that of the mean", 6e-1),
        (verify.mean_squared_error_gradient, BLUE, "of the mean", 1e-5),
    ):
        axes.loglog(error, abs(form.numpy()(x=0.0, y=error, n=COUNT)), colour)
        axes.text(0.01, height, label, color=colour, ha="center")
    axes.set_xlabel("error of the pixel")
    axes.set_ylabel("gradient")
