"""A linear autoencoder's loss does not see a change of its code that the decoder undoes.

Two independent coordinates, of which one is kept: the code is z = x1 / a and the decoder multiplies it by a. For every
a the first coordinate comes back exactly, and what is lost is the variance of the second. So the best weights are not
unique: with any invertible matrix A, the decoder W_d A and the encoder A^-1 W_e are as good as W_d and W_e. What the
minimum determines is the space that the columns of W_d span.
"""

from sympy import Eq

from derivations.claimfile import Parameter
from derivations.derivation import start
from derivations.domains import Positive
from derivations.language import E, Named, Normal, named, positive, real
from derivations.rules import definition, gaussian_moments

x1, x2 = real("x1 x2")
a, sigma1, sigma2 = positive("a sigma1 sigma2")
first, second = Normal(0, sigma1)(x1), Normal(0, sigma2)(x2)
code = named("z", x1 / a)

parameters = (
    Parameter(a, Positive(), "weight of the decoder; that of the encoder is 1 / a"),
    Parameter(sigma1, Positive(), "standard deviation of the coordinate that is kept"),
    Parameter(sigma2, Positive(), "standard deviation of the coordinate that is not"),
)
loss = E(E((x1 - a * code) ** 2 + x2**2, second, x2), first, x1)
statement = Eq(loss, sigma2**2, evaluate=False)

derivation = (
    start(loss)
    .by(definition(Named), E(E(x2**2, second, x2), first, x1))
    .by(gaussian_moments, sigma2**2)
)
sources = ("Baldi & Hornik 1989, section 2", "sheet L 1.1, PCA-Vergleich")
