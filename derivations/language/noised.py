"""Data with Gaussian noise on it: what its density is, and what it says of the data without the noise."""

from derivations.language.chain import ForwardMarginal, step_latex
from derivations.language.density import Density
from derivations.language.integral import Int
from derivations.language.normal import NormalDensity
from derivations.language.word import Binder, Word


class NoisedDensity(Binder):
    """p_sigma(y), the density of y = x + sigma eps for x ~ p and eps ~ N(0, 1): NoisedDensity(y, sigma, p(x), x)."""

    is_positive = True
    title = "the noised density"
    y = property(lambda self: self.args[0])
    sigma = property(lambda self: self.args[1])
    clean = property(lambda self: self.args[2])

    def definition(self):
        return Int(self.clean * NormalDensity(self.y, self.bound, self.sigma), self.bound)

    def _latex(self, printer):
        return rf"{_noised_name(self, printer)}\left({printer._print(self.y)}\right)"


class CleanGivenNoised(Word):
    """p_sigma(x | y), the density of what y = x + sigma eps was without its noise, by Bayes: CleanGivenNoised(x, p_sigma(y))."""

    is_positive = True
    title = "the posterior of the clean value"
    x = property(lambda self: self.args[0])
    noised = property(lambda self: self.args[1])

    def prior(self):
        """p(x)."""
        return self.noised.clean.xreplace({self.noised.bound: self.x})

    def likelihood(self):
        """N(y; x, sigma^2)."""
        return NormalDensity(self.noised.y, self.x, self.noised.sigma)

    def definition(self):
        return self.prior() * self.likelihood() / self.noised

    def law_latex(self, printer):
        return rf"{_noised_name(self.noised, printer)}\left(\cdot \mid {printer._print(self.noised.y)}\right)"

    def _latex(self, printer):
        return rf"{_noised_name(self.noised, printer)}\left({printer._print(self.x)} \mid {printer._print(self.noised.y)}\right)"


class DiffusedDensity(Binder):
    """q_t(x_t), the density after t steps of the noising chain that starts at x_0 ~ q: DiffusedDensity(x_t, q(x_0), betas, t, x_0)."""

    is_positive = True
    title = "the density of the noising chain"
    x = property(lambda self: self.args[0])
    clean = property(lambda self: self.args[1])
    betas = property(lambda self: self.args[2])
    step = property(lambda self: self.args[3])

    def definition(self):
        return Int(self.clean * ForwardMarginal(self.x, self.bound, self.betas, self.step), self.bound)

    def _latex(self, printer):
        return rf"q_{{{step_latex(self.step, printer)}}}\left({printer._print(self.x)}{_start_latex(self, printer)}\right)"


class CleanGivenDiffused(CleanGivenNoised):
    """q_t(x_0 | x_t), the density of where the noising chain started, by Bayes: CleanGivenDiffused(x_0, q_t(x_t))."""

    title = "the posterior of the chain's start"

    def likelihood(self):
        """q_t(x_t | x_0)."""
        return ForwardMarginal(self.noised.x, self.x, self.noised.betas, self.noised.step)

    def law_latex(self, printer):
        return rf"q_{{{step_latex(self.noised.step, printer)}}}\left(\cdot \mid {printer._print(self.noised.x)}{_start_latex(self.noised, printer)}\right)"

    def _latex(self, printer):
        inside = rf"{printer._print(self.x)} \mid {printer._print(self.noised.x)}{_start_latex(self.noised, printer)}"
        return rf"q_{{{step_latex(self.noised.step, printer)}}}\left({inside}\right)"


def _start_latex(diffused, printer):
    """The law of the start, where it is not the abstract one that gives the chain's laws their name."""
    return "" if isinstance(diffused.clean, Density) else rf";\, q = {printer._print(diffused.clean)}"


def _noised_name(noised, printer):
    law = noised.clean.law if isinstance(noised.clean, Density) else "p"
    return rf"{law}_{{{printer._print(noised.sigma)}}}"
