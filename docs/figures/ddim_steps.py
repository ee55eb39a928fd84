"""States of DDIM's process with more and less noise of its own, from a known start: their paths differ, their law does not."""

import numpy

from derivations.compile import evaluate
from derivations.diffusion import ddpm_posterior
from derivations.diffusion.ddim_marginals import mean, sigma
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.noising import beta, t, x, x0, xt
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "ddim_marginals"
HEIGHT = 3.8
STEPS, START, PATHS, BINS = 50, 1.5, 20_000, 40
SHARES = ((0.0, "without noise of its own", BLUE), (1.0, "with the posterior's variance", ORANGE))
CAPTION = (
    "Sampled backwards from x_50 to x_20 with x_0 = 1.5 known, along a linear schedule of 50 steps. On the left five paths of each process, from the same "
    "five starts: without noise of its own they are smooth and never cross. On the right all 20,000 states at step 20, beside the chain's density there: "
    "both processes have it."
)
LAST, SHOWN = 20, 5


def draw(figure):
    betas = numpy.linspace(2e-3, 0.12, STEPS)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2), sharey=True)
    points = numpy.linspace(-1.8, 3.6, 201)
    for share, label, colour in SHARES:
        rng = numpy.random.default_rng(0)
        states = [_first(betas, rng)]
        for step in range(STEPS, LAST, -1):
            states.append(_before(states[-1], share, betas, step, rng))
        states = numpy.array(states)
        left.plot(numpy.arange(STEPS, LAST - 1, -1), states[:, :SHOWN], color=colour, linewidth=0.9, alpha=0.9)
        right.hist(states[-1], BINS, density=True, orientation="horizontal", histtype="step", color=colour)
        left.plot([], [], color=colour, label=label)
    density = evaluate(marginal(x, t), {beta: betas, t: LAST, x0: START, x: points}, numpy)
    right.plot(density, points, color=INK, linewidth=0.9)
    left.invert_xaxis()
    left.axhline(START, color=SOFT, linewidth=0.8, linestyle=(0, (4, 3)))
    left.legend(loc="lower left", fontsize=8)
    left.set_xlabel(r"step $t$")
    left.set_ylabel(r"$x_t$")
    right.set_xlabel(r"density at step 20")


def _first(betas, rng):
    law = marginal(x, t)
    values = {beta: betas, t: STEPS, x0: START}
    return evaluate(law.mu, values, numpy) + evaluate(law.sigma, values, numpy) * rng.normal(size=PATHS)


def _before(state, share, betas, step, rng):
    values = {beta: betas, t: step, x0: START, xt: state}
    deviation = share * numpy.sqrt(evaluate(ddpm_posterior.variance, values, numpy))
    return evaluate(mean, {**values, sigma: deviation}, numpy) + deviation * rng.normal(size=PATHS)
