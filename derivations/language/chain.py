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

    def _eval_is_positive(self):
        """After one step at least: every step adds noise."""
        return True if self.step.is_positive else None

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

    def law_latex(self, printer):
        return rf"q_{{{step_latex(self.step, printer)}}}\left(\cdot \mid {printer._print(self.start)}\right)"

    def _latex(self, printer):
        x, start, t = printer._print(self.x), printer._print(self.start), step_latex(self.step, printer)
        return rf"q_{{{t}}}\left({x} \mid {start}\right)"


class ReverseDensity(Word):
    """q(x_(t-1) | x_t, x_0), t >= 2, the density of the state before, by Bayes: ReverseDensity(x_(t-1), x_t, x_0, betas, t)."""

    is_positive = True
    title = "the chain's posterior"
    needs = (MARKOV,)
    x = property(lambda self: self.args[0])
    after = property(lambda self: self.args[1])
    start = property(lambda self: self.args[2])
    betas = property(lambda self: self.args[3])
    step = property(lambda self: self.args[4])

    def prior(self):
        """q_(t-1)(x_(t-1) | x_0)."""
        return ForwardMarginal(self.x, self.start, self.betas, self.step - 1)

    def definition(self):
        evidence = ForwardMarginal(self.after, self.start, self.betas, self.step)
        return transition(self.after, self.x, self.betas, self.step) * self.prior() / evidence

    def law_latex(self, printer):
        return rf"q\left(\cdot \mid {printer._print(self.after)}, {printer._print(self.start)}\right)"

    def _latex(self, printer):
        x, after, start = map(printer._print, (self.x, self.after, self.start))
        return rf"q\left({x} \mid {after}, {start}\right)"


def redrawn(share, betas, t):
    """sigma_t, the standard deviation of what a non-Markov step draws anew: a share in (0, 1) of the noise there is at t - 1."""
    return share * sqrt(1 - AlphaBar(betas, t - 1))


def non_markov_step(x, after, start, sigma, betas, t):
    """q_sigma(x_(t-1) | x_t, x_0), t >= 2, for sigma^2 < 1 - alpha_bar_(t-1). Song, Meng & Ermon 2021, equation (7)."""
    return NormalDensity(x, non_markov_mean(after, start, sigma, betas, t), sigma)


def non_markov_mean(after, start, sigma, betas, t):
    """Its mean, towards the start and along the noise that x_t carries; what the step draws anew is taken from that noise."""
    noise = (after - sqrt(AlphaBar(betas, t)) * start) / sqrt(1 - AlphaBar(betas, t))
    return sqrt(AlphaBar(betas, t - 1)) * start + sqrt(1 - AlphaBar(betas, t - 1) - sigma**2) * noise


class NonMarkovMarginal(Word):
    """q_sigma(x_t | x_0) of the non-Markov process that starts at step t + k with the chain's own law and takes k >= 1 steps down.

    NonMarkovMarginal(x, x_0, betas, shares, t, k): the step from n to n - 1 draws anew with sigma_n = `redrawn(shares[n], betas, n)`.
    """

    is_positive = True
    title = "the marginal of the non-Markov process"
    x = property(lambda self: self.args[0])
    start = property(lambda self: self.args[1])
    betas = property(lambda self: self.args[2])
    shares = property(lambda self: self.args[3])
    step = property(lambda self: self.args[4])
    taken = property(lambda self: self.args[5])

    def definition(self):
        """The state before integrated out. Raises `NotImplementedError` where k is not known to be 1 or to be greater."""
        if self.taken != 1 and not (self.taken - 1).is_positive:
            raise NotImplementedError(f"the marginal after {self.taken} steps, which is neither 1 nor known to be greater")
        after = Symbol("y", real=True)
        while after in self.free_symbols:
            after = Symbol(after.name + "'", real=True)
        return Int(self.last_step(after) * self.before(after), after)

    def before(self, after):
        """The density of the state that the last step starts from."""
        if self.taken == 1:
            return ForwardMarginal(after, self.start, self.betas, self.step + 1)
        return self.func(after, self.start, self.betas, self.shares, self.step + 1, self.taken - 1)

    def last_step(self, after):
        """The density of the last step, given the state before it."""
        sigma = redrawn(self.shares[self.step + 1], self.betas, self.step + 1)
        return non_markov_step(self.x, after, self.start, sigma, self.betas, self.step + 1)

    def states(self):
        """The densities of all states in the order in which they are drawn, the first of them the chain's, where k is a number."""
        after = Symbol(f"{self.x}'", real=True)
        before = self.before(after)
        return (*(before.states() if self.taken != 1 else (before,)), self.last_step(after))

    def _latex(self, printer):
        x, start, t = printer._print(self.x), printer._print(self.start), step_latex(self.step, printer)
        return rf"q_{{\sigma,{t}}}\left({x} \mid {start}\right)"
