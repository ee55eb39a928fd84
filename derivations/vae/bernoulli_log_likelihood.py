"""Log-likelihood of a Bernoulli decoder, from its logits.

The binary cross-entropy of black and white pixels, with its sign turned. A decoder gives a logit l_i for each
pixel, and the pixel is white with probability sigma(l_i). Written with probabilities, the logarithm of one that
has been rounded to 0 is infinite; written with logits it stays finite however sure the decoder is.
"""

from sympy import Eq, Sum, exp, log

from derivations.claimfile import Parameter, Part
from derivations.coordinates import d, i, independent, logits, x
from derivations.derivation import start
from derivations.domains import Bit, Real, Vector
from derivations.language import Bernoulli, Sigmoid, Softplus
from derivations.rules import algebra, definition, log_density


def total(term):
    return Sum(term, (i, 1, d))


decoder = Bernoulli(Sigmoid(logits[i]))(x[i])
density = independent(decoder)
one = 1 / (1 + exp(-logits[i]))

parameters = (
    Parameter(x, Vector(Bit(), d), "the observation, a bit for each pixel"),
    Parameter(logits, Vector(Real(), d), "logits of the pixels: pixel i is one with probability sigma(l_i)", keyword="logits"),
)
unit = "nats"
closed_form = total(x[i] * logits[i] - Softplus(logits[i]))
statement = Eq(log(density), closed_form, evaluate=False)

derivation = (
    start(log(density))
    .by(algebra, total(log(decoder)))
    .by(log_density, total(x[i] * log(Sigmoid(logits[i])) + (1 - x[i]) * log(1 - Sigmoid(logits[i]))))
    .by(definition(Sigmoid), total(x[i] * log(one) + (1 - x[i]) * log(1 - one)))
    .by(algebra, total(x[i] * logits[i] - log(1 + exp(logits[i]))))
    .by(definition(Softplus), closed_form)
)
# a pixel that the decoder is sure of, where the two terms above cancel: here all have one sign
stable_form = -total(x[i] * Softplus(-logits[i]) + (1 - x[i]) * Softplus(logits[i]))
stable = (
    Part(
        Eq(closed_form, stable_form, evaluate=False),
        start(closed_form)
        .by(definition(Softplus), total(x[i] * logits[i] - log(1 + exp(logits[i]))))
        .by(algebra, -total(x[i] * log(1 + exp(-logits[i])) + (1 - x[i]) * log(1 + exp(logits[i]))))
        .by(definition(Softplus), stable_form),
    ),
)
sources = ("sheet L 2.2", "Kingma & Welling 2014, appendix C.1")
