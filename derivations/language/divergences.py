"""Divergences between densities, and entropy. All in nats."""

from sympy import Rational, log, sqrt

from derivations.language.integral import E, Int
from derivations.language.word import Binder


class Divergence(Binder):
    """A divergence between two densities of the same variable: KL(q(x), p(x), x)."""

    is_nonnegative = None
    q = property(lambda self: self.args[0])
    p = property(lambda self: self.args[1])

    def _latex(self, printer):
        q, p = (_side_latex(d, self.bound, printer) for d in (self.q, self.p))
        return rf"\mathrm{{{type(self).__name__}}}\left({q} \,\middle\|\, {p}\right)"


class KL(Divergence):
    """Kullback-Leibler divergence KL(q || p) = E_q[log q - log p], in nats. Kullback & Leibler 1951."""

    def definition(self):
        return E(log(self.q) - log(self.p), self.q, self.bound)


class JS(Divergence):
    """Jensen-Shannon divergence: the mean KL of q and p to their mixture, in nats. Lin 1991."""

    def definition(self):
        mixture = (self.q + self.p) / 2
        half = Rational(1, 2)
        return half * KL(self.q, mixture, self.bound) + half * KL(self.p, mixture, self.bound)


class Hellinger(Divergence):
    """Squared Hellinger distance, the integral of (sqrt q - sqrt p)^2: between 0 and 2, and 0 only for equal laws.

    Of the two common normalisations the one without the factor 1/2. Its square root is a metric.
    """

    def definition(self):
        return Int((sqrt(self.q) - sqrt(self.p)) ** 2, self.bound)

    def _latex(self, printer):
        q, p = (_side_latex(d, self.bound, printer) for d in (self.q, self.p))
        return rf"\mathrm{{H}}^{{2}}\left({q}, {p}\right)"


class Entropy(Binder):
    """Differential entropy H(p) = -E_p[log p], in nats."""

    p = property(lambda self: self.args[0])

    def definition(self):
        return -E(log(self.p), self.p, self.bound)

    def _latex(self, printer):
        return rf"\mathrm{{H}}\left({_side_latex(self.p, self.bound, printer)}\right)"


def _side_latex(density, variable, printer):
    if hasattr(density, "law_latex") and density.args[0] == variable:
        return density.law_latex(printer)
    return printer._print(density)
