"""The best decoder weights of a linear autoencoder are the first k principal components.

Printed as the "proof" of its equivalence to PCA on sheet L, 1.1. Only the space that they span is: were a decoder off
the component (here the first axis, of length 1) by a - 1 in its weight, and so in what it decodes, the loss would grow
by (a - 1)^2 times that coordinate's variance. It does not grow: with a = 2 the encoder halves what the decoder doubles.
"""

from sympy import Eq

from derivations.autoencoders import linear_autoencoder_scaling as right
from derivations.autoencoders.linear_autoencoder_scaling import a, loss, sigma1, sigma2

holds, truth = False, "linear_autoencoder_scaling"
parameters = right.parameters
statement = Eq(loss, sigma2**2 + (a - 1) ** 2 * sigma1**2, evaluate=False)
derivation = right.derivation
sources = ("sheet L 1.1, PCA-Vergleich, Beweis, as printed",)
