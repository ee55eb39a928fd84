"""The Wasserstein GAN optimises a variation of the Jensen-Shannon divergence.

A statement of sheet B, question 3, to be answered yes or no. For two Gaussians of one spread the best critic is
f(x) = x, and its value is the distance delta between their means. The divergence is less than log 2 however far apart
they are, and as flat as that: the one cannot be made of the other.
"""

from sympy import Eq

from derivations.gan import wasserstein_critic_of_a_shift as right
from derivations.gan.wasserstein_critic_of_a_shift import critic_value, divergence

holds, truth = False, "wasserstein_critic_of_a_shift"
correction = "The critic's value is the distance delta itself, which has no bound; the Jensen-Shannon divergence stays below log 2."
parameters, conditions = right.parameters, right.conditions
statement = Eq(critic_value, divergence, evaluate=False)
derivation = right.parts[0].derivation
sources = ("sheet B, question 3, first statement, as printed",)
