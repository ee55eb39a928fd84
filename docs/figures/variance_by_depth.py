"""The variance of linear units layer by layer, with the weights that sheet L draws and with those of Glorot and Bengio."""

import numpy

import derivations
import verify
from derivations.compile import evaluate
from docs.figures.plot import BLUE, ORANGE

CLAIM = "xavier_is_he"
HEIGHT = 2.8
LAYERS = 20
CAPTION = (
    "The variance of what goes through a stack of linear layers. With weights of variance 1/n it stays; with 2/n, He's rule for "
    "rectified units under Xavier's name, each layer doubles it, and after twenty layers it is a million times the input's."
)


def draw(figure):
    claim = derivations.claim(CLAIM)
    (spread,) = (p.symbol for p in claim.parameters if p.name == "sigma")
    doubled = [1.0]
    for _ in range(LAYERS):  # what the derivation of the museum's claim arrives at
        doubled.append(float(evaluate(claim.derivation.last, {spread: numpy.sqrt(doubled[-1])}, numpy)))
    kept = [1.0]
    for _ in range(LAYERS):
        kept.append(float(verify.xavier_initialization.numpy()(n=1, sigma=numpy.sqrt(kept[-1]))))
    axes = figure.subplots()
    axes.semilogy(doubled, ORANGE, marker=".")
    axes.semilogy(kept, BLUE, marker=".")
    axes.text(LAYERS - 6, 1e5, "variance $2/n$", color=ORANGE, ha="right")
    axes.text(LAYERS, 2, "variance $1/n$", color=BLUE, ha="right")
    axes.set_xticks(range(0, LAYERS + 1, 5))
    axes.set_xlabel("layer")
    axes.set_ylabel("variance")
