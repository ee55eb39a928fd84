"""Differences that vanish to second order, as words: written out, they cancel to nothing in floating point."""

from sympy import erf, exp, log, pi, sqrt

from derivations.language.word import Word


class ItakuraSaito(Word):
    """IS(a, b) = a/b - log(a/b) - 1 for positive a and b: nonnegative, and 0 only at a = b. Itakura & Saito 1968."""

    title = "the Itakura-Saito divergence"

    def definition(self):
        a, b = self.args
        return a / b - log(a / b) - 1

    def _eval_is_nonnegative(self):
        return True if all(a.is_positive for a in self.args) else None

    def _eval_derivative(self, symbol):
        a, b = self.args
        return (a - b) / (a * b) * a.diff(symbol) - (a - b) / b**2 * b.diff(symbol)

    def _latex(self, printer):
        a, b = map(printer._print, self.args)
        return rf"\mathrm{{IS}}\left({a}, {b}\right)"


class ExpExcess(Word):
    """e^v - 1 - v, what the exponential has over its tangent at 0: nonnegative, and 0 only at v = 0."""

    title = "the excess of the exponential over its tangent"

    def definition(self):
        (v,) = self.args
        return exp(v) - 1 - v

    def _latex(self, printer):
        return rf"\mathrm{{ex}}\left({printer._print(self.args[0])}\right)"


class ExpDifference(Word):
    """e^u - e^v, of which no digit is lost where u and v nearly agree."""

    title = "the difference of two exponentials"

    def definition(self):
        u, v = self.args
        return exp(u) - exp(v)

    def _eval_derivative(self, symbol):
        u, v = self.args
        return exp(u) * u.diff(symbol) - exp(v) * v.diff(symbol)

    def _latex(self, printer):
        u, v = map(printer._print, self.args)
        return rf"\left(e^{{{u}}} - e^{{{v}}}\right)"


class FoldedExcess(Word):
    """FoldedExcess(m, sigma) = E|m + epsilon| - E|epsilon| for epsilon ~ N(0, sigma^2): nonnegative, and 0 only at m = 0.

    The mean of the folded normal law, Leone, Nelson & Nottingham 1961, less its smallest value.
    """

    title = "the excess of the folded normal law's mean"

    def definition(self):
        m, sigma = self.args
        return sigma * sqrt(2 / pi) * exp(-(m**2) / (2 * sigma**2)) + m * erf(m / (sigma * sqrt(2))) - sigma * sqrt(2 / pi)

    def _eval_is_nonnegative(self):
        return True if self.args[0].is_real and self.args[1].is_positive else None

    def _eval_derivative(self, symbol):
        m, sigma = self.args
        wider = sqrt(2 / pi) * exp(-(m**2) / (2 * sigma**2)) - sqrt(2 / pi)  # apart, for what stands beside it may cancel the last term
        return erf(m / (sigma * sqrt(2))) * m.diff(symbol) + wider * sigma.diff(symbol)

    def _latex(self, printer):
        m, sigma = map(printer._print, self.args)
        return rf"\mathrm{{fold}}\left({m}, {sigma}\right)"
