"""The ELBO of a linear VAE against the mean of its encoder, and its gap to the evidence."""

import numpy
from sympy import log

import derivations
import verify
from derivations.compile import evaluate
from derivations.instance import concretise
from derivations.linear_vae import instance, p, x
from docs.figures.plot import BLUE, INK, ORANGE

CLAIM = "elbo_gap"
HEIGHT = 3.2
POINT = {"x": 1.2, "w": 1.0, "b": 0.0, "sigma": 0.8, "s": 0.3}
SHOWN = 1.5
CAPTION = (
    "The evidence and the ELBO of the linear VAE for x = 1.2, w = 1, b = 0, sigma = 0.8, s = 0.3, over the mean m of the encoder. "
    "What is missing is the KL divergence from the encoder to the posterior; it stays positive even at the best m, "
    "since the encoder's spread s is not the posterior's."
)


def draw(figure):
    symbols = tuple(one.symbol for one in derivations.claim(CLAIM).parameters)
    evidence = concretise(log(p(x)), instance)
    gap = verify.elbo_gap.numpy()
    m = numpy.linspace(-0.6, 2.2, 141)

    def at(mean):
        return [{**POINT, "m": mean}[symbol.name] for symbol in symbols]

    log_evidence = float(evaluate(evidence, dict(zip(symbols, at(0.0))), numpy))
    gaps = numpy.array([float(gap(*at(mean))) for mean in m])
    axes = figure.subplots()
    axes.axhline(log_evidence, color=INK, linewidth=1.2)
    axes.plot(m, log_evidence - gaps, BLUE)
    axes.fill_between(m, log_evidence - gaps, log_evidence, color=ORANGE, alpha=0.16, linewidth=0)
    low = log_evidence - float(gap(*at(SHOWN)))
    axes.annotate("", (SHOWN, low), (SHOWN, log_evidence), arrowprops={"arrowstyle": "<->", "color": ORANGE, "shrinkA": 0, "shrinkB": 0})
    axes.text(SHOWN + 0.05, (low + log_evidence) / 2, r"$\mathrm{KL}(q(z|x)\,\|\,p(z|x))$", color=ORANGE, va="center")
    axes.text(-0.6, log_evidence + 0.06, r"$\log p(x)$", va="bottom")
    axes.text(-0.25, log_evidence - 1.75, "ELBO", color=BLUE)
    axes.set_ylim(log_evidence - 4, log_evidence + 0.6)
    axes.set_xlabel(r"encoder mean $m$")
    axes.set_ylabel("nats")
