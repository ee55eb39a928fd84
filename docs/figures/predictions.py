"""What a network is asked for, at the first and the last steps: how much of each prediction is noise, and how much is data."""

import numpy

from derivations.compile import evaluate
from derivations.diffusion.ddpm_parameterizations import signal, spread, stably, v_from_eps_and_x0
from derivations.language import real
from derivations.noising import beta, t
from docs.figures.plot import BLUE, GREEN, ORANGE

CLAIM = "ddpm_parameterizations"
HEIGHT = 3.4
STEPS = 1000
CAPTION = (
    "How an error in one prediction shows in another, along the linear schedule of 1000 steps; the vertical axis is logarithmic. An error of 1 in the predicted "
    "noise is one of √(1−ᾱ)/√ᾱ in x₀: almost none at the first steps, and a hundredfold and more at the last. The same error in v is one "
    "of √(1−ᾱ) in x₀ and one of √ᾱ in the noise, never more than 1."
)


def draw(figure):
    eps, x0 = real("epsilon x_0")
    betas, steps = numpy.linspace(1e-4, 0.02, STEPS), numpy.arange(1, STEPS + 1)

    def along_chain(expr):
        return evaluate(stably(expr), {beta: betas, t: steps}, numpy)

    v = v_from_eps_and_x0(eps, x0)
    axes = figure.subplots()
    axes.semilogy(steps, along_chain(spread / signal), ORANGE)
    axes.semilogy(steps, along_chain(-v.coeff(x0)), BLUE)
    axes.semilogy(steps, along_chain(v.coeff(eps)), GREEN)
    axes.text(640, 14, r"noise to $x_0$", color=ORANGE, ha="right")
    axes.text(560, 1.3, r"$v$ to $x_0$", color=BLUE)
    axes.text(560, 0.06, r"$v$ to noise", color=GREEN, ha="right")
    axes.set_xlim(0, STEPS)
    axes.set_xlabel(r"step $t$")
    axes.set_ylabel("size of the error")
