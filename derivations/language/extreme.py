"""The Gumbel law of extreme values, and the standard exponential law that it comes from."""

from dataclasses import dataclass

from sympy import Expr, exp, log, sympify

from derivations.language.word import Word


class GumbelDensity(Word):
    """The density at x of the Gumbel law with mode mu and scale beta > 0: exp(-z - e^-z) / beta, z = (x - mu) / beta.

    Its mean is mu + gamma beta, with Euler's constant gamma, and its variance (pi beta)^2 / 6. Gumbel 1935.
    """

    is_positive = True

    x = property(lambda self: self.args[0])
    mu = property(lambda self: self.args[1])
    beta = property(lambda self: self.args[2])

    def definition(self):
        return exp(self.log_density())

    def log_density(self):
        """Its logarithm."""
        z = (self.x - self.mu) / self.beta
        return -log(self.beta) - z - exp(-z)

    def law_latex(self, printer):
        return rf"\mathrm{{Gumbel}}\left({printer._print(self.mu)}, {printer._print(self.beta)}\right)"

    def _latex(self, printer):
        inside = rf"{printer._print(self.x)};\, {printer._print(self.mu)}, {printer._print(self.beta)}"
        return rf"\mathrm{{Gumbel}}\left({inside}\right)"


@dataclass(frozen=True)
class Gumbel:
    """The Gumbel law with mode `mu` and scale `beta`; called with x it gives its density."""

    mu: Expr
    beta: Expr

    def __call__(self, x):
        return GumbelDensity(x, self.mu, self.beta)


class ExponentialDensity(Word):
    """The density e^-t of the standard exponential law at t > 0; zero elsewhere."""

    is_nonnegative = True

    x = property(lambda self: self.args[0])

    def log_density(self):
        """Its logarithm at t > 0."""
        return -self.x

    def law_latex(self, printer):
        return r"\mathrm{Exp}(1)"

    def _latex(self, printer):
        return rf"\mathrm{{Exp}}\left({printer._print(self.x)};\, 1\right)"


class Exponential:
    """The standard exponential law; called with t it gives its density."""

    def __call__(self, t):
        return ExponentialDensity(sympify(t))
