"""The mean of a clipped Gaussian as a word, with derivatives in which nothing cancels."""

from sympy import Rational, erf, exp, pi, sqrt

from derivations.language.excess import ExpDifference
from derivations.language.word import Word


class ClippedMean(Word):
    """ClippedMean(x, sigma) is the mean of x + epsilon clipped to [0, 1], for epsilon ~ N(0, sigma^2) and 0 < x < 1.

    Half of 1 + E|x + epsilon| - E|x - 1 + epsilon|, two means of the folded normal law. Leone, Nelson & Nottingham 1961.
    """

    title = "the mean of the clipped Gaussian"
    is_positive = True

    def definition(self):
        x, sigma = self.args

        def folded(m):
            return sigma * sqrt(2 / pi) * exp(-(m**2) / (2 * sigma**2)) + m * erf(m / (sigma * sqrt(2)))

        return Rational(1, 2) + (folded(x) - folded(x - 1)) / 2

    def _eval_derivative(self, symbol):
        """In x the probability that nothing is clipped, in sigma the difference of the densities at the two ends, times sigma."""
        x, sigma = self.args
        unclipped = (erf(x / (sigma * sqrt(2))) + erf((1 - x) / (sigma * sqrt(2)))) / 2
        ends = ExpDifference(-(x**2) / (2 * sigma**2), -((1 - x) ** 2) / (2 * sigma**2)) / sqrt(2 * pi)
        return unclipped * x.diff(symbol) + ends * sigma.diff(symbol)

    def _latex(self, printer):
        x, sigma = map(printer._print, self.args)
        return rf"\mathrm{{clip}}\left({x}, {sigma}\right)"
