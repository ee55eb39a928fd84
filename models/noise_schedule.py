"""The noise schedule of a diffusion model, and all that follows from it: one object, which training and sampling share.

Every number here is a claim of the diffusion chapter evaluated in float64, once for each step: the forward marginal, the
posterior of the step before, and the conversions between predictions of x_0, of the noise, of the score and of v.
"""

from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np
from sympy import Symbol

from derivations.compile import evaluate
from derivations.diffusion import ddim_marginals, ddpm_parameterizations, ddpm_posterior
from derivations.noising import beta, t, x0, xt

KINDS = ("linear", "cosine")
PREDICTIONS = ("eps", "x0", "v", "score")
SIGNAL, NOISE, FROM_X0, FROM_XT = (Symbol(name, positive=True) for name in ("signal", "noise", "from_x0", "from_xt"))
PREDICTED = Symbol("predicted", real=True)


@dataclass(frozen=True)
class NoiseSchedule:
    """Noise variances beta_1, ..., beta_T for T = `steps`.

    "linear" is that of Ho et al. 2020, section 4, 10^-4 to 0.02 for T = 1000 and in proportion for other T; "cosine" that
    of Nichol & Dhariwal 2021, equation (17). `kept` names the steps of a longer chain that this one consists of, if it is
    one made by `respaced`. Raises `ValueError` for another kind, or less than two steps.
    """

    kind: str = "linear"
    steps: int = 1000
    kept: tuple | None = None

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"noise_schedule = {self.kind!r} is none of {', '.join(KINDS)}")
        if self.steps < 2:
            raise ValueError(f"timesteps = {self.steps} is outside its domain: timesteps >= 2")
        if self.kind == "linear" and self.steps < 21:
            raise ValueError(f"timesteps = {self.steps}: the linear schedule needs at least 21, or a beta would reach 1; the cosine one takes fewer")

    def respaced(self, steps):
        """The chain through `steps` of these, evenly spaced, the last among them: its alpha_bar are those of the steps it keeps."""
        if not 2 <= steps <= self.steps:
            raise ValueError(f"steps = {steps} is outside its domain: 2 <= steps <= {self.steps}, the steps of the schedule")
        kept = np.linspace(1, self.steps, steps).round().astype(int)
        return NoiseSchedule(self.kind, self.steps, tuple(int(k) for k in kept))

    @cached_property
    def times(self):
        """The steps of the trained chain (K,) that this chain goes through: 1, ..., T, or those it keeps."""
        return np.arange(1, self.steps + 1) if self.kept is None else np.array(self.kept)

    @cached_property
    def betas(self):
        """beta of each step (K,), float64."""
        whole = _linear(self.steps) if self.kind == "linear" else _cosine(self.steps)
        if self.kept is None:
            return whole
        log_kept = np.concatenate([[0.0], np.cumsum(np.log1p(-whole))[self.times - 1]])
        return -np.expm1(np.diff(log_kept))

    @cached_property
    def signal(self):
        """sqrt(alpha_bar_t) (K + 1,) for t = 0, ..., K."""
        return np.concatenate([[1.0], self._at_every_step(ddpm_parameterizations.signal)])

    @cached_property
    def noise(self):
        """sqrt(1 - alpha_bar_t) (K + 1,) for t = 0, ..., K."""
        return np.concatenate([[0.0], self._at_every_step(ddpm_parameterizations.spread)])

    @cached_property
    def posterior_variance(self):
        """The variance of q(x_{t-1} | x_t, x_0) (K + 1,); 0 for t <= 1, where x_{t-1} is x_0 itself."""
        return np.concatenate([[0.0, 0.0], self._at_every_step(ddpm_posterior.variance, first=2)])

    @cached_property
    def _posterior_weights(self):
        weights = (self._at_every_step(c, first=2) for c in (ddpm_posterior.x0_coefficient, ddpm_posterior.xt_coefficient))
        return [np.concatenate([start, w]) for start, w in zip(([1.0, 1.0], [0.0, 0.0]), weights)]

    def redrawn(self, eta):
        """sigma_t of DDIM's step from t to t - 1 (K + 1,): `eta` times the posterior's standard deviation (Song, Meng & Ermon 2021, equation (16))."""
        return eta * np.sqrt(self.posterior_variance)

    def _at_every_step(self, expr, first=1):
        return evaluate(expr, {beta: self.betas, t: np.arange(first, len(self.betas) + 1)}, np)

    # --- functions of arrays; t is an integer from 1 to K, or an array of them that broadcasts against the examples

    def noised(self, clean, eps, t):
        """x_t from x_0 and the noise."""
        return self._converted(ddpm_parameterizations.noised(x0, PREDICTED), t, {x0: clean, PREDICTED: eps})

    def eps_from(self, kind, predicted, x, t):
        """The noise in x_t, from a prediction of that kind."""
        if kind == "eps":
            return predicted
        claim = ddpm_parameterizations
        expr = {"x0": claim.eps_from_x0, "v": claim.eps_from_v, "score": claim.eps_from_score}[kind](PREDICTED)
        return self._converted(expr, t, {PREDICTED: predicted, xt: x})

    def x0_from_eps(self, eps, x, t):
        """The start that the noise in x_t points back to."""
        return self._converted(ddpm_parameterizations.x0_from_eps(PREDICTED), t, {PREDICTED: eps, xt: x})

    def target(self, kind, clean, eps, t):
        """What a network that predicts `kind` is asked for, from x_0 and the noise."""
        claim = ddpm_parameterizations
        if kind in ("eps", "x0"):
            return {"eps": eps, "x0": clean}[kind]
        expr = {"v": claim.v_from_eps_and_x0(PREDICTED, x0), "score": claim.score_from_eps(PREDICTED)}[kind]
        return self._converted(expr, t, {PREDICTED: eps, x0: clean})

    def posterior(self, clean, x, t):
        """Mean and variance of q(x_{t-1} | x_t, x_0)."""
        return self._weighed(self._posterior_weights, clean, x, t), _taken(self.posterior_variance, t)

    def ddim_step(self, clean, x, t, eta=0.0):
        """Mean and standard deviation of x_{t-1} given x_t and x_0 in DDIM's process: `ddim_marginals`. At t = 1 it is x_0."""
        values = {beta: self.betas, ddim_marginals.t: np.arange(2, len(self.betas) + 1), ddim_marginals.sigma: self.redrawn(eta)[2:]}
        units = ({x0: 1.0, xt: 0.0}, {x0: 0.0, xt: 1.0})
        tables = (np.concatenate([start, evaluate(ddim_marginals.mean, {**values, **unit}, np)]) for start, unit in zip(([1.0, 1.0], [0.0, 0.0]), units))
        return self._weighed(tables, clean, x, t), _taken(self.redrawn(eta), t)

    def _weighed(self, tables, clean, x, t):
        from_x0, from_xt = (_taken(table, t) for table in tables)
        return evaluate(FROM_X0 * x0 + FROM_XT * xt, {FROM_X0: from_x0, FROM_XT: from_xt, x0: clean, xt: x}, jnp)

    def _converted(self, expr, t, values):
        alpha_bar = ddpm_parameterizations.alpha_bar
        expr = expr.xreplace({alpha_bar: SIGNAL**2, 1 - alpha_bar: NOISE**2})
        return evaluate(expr, {**values, SIGNAL: _taken(self.signal, t), NOISE: _taken(self.noise, t)}, jnp)


def _taken(table, t):
    """The table's entry for each t, in the precision of the session."""
    return jnp.asarray(table, float)[t]


def _linear(steps):
    return np.linspace(1e-4, 0.02, steps) * 1000 / steps


def _cosine(steps):
    def f(u):
        return np.cos((u + 0.008) / 1.008 * np.pi / 2) ** 2

    u = np.arange(steps + 1) / steps
    return np.minimum(1 - f(u[1:]) / f(u[:-1]), 0.999)
