"""The latent-variable model that the VAE's claims speak of, and a Gaussian instance of it.

p(x, z) and q(z | x) are abstract. Where a number is asked for, they become the one-dimensional linear
VAE: z ~ N(0, 1), x | z ~ N(w z + b, sigma^2), q(z | x) = N(m, s^2) at the x in question.
"""

from derivations.claimfile import Parameter
from derivations.domains import Positive, Real
from derivations.language.density import Law
from derivations.language.normal import Normal
from derivations.language.word import positive, real

x, z, w, b, m = real("x z w b m")
sigma, s = positive("sigma s")
p, q = Law("p"), Law("q")

instance = {p(z): Normal(0, 1)(z), p(x, given=z): Normal(w * z + b, sigma)(x), q(z, given=x): Normal(m, s)(z)}

model_parameters = (
    Parameter(x, Real(), "the observation"),
    Parameter(w, Real(), "slope of the decoder's mean w z + b"),
    Parameter(b, Real(), "offset of the decoder's mean"),
    Parameter(sigma, Positive(), "standard deviation of the decoder, p(x | z) = N(w z + b, sigma^2)"),
    Parameter(m, Real(), "mean of the encoder at x, q(z | x) = N(m, s^2)"),
    Parameter(s, Positive(), "standard deviation of the encoder at x"),
)
