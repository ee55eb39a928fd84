"""KL divergence of a diagonal Gaussian to the standard normal law.

The regulariser of every variational autoencoder: the coordinates are independent, so the divergence is a sum
of one-dimensional ones. With lambda_i = log sigma_i^2 it stays finite however small a variance gets.
"""

from sympy import Eq, Rational, Sum, exp, log

from derivations.claimfile import Parameter, Part
from derivations.coordinates import d, i, independent, log_var, mu, z
from derivations.derivation import start
from derivations.domains import Real, Vector
from derivations.language import KL, E, ExpExcess, Normal, real
from derivations.rules import algebra, definition, earlier_claim, independence
from derivations.vae.kl_gaussian import mu1, mu2, sigma1, sigma2

x = real("x")
half = Rational(1, 2)


def total(term):
    return Sum(term, (i, 1, d))


encoder, prior = Normal(mu[i], exp(log_var[i] / 2)), Normal(0, 1)
q, p = independent(encoder(z[i])), independent(prior(z[i]))

parameters = (
    Parameter(mu, Vector(Real(), d), "means of the coordinates"),
    Parameter(log_var, Vector(Real(), d), "logarithms of the variances of the coordinates", keyword="log_var"),
)
unit = "nats"
closed_form = half * total(mu[i] ** 2 + exp(log_var[i]) - log_var[i] - 1)
statement = Eq(KL(q, p, z), closed_form, evaluate=False)

derivation = (
    start(KL(q, p, z))
    .by(definition(KL), E(log(q) - log(p), q, z))
    .by(algebra, E(total(log(encoder(z[i])) - log(prior(z[i]))), q, z))
    .by(independence, total(E(log(encoder(x)) - log(prior(x)), encoder(x), x)))
    .by(definition(KL), total(KL(encoder(x), prior(x), x)))
    .by(
        earlier_claim("kl_gaussian", {mu1: mu[i], sigma1: exp(log_var[i] / 2), mu2: 0, sigma2: 1}),
        total(-log_var[i] / 2 + (exp(log_var[i]) + mu[i] ** 2) / 2 - half),
    )
    .by(algebra, closed_form)
)
stable_form = half * total(mu[i] ** 2 + ExpExcess(log_var[i]))
stable = (Part(Eq(closed_form, stable_form, evaluate=False), start(closed_form).by(definition(ExpExcess), stable_form)),)
sources = ("Kingma & Welling 2014, appendix B", "sheet A 2.1b (printed there with the wrong sign)", "sheet L (14)", "sheet D 21b")
