"""The divergence of a Gaussian from a Laplace law, with the means left out.

A formula that a well-known library once shipped. It is right where the two means are equal, and does not see how far
apart they are: moving the Laplace law away by many standard deviations leaves the printed value as it was, while the
divergence grows like the distance over b.
"""

from sympy import Eq, pi, sqrt

from derivations.vae import kl_normal_laplace as right
from derivations.vae.kl_normal_laplace import b, constant, half, sigma

holds, truth = False, "kl_normal_laplace"
parameters, unit = right.parameters, right.unit
printed = constant - half + sqrt(2 / pi) * sigma / b
statement = Eq(right.statement.lhs, printed, evaluate=False)
derivation = right.derivation
sources = ("a library of probability distributions, 2018; corrected since",)
