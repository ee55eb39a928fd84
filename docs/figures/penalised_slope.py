"""The slope of the best critic under a gradient penalty, for three weights of the penalty."""

import numpy
from sympy import Rational

import derivations
from derivations.adversarial import p_data, p_g, x
from derivations.compile import evaluate
from derivations.gan.gradient_penalty_optimum import lam, r
from derivations.instance import concretise
from derivations.language import Normal
from docs.figures.plot import BLUE, GREEN, ORANGE, SOFT

CLAIM = "gradient_penalty_optimum"
HEIGHT = 2.9
CAPTION = (
    "Data N(1, 1), generated samples N(0, 1), and the slope penalised with weight lambda at points of N(1/2, 1). The slope "
    "of the best critic exceeds 1 everywhere; it comes down to 1 only as the penalty grows."
)


def draw(figure):
    laws = {p_data: Normal(1, 1)(x), p_g: Normal(0, 1)(x), r: Normal(Rational(1, 2), 1)(x)}
    slope = concretise(derivations.claim(CLAIM).parts[0].statement.rhs, laws)
    points = numpy.linspace(-3, 4, 281)
    axes = figure.subplots()
    axes.axhline(1, color=SOFT, linewidth=0.7, linestyle=(0, (4, 3)))
    for weight, colour in ((1, ORANGE), (3, BLUE), (10, GREEN)):
        found = evaluate(slope, {x: points, lam: weight}, numpy)
        axes.plot(points, found, colour)
        axes.text(0.5, found.min() + 0.02, rf"$\lambda = {weight:g}$", color=colour, ha="center")
    axes.set_ylim(0.95, 1.85)
    axes.set_xlabel(r"$x$")
    axes.set_ylabel("slope")
