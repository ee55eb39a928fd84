"""The reparameterization: a fixed noise, and the map that carries it to the law wanted."""

import numpy

from derivations.compile import evaluate
from derivations.reparameterization.reparameterization_gaussian import epsilon, mu, noise, sample, sigma, statement, x
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "reparameterization_gaussian"
HEIGHT = 4.0
AT = {mu: 1.5, sigma: 0.6}
NOISE = (-1.6, -0.8, 0.0, 0.8, 1.6)
CAPTION = (
    "Noise with the law N(0, 1), below, goes up to the line x = mu + sigma eps, and from there to the left: there it has the law "
    "N(mu, sigma²), here with mu = 1.5 and sigma = 0.6. The noise does not know of mu and sigma; only the line does, and it can be differentiated."
)


def draw(figure):
    grid = figure.add_gridspec(2, 2, width_ratios=(1, 2.6), height_ratios=(2.6, 1))
    line, image, source = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 1])
    drawn = numpy.linspace(-3, 3, 241)
    carried = evaluate(sample, {**AT, epsilon: drawn}, numpy)
    line.plot(drawn, carried, INK)
    source.plot(drawn, evaluate(noise(epsilon), {epsilon: drawn}, numpy), ORANGE)
    image.plot(evaluate(statement.rhs, {**AT, x: carried}, numpy), carried, BLUE)
    for one in NOISE:
        height = float(evaluate(sample, {**AT, epsilon: one}, numpy))
        line.plot([one, one, drawn[0]], [carried[0], height, height], color=SOFT, linewidth=0.8, linestyle=(0, (3, 3)))
        line.plot([one], [height], "o", color=INK, markersize=3.5)
    line.text(-2.4, 2.75, r"$x = \mu + \sigma\varepsilon$", size=12)
    line.set_xlim(drawn[0], drawn[-1])
    line.set_ylim(carried[0], carried[-1])
    line.tick_params(labelleft=False, labelbottom=False)
    image.set_ylim(carried[0], carried[-1])
    image.invert_xaxis()
    image.set_xticks([])
    image.spines[["left", "bottom"]].set_visible(False)
    image.spines["right"].set_visible(True)
    image.yaxis.tick_right()
    image.set_ylabel(r"$x \sim \mathcal{N}(\mu, \sigma^2)$", color=BLUE)
    source.set_xlim(drawn[0], drawn[-1])
    source.set_ylim(0, 0.48)
    source.set_yticks([])
    source.spines["left"].set_visible(False)
    source.set_xlabel(r"$\varepsilon \sim \mathcal{N}(0, 1)$", color=ORANGE)
