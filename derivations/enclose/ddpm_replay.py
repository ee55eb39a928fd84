"""The noising chain's recursion, replayed in exact rational numbers.

The induction of `ddpm_forward_marginal` says that after t steps the squared coefficient of x_0 is alpha_bar_t
and the variance 1 - alpha_bar_t. Here the two recursions run step by step, in fractions without rounding.
"""

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq


@dataclass(frozen=True)
class Replayed:
    """How a replay went: the number of steps, the first step at which a formula failed (0 when none did), and
    alpha_bar at the last step as an exact fraction."""

    steps: int
    failed_at: int
    alpha_bar: Fraction

    @property
    def ok(self):
        return self.steps > 0 and self.failed_at == 0

    @property
    def summary(self):
        """One sentence for the reader."""
        if self.failed_at:
            return f"the recursion leaves the closed form at step {self.failed_at} of {self.steps}"
        return f"mean and variance replayed exactly, in fractions, for {self.steps} steps: alpha_bar_{self.steps} = {float(self.alpha_bar):.10e}"


def linear_schedule(steps=1000, first=Fraction(1, 10_000), last=Fraction(1, 50)):
    """beta_1, ..., beta_T in equal steps from `first` to `last`, as exact fractions. Ho et al. 2020, section 4."""
    if steps < 2:
        raise ValueError(f"steps = {steps}: a linear schedule has at least 2")
    return [first + (last - first) * Fraction(k, steps - 1) for k in range(steps)]


def alpha_bars(betas):
    """The closed form's alpha_bar_t = (1 - beta_1) ... (1 - beta_t), one after the other."""
    product = fmpq(1)
    for beta in betas:
        product *= 1 - beta
        yield product


def replay(betas=None, closed_form=alpha_bars):
    """Run the chain on one state: x_t = sqrt(1 - beta_t) x_{t-1} + sqrt(beta_t) noise, for every t.

    The coefficient of x_0 is followed by its square, so that all numbers stay rational. `closed_form` maps the
    betas to the alpha_bars that it is held to. Raises `ValueError` where a beta is not in (0, 1).
    """
    betas = linear_schedule() if betas is None else [Fraction(b) for b in betas]
    for k, beta in enumerate(betas, 1):
        if not 0 < beta < 1:
            raise ValueError(f"betas[{k}] = {float(beta):g} is outside its domain: 0 < beta < 1")
    exact = [fmpq(b.numerator, b.denominator) for b in betas]
    signal, variance, failed_at = fmpq(1), fmpq(0), 0
    for t, (beta, alpha_bar) in enumerate(zip(exact, closed_form(exact)), 1):
        signal *= 1 - beta
        variance = (1 - beta) * variance + beta
        if (signal != alpha_bar or variance != 1 - alpha_bar) and not failed_at:
            failed_at = t
    return Replayed(len(exact), failed_at, Fraction(int(signal.p), int(signal.q)))
