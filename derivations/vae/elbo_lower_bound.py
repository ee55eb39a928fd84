"""The ELBO is a lower bound on the log-evidence, reached by the posterior and by nothing else.

Jensen's inequality gives the bound for any densities. The posterior attains it. Any other encoder stays below
by at least its squared Hellinger distance to the posterior, so the posterior is the one maximiser: equality
holds if and only if q(z | x) = p(z | x).
"""

from sympy import Eq, Ge, Le, log

from derivations.claimfile import Part
from derivations.conditions import ANY_LAW, FINITE, POSITIVE
from derivations.derivation import start
from derivations.instance import concretise
from derivations.language import ELBO, KL, ArgMax, E, Hellinger, Int
from derivations.language.density import Law
from derivations.linear_vae import instance, m, model_parameters, p, q, s, x, z
from derivations.rules import (
    algebra, attained_by_law, bayes, definition, earlier_claim, gaussian_moments, jensen, linearity, log_density, marginalisation,
)
from derivations.vae import elbo_decomposition as decomposition

parameters = model_parameters
conditions = (POSITIVE, FINITE, ANY_LAW)
unit = "nats"
posterior, encoder, joint = p(z, given=x), q(z, given=x), p(x, z)
elbo, best_elbo = ELBO(joint, encoder, z), ELBO(joint, posterior, z)
evidence = log(p(x))
divergence, distance = KL(encoder, posterior, z), Hellinger(encoder, posterior, z)
distance_bounds_divergence = earlier_claim(
    "kl_nonnegative", {Law("q")(x): encoder, Law("p")(x): posterior, x: z}, part=2
)

at_most_the_evidence = (
    start(elbo)
    .by(definition(ELBO), E(log(joint) - log(encoder), encoder, z))
    .by(algebra, E(log(joint / encoder), encoder, z))
    .le(jensen, log(E(joint / encoder, encoder, z)))
    .by(definition(E), log(Int(joint, z)))
    .by(marginalisation, evidence)
)
reached_by_the_posterior = (
    start(best_elbo)
    .by(definition(ELBO), E(log(joint) - log(posterior), posterior, z))
    .by(bayes, E(evidence, posterior, z))
    .by(linearity, evidence)
)
missed_by_the_distance = (
    start(elbo)
    .by(earlier_claim("elbo_gap"), evidence - divergence)
    .le(distance_bounds_divergence, evidence - distance)
)

parts = (
    Part(Le(elbo, evidence, evaluate=False), at_most_the_evidence, "A lower bound"),
    Part(Eq(best_elbo, evidence, evaluate=False), reached_by_the_posterior, "The posterior reaches it"),
    Part(
        Ge(evidence - elbo, distance, evaluate=False),
        start(evidence - elbo).by(earlier_claim("elbo_gap"), divergence).ge(distance_bounds_divergence, distance),
        "Every other encoder misses it",
    ),
    Part(
        Eq(ArgMax(elbo, encoder), posterior, evaluate=False),
        start(ArgMax(elbo, encoder)).by(
            attained_by_law(posterior, evidence, missed_by_the_distance, reached_by_the_posterior, gap=1), posterior
        ),
        "Equality if and only if the encoder is the posterior",
    ),
)
# the linear VAE, as in the decomposition of the ELBO
concrete_elbo = concretise(elbo, instance)
logarithms = log(concrete_elbo.joint) - log(concrete_elbo.q)
expanded = decomposition.log_likelihood - z**2 / 2 + log(s) + (z - m) ** 2 / (2 * s**2)
stable = (
    Part(
        Eq(concrete_elbo, decomposition.stable_form, evaluate=False),
        start(concrete_elbo)
        .by(definition(ELBO), E(logarithms, concrete_elbo.q, z))
        .by(log_density, E(expanded, concrete_elbo.q, z))
        .by(gaussian_moments, decomposition.stable_form),
    ),
)
sources = ("sheet A 2.1", "sheet A 8.2b", "Jordan et al. 1999", "Kingma & Welling 2014, equation (2)")
