"""Variational autoencoders maximise the likelihood of generated data.

A statement of sheet B, question 1, to be answered yes or no; there it is a discriminator that generates, which a
variational autoencoder does not have and no discriminator does. The likelihood whose lower bound is maximised is that
of the observed data under the model. That of the model's own samples is minus the model's entropy: it knows nothing of
the data, and is largest where the model has shrunk to a point.
"""

from sympy import Eq, log

from derivations.adversarial import p_g, x
from derivations.language import E
from derivations.vae import maximum_likelihood_kl as right
from derivations.vae.maximum_likelihood_kl import decomposed, log_likelihood

holds, truth = False, "maximum_likelihood_kl"
correction = "The mean is taken over the wrong law: the samples are the data's, x ~ p_data, not the model's own, x ~ p_g."
parameters, conditions, instance, unit = right.parameters, right.conditions, right.instance, right.unit
statement = Eq(log_likelihood, E(log(p_g), p_g, x), evaluate=False)
derivation = decomposed
sources = ("sheet B, question 1, first statement, as printed",)
