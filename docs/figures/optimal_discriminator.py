"""The best discriminator between two Gaussians, with the value of the game and the divergence that it shows."""

import numpy

import derivations
from derivations.adversarial import best, instance, p_data, p_g, x
from derivations.compile import evaluate
from derivations.instance import concretise
from derivations.language import JS, Normal
from docs.figures.plot import BLUE, GREEN, INK, ORANGE, SOFT

CLAIM = "optimal_discriminator"
HEIGHT = 4.0
LAWS = {**instance, p_data: Normal(0, 1)(x), p_g: Normal(2, 1)(x)}
CAPTION = (
    "Above, the law of the data N(0, 1) and that of the generator N(2, 1). Below, the best discriminator between them. "
    "It is one half where the densities cross, and would be one half everywhere if they were the same."
)


def draw(figure):
    points = numpy.linspace(-3.2, 5.2, 421)
    data, generated, discriminator = (evaluate(concretise(expr, LAWS), {x: points}, numpy) for expr in (p_data, p_g, best))
    value = derivations.claim("gan_value_jensen_shannon").statement.rhs
    value, divergence = (float(evaluate(concretise(expr, LAWS), {}, numpy)) for expr in (value, JS(p_data, p_g, x)))

    above, below = figure.subplots(2, 1, sharex=True)
    above.plot(points, data, BLUE)
    above.plot(points, generated, ORANGE)
    above.text(-1.1, 0.27, r"$p_{\mathrm{data}}$", color=BLUE, ha="right", size=12)
    above.text(3.1, 0.27, r"$p_g$", color=ORANGE, size=12)
    above.set_ylim(0)
    above.set_ylabel("density")
    below.axhline(0.5, color=SOFT, linewidth=0.7, linestyle=(0, (4, 3)))
    below.plot(points, discriminator, GREEN)
    below.text(-3.1, 0.8, r"$D^*$", color=GREEN, size=12)
    below.text(2.4, 0.68, rf"$V(D^*, G) = {value:.6f}$ nats", color=INK)
    below.text(2.4, 0.84, rf"$\mathrm{{JS}} = {divergence:.6f}$ nats", color=INK)
    below.set_ylim(0, 1)
    below.set_yticks([0, 0.5, 1])
    below.set_xlabel(r"$x$")
