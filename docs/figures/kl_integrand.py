"""Two Gaussians and the integrand of their KL divergence, whose signed area is the divergence."""

import numpy

import derivations
import verify
from derivations.compile import evaluate
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "kl_gaussian"
HEIGHT = 4.2
POINT = {"mu1": -0.5, "sigma1": 0.7, "mu2": 0.8, "sigma2": 1.2}
CAPTION = (
    "Above, the two densities for mu1 = −0.5, sigma1 = 0.7, mu2 = 0.8, sigma2 = 1.2. Below, what the definition integrates. "
    "It is negative where the second density is the larger one; the area above the axis less the area below it is the divergence."
)


def draw(figure):
    divergence = derivations.claim(CLAIM).statement.lhs
    integrand = divergence.definition().definition().integrand
    symbols = (divergence.bound, *(one.symbol for one in derivations.claim(CLAIM).parameters))
    x = numpy.linspace(-4, 5, 601)
    q, p, area = (evaluate(expr, dict(zip(symbols, (x, *POINT.values()))), numpy) for expr in (divergence.q, divergence.p, integrand))
    value = verify.kl_gaussian.numpy()(**POINT)

    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1))
    above.plot(x, q, BLUE)
    above.plot(x, p, ORANGE)
    above.text(-1.35, 0.5, r"$q$", color=BLUE, ha="right", size=12)
    above.text(2.1, 0.2, r"$p$", color=ORANGE, size=12)
    above.set_ylabel("density")
    above.set_ylim(0)
    below.axhline(0, color=SOFT, linewidth=0.7)
    below.plot(x, area, INK, linewidth=1.2)
    below.fill_between(x, area, where=area > 0, color=BLUE, alpha=0.3, linewidth=0)
    below.fill_between(x, area, where=area < 0, color=ORANGE, alpha=0.3, linewidth=0)
    below.text(1.6, 0.45 * area.max(), f"area: {value:.4f} nats")
    below.set_ylabel(r"$q\,(\log q - \log p)$")
    below.set_xlabel(r"$x$")
