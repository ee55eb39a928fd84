"""Flow models minimise the log-likelihood of the data.

A statement of sheet B, question 1, to be answered yes or no. What is minimised is the *negative* log-likelihood. If
the likelihood itself were as small as it can be at the law of the data, every other model would give the data a larger
one. The opposite holds: the data's own law gives them the largest, and a flow has no smallest at all, since it may move
its mass as far away as it likes.
"""

from sympy import Ge

from derivations.vae import maximum_likelihood_kl as right
from derivations.vae.maximum_likelihood_kl import bounded, entropy, log_likelihood

holds, truth = False, "maximum_likelihood_kl"
correction = "The inequality is the wrong way round: the data's own law is where the log-likelihood is greatest, not least."
parameters, conditions, instance, unit = right.parameters, right.conditions, right.instance, right.unit
statement = Ge(log_likelihood, -entropy, evaluate=False)
derivation = bounded
sources = ("sheet B, question 1, third statement, as printed",)
