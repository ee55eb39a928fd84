"""A linear autoencoder without biases is equivalent to PCA.

Sheet L, 1.1, lists "no bias terms" among three conditions of the equivalence, and not that the data be centred. PCA
subtracts the mean and pays the variance of what it drops; without biases the mean is paid for as well, and the best
subspace is that of the raw second moments. The pixels of an image are nowhere near centred.
"""

from sympy import Eq, S

from derivations.autoencoders import linear_autoencoder_bias as right
from derivations.autoencoders.linear_autoencoder_bias import c, loss, m, sigma
from derivations.derivation import start
from derivations.rules import gaussian_moments

holds, truth = False, "linear_autoencoder_bias"
parameters = right.parameters[:2]
without_bias = loss.xreplace({c: S.Zero})
statement = Eq(without_bias, sigma**2, evaluate=False)
derivation = start(without_bias).by(gaussian_moments, sigma**2 + m**2)
sources = ("sheet L 1.1, PCA-Vergleich, first condition, as printed",)
