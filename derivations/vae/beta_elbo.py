"""The objective of the beta-VAE is the ELBO less beta - 1 times the KL divergence to the prior.

For any densities. With beta = 1 it is the ELBO. It falls as beta grows, by the KL divergence for each unit of
beta: for beta >= 1 it stays a lower bound on the log-evidence, and no longer is one for every encoder where
beta < 1.
"""

from sympy import Derivative, Eq, Integer, Le, Rational, log

from derivations.claimfile import Parameter, Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Positive
from derivations.instance import concretise
from derivations.language import ELBO, KL, E, positive
from derivations.language.density import Law
from derivations.linear_vae import instance, m, model_parameters, s, x, z
from derivations.rules import algebra, definition, differentiation, earlier_claim, gaussian_moments, log_density
from derivations.vae import elbo_decomposition as decomposition
from derivations.vae import elbo_lower_bound as lower_bound
from derivations.vae import kl_gaussian as gaussian
from derivations.vae.elbo_decomposition import elbo, encoder, prior, reconstruction

beta = positive("beta")
parameters = (*model_parameters, Parameter(beta, Positive(), "weight of the KL divergence"))
conditions = (POSITIVE, FINITE)
unit = "nats"
divergence = KL(encoder, prior, z)
objective = reconstruction - beta * divergence
slope = Derivative(objective, beta)
nonnegative = earlier_claim("kl_nonnegative", {Law("q")(x): encoder, Law("p")(x): prior, x: z})

parts = (
    Part(
        Eq(objective, elbo - (beta - 1) * divergence, evaluate=False),
        start(objective).by(earlier_claim("elbo_decomposition"), elbo - (beta - 1) * divergence),
        "What beta changes",
    ),
    Part(
        Le(slope, 0, evaluate=False),
        start(slope).by(differentiation, -divergence).le(nonnegative, Integer(0)),
        "It falls as beta grows",
    ),
)
# the linear VAE, as in the decomposition of the ELBO
concrete_elbo, concrete_divergence = concretise(elbo, instance), concretise(divergence, instance)
stable_form = decomposition.likelihood + beta * (log(s) + Rational(1, 2) - s**2 / 2 - m**2 / 2)


def with_beta(bound):
    """The bound of the linear VAE with what beta adds."""
    return bound - (beta - 1) * concrete_divergence


stable = (
    Part(
        Eq(with_beta(concrete_elbo), stable_form, evaluate=False),
        start(with_beta(concrete_elbo))
        .by(definition(ELBO), with_beta(E(lower_bound.logarithms, concrete_elbo.q, z)))
        .by(log_density, with_beta(E(lower_bound.expanded, concrete_elbo.q, z)))
        .by(gaussian_moments, with_beta(decomposition.stable_form))
        .by(earlier_claim("kl_gaussian", decomposition.laws), decomposition.stable_form - (beta - 1) * gaussian.closed_form.xreplace(decomposition.laws))
        .by(algebra, stable_form),
    ),
)
sources = ("Higgins et al. 2017, equation (4)", "sheet A 2.2")
