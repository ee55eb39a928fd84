"""The ELBO is a reconstruction term less the KL divergence to the prior.

For any densities: the joint is split by the chain rule, p(x, z) = p(x | z) p(z), and what remains of the
two logarithms is the KL divergence of the encoder from the prior. This is the form that is trained.
"""

from sympy import Eq, Rational, log, pi

from derivations.claimfile import Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.instance import concretise
from derivations.language import ELBO, KL, E
from derivations.linear_vae import b, instance, m, model_parameters, p, q, s, sigma, w, x, z
from derivations.rules import algebra, bayes, definition, earlier_claim, gaussian_moments, linearity, log_density
from derivations.vae import kl_gaussian as gaussian

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
# the linear VAE, by moments instead of quadrature
concrete_reconstruction, concrete_kl = (concretise(term, instance) for term in (reconstruction, KL(encoder, prior, z)))
laws = {gaussian.mu1: m, gaussian.sigma1: s, gaussian.mu2: 0, gaussian.sigma2: 1}
likelihood = -log(sigma) - log(2 * pi) / 2 - (x - b - w * m) ** 2 / (2 * sigma**2) - w**2 * s**2 / (2 * sigma**2)
log_likelihood = -log(sigma) - log(2 * pi) / 2 - (x - b - w * z) ** 2 / (2 * sigma**2)
stable_form = likelihood + log(s) + Rational(1, 2) - s**2 / 2 - m**2 / 2
stable = (
    Part(
        Eq(concrete_reconstruction - concrete_kl, stable_form, evaluate=False),
        start(concrete_reconstruction - concrete_kl)
        .by(log_density, E(log_likelihood, concrete_kl.q, z) - concrete_kl)
        .by(gaussian_moments, likelihood - concrete_kl)
        .by(earlier_claim("kl_gaussian", laws), likelihood - gaussian.closed_form.xreplace(laws))
        .by(algebra, stable_form),
    ),
)
sources = ("sheet A (9)", "sheet D 21a, second relation", "Kingma & Welling 2014, equation (3)")
