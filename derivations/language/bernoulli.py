"""Bernoulli laws: one bit, or one pixel that is black or white."""

from dataclasses import dataclass

from sympy import Expr, exp, log

from derivations.language.word import Word


class BernoulliDensity(Word):
    """Bern(x; p), the probability of the bit x in {0, 1} when a one has the probability p, 0 < p < 1."""

    is_positive = True

    x = property(lambda self: self.args[0])
    p = property(lambda self: self.args[1])

    def definition(self):
        return self.p**self.x * (1 - self.p) ** (1 - self.x)

    def log_density(self):
        """Its logarithm: the binary cross-entropy with its sign turned."""
        return self.x * log(self.p) + (1 - self.x) * log(1 - self.p)

    def law_latex(self, printer):
        return rf"\mathrm{{Bern}}\left({printer._print(self.p)}\right)"

    def _latex(self, printer):
        return rf"\mathrm{{Bern}}\left({printer._print(self.x)};\, {printer._print(self.p)}\right)"


@dataclass(frozen=True)
class Bernoulli:
    """The law of a bit that is one with probability `p`; called with x it gives the probability of x."""

    p: Expr

    def __call__(self, x):
        return BernoulliDensity(x, self.p)


class Softplus(Word):
    """The softplus function log(1 + e^u)."""

    is_positive = True

    def definition(self):
        return log(1 + exp(self.args[0]))

    def _latex(self, printer):
        return rf"\operatorname{{softplus}}\left({printer._print(self.args[0])}\right)"
