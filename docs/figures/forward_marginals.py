"""The linear noise schedule, and the marginals of the chain under it."""

import numpy

import derivations
from derivations.compile import evaluate
from derivations.noising import beta, t, x, x0
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "ddpm_forward_marginal"
HEIGHT = 4.6
STEPS, START = 1000, 2.5
SHOWN = (100, 200, 400, 1000)
CAPTION = (
    "The schedule with betas evenly from 0.0001 to 0.02 over 1000 steps. Above, how much of the signal and how much noise "
    "is left after t steps. Below, the densities of a pixel that started at 2.5: by the last step it has "
    "forgotten where it started."
)


def draw(figure):
    claim = derivations.claim(CLAIM)
    betas = numpy.linspace(1e-4, 0.02, STEPS)
    steps = numpy.arange(0, STEPS + 1)
    signal = evaluate(claim.value["mean coefficient"], {beta: betas, t: steps}, numpy)
    noise = numpy.sqrt(evaluate(claim.value["variance"], {beta: betas, t: steps}, numpy))

    above, below = figure.subplots(2, 1, height_ratios=(2, 3))
    above.plot(steps, signal, BLUE)
    above.plot(steps, noise, ORANGE)
    above.text(430, 0.66, r"$\sqrt{\bar\alpha_t}$", color=BLUE, size=12)
    above.text(560, 0.80, r"$\sqrt{1-\bar\alpha_t}$", color=ORANGE, size=12)
    above.set_xlabel(r"step $t$")
    above.set_xlim(0, STEPS)
    above.set_ylim(0, 1.05)

    points = numpy.linspace(-3.4, 4.4, 391)
    for number, step in enumerate(SHOWN):
        density = evaluate(claim.statement.rhs, {beta: betas, t: step, x0: START, x: points}, numpy)
        share = 1 - number / (len(SHOWN) - 1)
        below.plot(points, density, color=BLUE, alpha=0.35 + 0.65 * share)
        peak = int(density.argmax())
        below.text(points[peak], density[peak] + 0.04, rf"$t={step}$", ha="center", color=INK, size=9)
    below.axvline(START, color=SOFT, linewidth=0.8, linestyle=(0, (4, 3)))
    below.text(START + 0.07, 1.42, r"$x_0$", color=INK)
    below.set_ylim(0, 1.55)
    below.set_xlabel(r"$x_t$")
    below.set_ylabel(r"$q_t(x_t \mid x_0)$")
