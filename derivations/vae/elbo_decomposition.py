"""The ELBO is a reconstruction term less the KL divergence to the prior.

For any densities: the joint is split by the chain rule, p(x, z) = p(x | z) p(z), and what remains of the
two logarithms is the KL divergence of the encoder from the prior. This is the form that is trained.
"""

from sympy import Eq, log

from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.language import ELBO, KL, E
from derivations.linear_vae import instance, model_parameters, p, q, x, z
from derivations.rules import bayes, definition, linearity

parameters = model_parameters
conditions = (POSITIVE, FINITE)
unit = "nats"
prior, decoder, encoder, joint = p(z), p(x, given=z), q(z, given=x), p(x, z)
elbo = ELBO(joint, encoder, z)
reconstruction = E(log(decoder), encoder, z)

statement = Eq(elbo, reconstruction - KL(encoder, prior, z), evaluate=False)

derivation = (
    start(elbo)
    .by(definition(ELBO), E(log(joint) - log(encoder), encoder, z))
    .by(bayes, E(log(decoder) + log(prior) - log(encoder), encoder, z))
    .by(linearity, reconstruction - E(log(encoder) - log(prior), encoder, z))
    .by(definition(KL), reconstruction - KL(encoder, prior, z))
)
sources = ("sheet A (9)", "sheet D 21a, second relation", "Kingma & Welling 2014, equation (3)")
