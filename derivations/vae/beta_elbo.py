"""The objective of the beta-VAE is the ELBO less beta - 1 times the KL divergence to the prior.

For any densities. With beta = 1 it is the ELBO. It falls as beta grows, by the KL divergence for each unit of
beta: for beta >= 1 it stays a lower bound on the log-evidence, and no longer is one for every encoder where
beta < 1.
"""

from sympy import Derivative, Eq, Integer, Le

from derivations.claimfile import Parameter, Part
from derivations.conditions import FINITE, POSITIVE
from derivations.derivation import start
from derivations.domains import Positive
from derivations.language import KL, positive
from derivations.language.density import Law
from derivations.linear_vae import instance, model_parameters, x, z
from derivations.rules import differentiation, earlier_claim
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
sources = ("Higgins et al. 2017, equation (4)", "sheet A 2.2")
