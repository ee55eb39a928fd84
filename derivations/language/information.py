"""What one variable says about another, in nats."""

from sympy import log

from derivations.language.divergences import KL
from derivations.language.integral import E, Int
from derivations.language.word import Word, belongs


class OfTwoVariables(Word):
    """A word whose last two arguments are bound variables."""

    @property
    def bound_symbols(self):
        return set(self.args[-2:])

    @property
    def free_symbols(self):
        inner = set().union(*(a.free_symbols for a in self.args[:-2]))
        return {s for s in inner if not any(belongs(s, v) for v in self.args[-2:])}

    def _latex(self, printer):
        x, y = map(printer._print, self.args[-2:])
        return rf"{self.sign}\left({x}; {y}\right)"


class MutualInformation(OfTwoVariables):
    """I(x; y), the divergence of p(x, y) from p(x) p(y): MutualInformation(p(x, y), p(x), p(y), x, y). Shannon 1948."""

    title, sign = "mutual information", "I"

    def definition(self):
        joint, first, second, x, y = self.args
        return Int(Int((log(joint) - log(first) - log(second)) * joint, y), x)


class LogInceptionScore(OfTwoVariables):
    """log IS, of images x and a classifier's labels y: LogInceptionScore(p(y | x), p(y), p(x), x, y).

    IS = exp E_x KL(p(y | x) || p(y)). Salimans et al. 2016, section 4.
    """

    title, sign = "the Inception score", r"\log \mathrm{IS}"

    def definition(self):
        conditional, marginal, images, x, y = self.args
        return E(KL(conditional, marginal, y), images, x)
