"""The minimax generator stops learning where the discriminator is sure; the non-saturating one does not.

With D = sigma(a) for a logit a, the generator's loss log(1 - D) has the slope -D in the logit, which is lost just where
samples are bad: it tends to 0 as D does. The loss -log D has the slope -(1 - D), which tends to -1 there. What reaches the
generator's weights is that slope times the logit's own derivative, for every generated sample.
"""

from sympy import Derivative, Eq, Integer, exp, log

from derivations.claimfile import Parameter, Part
from derivations.conditions import SMOOTH
from derivations.derivation import start
from derivations.domains import Real
from derivations.language import Function, LimitAtInfinity, Sigmoid, real
from derivations.rules import algebra, definition, differentiation, limit_laws

a, theta, t, b0, b1, b2 = real("a theta t b0 b1 b2")
logit = Function("a")

parameters = (
    Parameter(a, Real(), "the discriminator's logit on a generated sample, D = sigma(a)", keyword="logit"),
    Parameter(theta, Real(), "a weight of the generator, on which the logit a(theta) = b0 + b1 theta + b2 theta^2 depends", optional=True),
    *(Parameter(b, Real(), f"coefficient of theta^{k} in that logit", optional=True) for k, b in enumerate((b0, b1, b2))),
)
conditions = (SMOOTH,)
instance = {logit(t): b0 + b1 * t + b2 * t**2}
unit = "nats"


def saturating(a):
    """The generator's loss in the minimax game."""
    return log(1 - Sigmoid(a))


def non_saturating(a):
    return -log(Sigmoid(a))


def written_out(expr):
    return definition(Sigmoid).normal(expr, None)


def at_the_bottom(expr):
    """The limit as D tends to 0, where the logit falls without bound."""
    return LimitAtInfinity(expr, -1, a)


def slope(loss, variable, logarithm, quotient, result, wrapped=lambda expr: expr):
    """From the definition of a loss, over the loss as one logarithm, to its derivative; `wrapped` at every step."""
    return (
        start(wrapped(Derivative(loss, variable)))
        .by(definition(Sigmoid), wrapped(Derivative(written_out(loss), variable)))
        .by(algebra, wrapped(Derivative(logarithm, variable)))
        .by(differentiation, wrapped(quotient))
        .by(algebra, wrapped(written_out(result)))
        .by(definition(Sigmoid), wrapped(result))
    )


of_minimax = (saturating(a), a, -log(1 + exp(a)), -exp(a) / (1 + exp(a)), -Sigmoid(a))
of_non_saturating = (non_saturating(a), a, log(1 + exp(-a)), -exp(-a) / (1 + exp(-a)), Sigmoid(a) - 1)
inside = logit(theta)
along = Derivative(inside, theta)
of_weight = (saturating(inside), theta, -log(1 + exp(inside)), -exp(inside) / (1 + exp(inside)) * along, -Sigmoid(inside) * along)


def part(title, derivation):
    return Part(Eq(derivation.first, derivation.last, evaluate=False), derivation, title)


parts = (
    part("The minimax generator's slope", slope(*of_minimax)),
    part("It vanishes where the discriminator is sure", slope(*of_minimax, at_the_bottom).by(limit_laws, Integer(0))),
    part("The non-saturating generator's slope", slope(*of_non_saturating)),
    part("It is steepest there", slope(*of_non_saturating, at_the_bottom).by(limit_laws, Integer(-1))),
    part("What reaches a weight of the generator", slope(*of_weight)),
)
value = {"minimax": -Sigmoid(a), "non-saturating": Sigmoid(a) - 1}
# for large logits, where 1 - D is a difference of nearly equal numbers
stable_form = -Sigmoid(-a)
stable = (
    Part(
        Eq(Sigmoid(a) - 1, stable_form, evaluate=False),
        start(Sigmoid(a) - 1)
        .by(definition(Sigmoid), 1 / (1 + exp(-a)) - 1)
        .by(algebra, -1 / (1 + exp(a)))
        .by(definition(Sigmoid), stable_form),
    ),
)
sources = ("sheet D 22 (1b')", "Goodfellow et al. 2014, section 3", "Arjovsky & Bottou 2017, theorem 2.4")
