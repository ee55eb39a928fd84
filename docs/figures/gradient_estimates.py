"""What the two gradient estimators return for a sample, and their variances, for two functions."""

import numpy
from sympy import Derivative, Poly, log

import verify
from derivations.compile import evaluate
from derivations.reparameterization.gradient_variance import mu, oscillating, p, sigma, x, y
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "gradient_variance"
HEIGHT = 4.4
AT = {mu: 0.0, sigma: 1.0}
FUNCTIONS = ((r"$f(x) = x^2$", y**2), (r"$f(x) = x^4 - 18 x^2 + 39$", oscillating))
CAPTION = (
    "For x ~ N(mu, 1) at mu = 0: above, a function f and, shaded, where samples fall; below, what either estimator returns for a sample x. "
    "Both have the same mean, the gradient. On the left the pathwise estimator varies less. On the right f oscillates: f' is large "
    "where samples fall, and the score-function estimator wins."
)


def draw(figure):
    points = numpy.linspace(-3.2, 3.2, 321)
    density = evaluate(p, {**AT, x: points}, numpy)
    axes = figure.subplots(2, 2, sharex=True)
    for column, (name, f) in enumerate(FUNCTIONS):
        above, below = axes[:, column]
        values = evaluate(f, {**AT, x: points}, numpy)
        pathwise = evaluate(Derivative(f, x), {**AT, x: points}, numpy)
        score_function = evaluate(f * Derivative(log(p), mu), {**AT, x: points}, numpy)
        variances = verify.gradient_variance.numpy()(AT[mu], AT[sigma], *_coefficients(f))
        low, high = values.min(), values.max()
        above.fill_between(points, low, low + (high - low) * density / density.max() * 0.9, color=SOFT, alpha=0.18, linewidth=0)
        above.plot(points, values, INK)
        above.set_title(name, size=10)
        below.axhline(0, color=SOFT, linewidth=0.7)
        below.plot(points, pathwise, BLUE)
        below.plot(points, score_function, ORANGE)
        low, high = below.get_ylim()
        below.set_ylim(low - 0.42 * (high - low), high)
        below.text(0.03, 0.14, f"pathwise: variance {variances[0]:g}", color=BLUE, transform=below.transAxes, size=9)
        below.text(0.03, 0.03, f"score function: variance {variances[1]:g}", color=ORANGE, transform=below.transAxes, size=9)
        below.set_xlabel(r"sample $x$")
    axes[1, 0].set_ylabel("estimate")


def _coefficients(f):
    """The Taylor coefficients of f at the mean, from degree 0 to 4."""
    found = [float(c) for c in reversed(Poly(f.subs({mu: 0, sigma: 1}), x).all_coeffs())]
    return found + [0.0] * (5 - len(found))
