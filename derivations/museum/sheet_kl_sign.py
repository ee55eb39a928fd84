"""The KL divergence to the standard normal, with its sign turned.

Printed so on sheet A, 2.1b. The terms in the brackets are those of minus twice the divergence: at mu = 0 and
sigma = 1 both are 0, everywhere else the printed value is negative, which no divergence can be.
"""

from sympy import Eq, exp

from derivations.coordinates import i, log_var, mu
from derivations.vae import kl_gaussian_standard_normal as right
from derivations.vae.kl_gaussian_standard_normal import half, total

holds, truth = False, "kl_gaussian_standard_normal"
parameters, unit = right.parameters, right.unit
printed = half * total(1 + log_var[i] - mu[i] ** 2 - exp(log_var[i]))
statement = Eq(right.statement.lhs, printed, evaluate=False)
derivation = right.derivation
sources = ("sheet A 2.1b, as printed",)
