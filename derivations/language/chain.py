"""The noising chain of diffusion models: its schedule, its transition and its marginals."""

from sympy import Mul, Product, S, Symbol, sqrt

from derivations.conditions import MARKOV
from derivations.language.integral import Int
from derivations.language.normal import NormalDensity
from derivations.language.word import Word

_STEP = Symbol("s", integer=True, positive=True)


def step_latex(step, printer):
    """t - 1 or t + 1, the symbol first."""
    offset, symbolic = step.as_coeff_Add()
    if symbolic == 0 or offset == 0:
        return printer._print(step)
    return f"{printer._print(symbolic)} {'+' if offset > 0 else '-'} {printer._print(abs(offset))}"


class Alpha(Word):
    """alpha_t = 1 - beta_t, what a step keeps of the signal's variance; positive since 0 < beta_t < 1."""

    is_positive = True
    betas = property(lambda self: self.args[0])
    step = property(lambda self: self.args[1])

    def definition(self):
        return 1 - self.betas[self.step]

    def _latex(self, printer):
        return rf"\alpha_{{{step_latex(self.step, printer)}}}"


class AlphaBar(Word):
    """alpha_bar_t = alpha_1 ... alpha_t, what t steps keep of the signal's variance; alpha_bar_0 = 1."""

    is_positive = True
    betas = property(lambda self: self.args[0])
    step = property(lambda self: self.args[1])

    def definition(self):
        return Product(1 - self.betas[_STEP], (_STEP, 1, self.step))

    def from_symbol(self):
        """Its value by alpha_bar_(n + k) = alpha_(n + k) alpha_bar_(n + k - 1), with n the symbolic part of the step.

        The step must be known to be nonnegative; otherwise the word stays as it is.
        """
        if not self.step.is_nonnegative:
            return self
        offset, symbolic = self.step.as_coeff_Add()
        if not offset.is_Integer or symbolic.is_nonnegative is not True:
            return self
        known = S.One if symbolic == 0 else AlphaBar(self.betas, symbolic)
        above = Mul(*(Alpha(self.betas, symbolic + k) for k in range(1, int(offset) + 1)))
        below = Mul(*(Alpha(self.betas, symbolic + k) for k in range(int(offset) + 1, 1)))
        return known * above / below

    def _latex(self, printer):
        return rf"\bar{{\alpha}}_{{{step_latex(self.step, printer)}}}"


class NoiseVariance(Word):
    """1 - alpha_bar_t, the variance of the noise that t steps have added."""

    title = "the variance of the noise"
    betas = property(lambda self: self.args[0])
    step = property(lambda self: self.args[1])

    def definition(self):
        return 1 - AlphaBar(self.betas, self.step)

    def _latex(self, printer):
        return rf"\bar{{\beta}}_{{{step_latex(self.step, printer)}}}"


def transition(x, before, betas, t):
    """q(x_t | x_(t-1)) = N(x_t; sqrt(alpha_t) x_(t-1), beta_t). Ho et al. 2020, equation (2)."""
    return NormalDensity(x, sqrt(Alpha(betas, t)) * before, sqrt(betas[t]))


class ForwardMarginal(Word):
    """q_t(x | x_0), the density after t >= 1 steps of the chain that starts at x_0.

    By definition the transition where t = 1, and else the integral of the transition times the marginal of
    the step before, over the state before: the chain is Markov.
    """

    is_positive = True
    title = "the chain's marginal"
    needs = (MARKOV,)
    x = property(lambda self: self.args[0])
    start = property(lambda self: self.args[1])
    betas = property(lambda self: self.args[2])
    step = property(lambda self: self.args[3])

    def definition(self):
        """One step back. Raises `NotImplementedError` where t is not known to be 1 or to be greater."""
        if self.step == 1:
            return transition(self.x, self.start, self.betas, 1)
        if not (self.step - 1).is_positive:
            raise NotImplementedError(f"the marginal at step {self.step}, which is neither 1 nor known to be greater")
        before = Symbol("y", real=True)
        while before in self.free_symbols:
            before = Symbol(before.name + "'", real=True)
        earlier = ForwardMarginal(before, self.start, self.betas, self.step - 1)
        return Int(transition(self.x, before, self.betas, self.step) * earlier, before)

    def _latex(self, printer):
        x, start, t = printer._print(self.x), printer._print(self.start), step_latex(self.step, printer)
        return rf"q_{{{t}}}\left({x} \mid {start}\right)"
