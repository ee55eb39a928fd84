"""The divergence of a Gaussian from a Laplace law, right and with the means left out."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE

CLAIM = "normal_laplace_kl_2018"
HEIGHT = 2.9
CAPTION = "Over the distance of the means, with sigma = b = 1. The printed value does not see it; they agree where the means do."


def draw(figure):
    distance = numpy.linspace(-5, 5, 201)
    right, wrong = (form.numpy()(distance, 1.0, 0.0, 1.0) for form in (verify.kl_normal_laplace, verify.normal_laplace_kl_2018))
    wrong = numpy.broadcast_to(wrong, distance.shape)
    axes = figure.subplots()
    axes.plot(distance, right, BLUE)
    axes.plot(distance, wrong, ORANGE)
    axes.text(-3.2, right[36] + 0.2, "true", color=BLUE)
    axes.text(3.2, wrong[0] + 0.12, "printed", color=ORANGE)
    axes.set_ylim(0)
    axes.set_xlabel(r"$\mu_1 - \mu_2$")
    axes.set_ylabel("nats")
