"""The noising chain can be sampled at any step at once.

Each step shrinks the signal and adds noise; all of them together do the same, with the shrinkages multiplied:
q_t(x | x_0) = N(x; sqrt(alpha_bar_t) x_0, 1 - alpha_bar_t). Each coordinate of an image is such a chain.
"""

from sympy import Eq, sqrt

from derivations.claimfile import Parameter, Part
from derivations.conditions import MARKOV
from derivations.derivation import start
from derivations.domains import Real
from derivations.enclose.ddpm_replay import replay as exact_replay  # noqa: F401  (the claim's field)
from derivations.language import Alpha, AlphaBar, ForwardMarginal, Int, NoiseVariance, Normal, real, transition
from derivations.noising import Step, beta, betas, t, x, x0
from derivations.rules import definition, gaussian_closure, hypothesis, induction, noise_schedule

y = real("y")


def marginal(x, t):
    """N(x; sqrt(alpha_bar_t) x_0, 1 - alpha_bar_t)"""
    return Normal(sqrt(AlphaBar(beta, t)) * x0, sqrt(1 - AlphaBar(beta, t)))(x)


parameters = (
    betas,
    Parameter(t, Step(1, 4), "the step"),
    Parameter(x0, Real(), "the state at the start", keyword="x0", optional=True),
    Parameter(x, Real(), "the state after t steps", keyword="x_t", optional=True),
)
conditions = (MARKOV,)
statement = Eq(ForwardMarginal(x, x0, beta, t), marginal(x, t), evaluate=False)
value = {"mean coefficient": sqrt(AlphaBar(beta, t)), "variance": 1 - AlphaBar(beta, t)}

first_step = (
    start(ForwardMarginal(x, x0, beta, 1))
    .by(definition(ForwardMarginal), transition(x, x0, beta, 1))
    .by(noise_schedule, marginal(x, 1))
)
next_mean = sqrt(Alpha(beta, t + 1)) * sqrt(AlphaBar(beta, t)) * x0
next_variance = beta[t + 1] + Alpha(beta, t + 1) * (1 - AlphaBar(beta, t))
next_step = (
    start(ForwardMarginal(x, x0, beta, t + 1))
    .by(definition(ForwardMarginal), Int(transition(x, y, beta, t + 1) * ForwardMarginal(y, x0, beta, t), y))
    .by(hypothesis({x: y}), Int(transition(x, y, beta, t + 1) * marginal(y, t), y))
    .by(gaussian_closure, Normal(next_mean, sqrt(next_variance))(x))
    .by(noise_schedule, marginal(x, t + 1))
)
derivation = start(ForwardMarginal(x, x0, beta, t)).by(induction(t, base=first_step, step=next_step), marginal(x, t))
stable = (
    Part(
        Eq(value["variance"], NoiseVariance(beta, t), evaluate=False),
        start(value["variance"]).by(definition(NoiseVariance), NoiseVariance(beta, t)),
    ),
)
sources = ("sheet A 4.1a", "sheet A (11), (12)", "Ho et al. 2020, equation (4)")
