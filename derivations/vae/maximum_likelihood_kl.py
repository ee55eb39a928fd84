"""Maximum likelihood is the least KL divergence from the data.

The mean log-likelihood that a model gives to the data falls short of minus the data's entropy by the divergence from
the data's law to the model's. So no model does better than the data's own law: variational autoencoders, flows and
diffusion models push this number up, or a lower bound of it, and the samples are the data's, not the model's own.
"""

from sympy import Eq, Le, log

from derivations.adversarial import instance, laws, p_data, p_g, x
from derivations.claimfile import Part
from derivations.conditions import FINITE, POSITIVE
from derivations.language.density import Law
from derivations.derivation import start
from derivations.language import KL, E, Entropy
from derivations.rules import definition, earlier_claim, linearity

parameters, conditions, unit = laws, (POSITIVE, FINITE), "nats"
q, p = Law("q")(x), Law("p")(x)
log_likelihood, entropy = E(log(p_g), p_data, x), Entropy(p_data, x)
divergence = KL(p_data, p_g, x)
as_divergence = -entropy - divergence

decomposed = (
    start(log_likelihood)
    .by(linearity, E(log(p_data), p_data, x) - E(log(p_data) - log(p_g), p_data, x))
    .by(definition(KL, Entropy), as_divergence)
)
bounded = decomposed.le(earlier_claim("kl_nonnegative", {q: p_data, p: p_g}), -entropy)

parts = (
    Part(Eq(log_likelihood, as_divergence, evaluate=False), decomposed, "What a likelihood lacks"),
    Part(Le(log_likelihood, -entropy, evaluate=False), bounded, "No model does better than the data's own law"),
)
sources = ("Kullback & Leibler 1951", "Akaike 1973", "sheet B, question 1")
