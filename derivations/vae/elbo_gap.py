"""The gap between the evidence and the ELBO is the KL divergence to the posterior.

For any densities: nothing about p and q is used but that they are densities.
"""

from sympy import Eq, log

from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.language import ELBO, KL, E
from derivations.rules import bayes, definition, linearity
from derivations.linear_vae import instance, model_parameters, p, q, x, z

parameters = model_parameters
conditions = (POSITIVE, FINITE)
unit = "nats"
posterior, encoder, joint = p(z, given=x), q(z, given=x), p(x, z)
elbo = ELBO(joint, encoder, z)

statement = Eq(log(p(x)) - elbo, KL(encoder, posterior, z), evaluate=False)

derivation = (
    start(log(p(x)) - elbo)
    .by(definition(ELBO), log(p(x)) - E(log(joint) - log(encoder), encoder, z))
    .by(linearity, E(log(encoder) - log(joint) + log(p(x)), encoder, z))
    .by(bayes, E(log(encoder) - log(posterior), encoder, z))
    .by(definition(KL), KL(encoder, posterior, z))
)
sources = ("sheet D 21a, first relation", "Kingma & Welling 2014, equation (1)", "Jordan et al. 1999")
