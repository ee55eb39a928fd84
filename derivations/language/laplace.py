"""The Laplace law."""

from dataclasses import dataclass

from sympy import Abs, Expr, exp, log

from derivations.language.word import Word


class LaplaceDensity(Word):
    """The density at x of the Laplace law with mean mu and scale b > 0: exp(-|x - mu| / b) / (2 b)."""

    is_positive = True

    x = property(lambda self: self.args[0])
    mu = property(lambda self: self.args[1])
    scale = property(lambda self: self.args[2])

    def definition(self):
        return exp(self.log_density())

    def log_density(self):
        """Its logarithm."""
        return -log(2 * self.scale) - Abs(self.x - self.mu) / self.scale

    def law_latex(self, printer):
        return rf"\mathrm{{Laplace}}\left({printer._print(self.mu)}, {printer._print(self.scale)}\right)"

    def _latex(self, printer):
        inside = rf"{printer._print(self.x)};\, {printer._print(self.mu)}, {printer._print(self.scale)}"
        return rf"\mathrm{{Laplace}}\left({inside}\right)"


@dataclass(frozen=True)
class Laplace:
    """The Laplace law with mean `mu` and scale `scale`; called with x it gives its density."""

    mu: Expr
    scale: Expr

    def __call__(self, x):
        return LaplaceDensity(x, self.mu, self.scale)
