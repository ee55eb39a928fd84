"""What a linear autoencoder pays for a coordinate that it drops.

The decoder can put nothing but its bias c in the place of a coordinate that the code does not carry. The loss there is
the variance, which PCA would pay too, and the squared distance of the bias from the mean. So an autoencoder without
biases is equivalent to PCA for centred data only.
"""

from sympy import Eq

from derivations.claimfile import Parameter
from derivations.derivation import start
from derivations.domains import Positive, Real
from derivations.language import E, Normal, positive, real
from derivations.rules import gaussian_moments

x, m, c = real("x m c")
sigma = positive("sigma")
dropped = Normal(m, sigma)(x)

parameters = (
    Parameter(m, Real(), "mean of the coordinate"),
    Parameter(sigma, Positive(), "its standard deviation"),
    Parameter(c, Real(), "bias of the decoder"),
)
loss = E((x - c) ** 2, dropped, x)
statement = Eq(loss, sigma**2 + (m - c) ** 2, evaluate=False)
derivation = start(loss).by(gaussian_moments, sigma**2 + (m - c) ** 2)
sources = ("Bourlard & Kamp 1988, section 3, on the biases",)
