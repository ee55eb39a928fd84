"""The gap between the evidence and the ELBO is the KL divergence to the posterior.

For any densities: nothing about p and q is used but that they are densities.
"""

from sympy import Eq, Rational, log

from derivations.claimfile import Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.instance import concretise
from derivations.language import ELBO, KL, E, ItakuraSaito
from derivations.linear_vae import b, instance, m, model_parameters, p, q, s, sigma, w, x, z
from derivations.rules import algebra, bayes, definition, earlier_claim, linearity
from derivations.vae import kl_gaussian as gaussian

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
# the linear VAE: encoder and posterior nearly equal are no loss of digits in squares and in the Itakura-Saito divergence
divergence = concretise(KL(encoder, posterior, z), instance)
precision = sigma**2 + w**2
mismatch = (m * precision - w * (x - b)) ** 2 / (2 * sigma**2 * precision)
laws = {gaussian.x: z, gaussian.mu1: m, gaussian.sigma1: s, gaussian.mu2: divergence.p.mu, gaussian.sigma2: divergence.p.sigma}
ratio, half = s**2 * precision / sigma**2, Rational(1, 2)
stable_form = half * ItakuraSaito(s**2 * precision, sigma**2) + mismatch
stable = (
    Part(
        Eq(divergence, stable_form, evaluate=False),
        start(divergence)
        .by(earlier_claim("kl_gaussian", laws), gaussian.closed_form.xreplace(laws))
        .by(algebra, half * (ratio - log(ratio) - 1) + mismatch)
        .by(definition(ItakuraSaito), stable_form),
    ),
)
sources = ("sheet D 21a, first relation", "Kingma & Welling 2014, equation (1)", "Jordan et al. 1999")
