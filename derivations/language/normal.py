"""Gaussian laws."""

from dataclasses import dataclass

from sympy import Expr, exp, log, pi, sqrt, sympify

from derivations.language.word import Word


class NormalDensity(Word):
    """N(x; mu, sigma^2), the density at x of the normal law with mean mu and standard deviation |sigma| > 0."""

    is_positive = True

    x = property(lambda self: self.args[0])
    mu = property(lambda self: self.args[1])
    sigma = property(lambda self: self.args[2])

    def definition(self):
        return exp(-((self.x - self.mu) ** 2) / (2 * self.sigma**2)) / (sqrt(self.sigma**2) * sqrt(2 * pi))

    def log_density(self):
        """Its logarithm, in the form that no large number can overflow."""
        return -log(sqrt(self.sigma**2)) - log(2 * pi) / 2 - (self.x - self.mu) ** 2 / (2 * self.sigma**2)

    def law_latex(self, printer):
        return (
            rf"\mathcal{{N}}\left({printer._print(self.mu)}, {printer._print(self.sigma**2)}\right)"
        )

    def _latex(self, printer):
        inside = rf"{printer._print(self.x)};\, {printer._print(self.mu)}, {printer._print(self.sigma**2)}"
        return rf"\mathcal{{N}}\left({inside}\right)"


def gaussian_power(density, k):
    """N(x; mu, sigma^2)**k, k > 0, as (a Gaussian density of x, a constant factor)."""
    if k == 1:
        return density, 1
    scale = sqrt(2 * pi) * density.sigma
    return NormalDensity(density.x, density.mu, density.sigma / sqrt(k)), scale ** (1 - k) / sqrt(k)


@dataclass(frozen=True)
class Normal:
    """The normal law with mean `mu` and standard deviation `sigma`; called with x it gives its density."""

    mu: Expr
    sigma: Expr

    def __call__(self, x):
        return NormalDensity(x, self.mu, self.sigma)


class UniformDensity(Word):
    """The density of the uniform law on (0, 1): one there, zero elsewhere."""

    is_nonnegative = True

    x = property(lambda self: self.args[0])

    def law_latex(self, printer):
        return r"\mathcal{U}(0, 1)"

    def _latex(self, printer):
        return rf"\mathcal{{U}}\left({printer._print(self.x)};\, 0, 1\right)"


class Uniform:
    """The uniform law on (0, 1); called with u it gives its density."""

    def __call__(self, u):
        return UniformDensity(sympify(u))
