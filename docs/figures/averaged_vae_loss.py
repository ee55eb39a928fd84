"""What the divergence costs in the VAE's loss when both terms are averaged, and what it costs in the lower bound."""

import numpy

import verify
from docs.figures.plot import BLUE, ORANGE

CLAIM = "mean_reduced_vae_loss"
HEIGHT = 2.8
PIXELS, LATENTS = 784, 20
CAPTION = (
    "The loss over the mean of all 20 latent units, at variance 1, with 784 pixels that are reproduced exactly, less its value at mean 0. "
    "Were the averaged loss the lower bound up to a factor, it would be the flat curve; it makes every unit pay 39.2 times as much."
)


def draw(figure):
    mean = numpy.linspace(-2, 2, 161)
    code = mean[:, None] + numpy.zeros(LATENTS)
    image = numpy.zeros((len(mean), PIXELS))
    axes = figure.subplots()
    for form, colour in ((verify.vae_loss_reductions, ORANGE), (verify.mean_reduced_vae_loss, BLUE)):
        loss = form.numpy()(x=image, y=image, mu=code, log_var=0 * code)
        axes.plot(mean, loss - loss.min(), colour)
    axes.text(0, 1.2, "averaged over its own axes", color=ORANGE, ha="center")
    axes.text(0, -0.25, "as the lower bound has it", color=BLUE, ha="center")
    axes.set_ylim(-0.4, None)
    axes.set_xlabel(r"$\mu$ of every unit")
    axes.set_ylabel("cost, nats a pixel")
