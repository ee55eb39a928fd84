"""The value of the game against the best discriminator, over the generator's mean."""

import numpy
from sympy import log

import derivations
from derivations.adversarial import instance, p_data, p_g, x
from derivations.compile import evaluate
from derivations.instance import concretise
from derivations.language import Normal, real
from docs.figures.plot import BLUE, ORANGE, SOFT

CLAIM = "gan_value_jensen_shannon"
HEIGHT = 3.0
MARKED = (1, 2, 4)
CAPTION = (
    "The value against the best discriminator, for data N(0, 1) and a generator N(m, 1). It is least, −log 4, "
    "where the generator has the law of the data, and tends to 0 where the two can be told apart for certain."
)


def draw(figure):
    m = real("m")
    laws = {**instance, p_data: Normal(0, 1)(x), p_g: Normal(m, 1)(x)}
    value = concretise(derivations.claim(CLAIM).statement.rhs, laws)

    def at(means):
        return evaluate(value, {m: means}, numpy)

    means = numpy.linspace(-6, 6, 241)
    axes = figure.subplots()
    axes.axhline(-float(log(4)), color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.text(-5.9, -float(log(4)) + 0.03, r"$-\log 4$", va="bottom")
    axes.plot(means, at(means), BLUE)
    for mean in MARKED:
        low = float(at(float(mean)))
        axes.plot([mean], [low], "o", color=ORANGE, markersize=4)
        axes.text(mean + 0.22, low - 0.02, f"{low:.6f}", va="top", color=ORANGE)
    axes.set_ylim(-1.5, 0.06)
    axes.set_xlabel(r"mean $m$ of the generator")
    axes.set_ylabel(r"$V(D^*, G)$, nats")
