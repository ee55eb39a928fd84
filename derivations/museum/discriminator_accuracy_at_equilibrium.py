"""In the equilibrium of the adversarial game the discriminator reaches 100% accuracy.

A statement of sheet B, question 5, to be answered yes or no. At the equilibrium the generator has the law of the
data, where the best discriminator is 1/2 everywhere: it can only guess, and is right half of the time.
"""

from sympy import Eq

from derivations.adversarial import laws
from derivations.gan import gan_global_optimum as right

holds, truth = False, "gan_global_optimum"
parameters, conditions, instance = laws[:1], right.conditions, right.instance
statement = Eq(right.accuracy_at_equality, 1, evaluate=False)
derivation = right.parts[-1].derivation
sources = ("sheet B, question 5, second statement, as printed",)
