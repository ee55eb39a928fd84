"""The VAE's loss with both terms averaged is a beta-VAE's, beta = pixels / latents.

With n pixels and d latents, averaging the reconstruction term over the pixels and the divergence over the latents, each
over its own axes, weighs the divergence n / d times as much as the evidence lower bound does. Written for one sample:
y are the decoder's means at a code z drawn from the encoder, and n times the loss is the right side without its 1/n.
"""

from sympy import Eq, IndexedBase, Product, Sum, log, pi

from derivations.claimfile import Parameter, Part
from derivations.coordinates import d, i, x
from derivations.derivation import start
from derivations.domains import Integers, Real, Vector
from derivations.language import KL, ExpExcess, Normal, integer
from derivations.rules import algebra, definition, earlier_claim, log_density
from derivations.vae import kl_gaussian_standard_normal as divergence
from derivations.vae.kl_gaussian_standard_normal import closed_form as latent_cost
from derivations.vae.kl_gaussian_standard_normal import half

n = integer("n")
y = IndexedBase("y", real=True)
likelihood = Product(Normal(y[i], 1)(x[i]), (i, 1, n))
pixel_cost = half * Sum((x[i] - y[i]) ** 2, (i, 1, n)) + n * log(2 * pi) / 2

parameters = (
    Parameter(x, Vector(Real(), n), "pixels of the image"),
    Parameter(y, Vector(Real(), n), "means of the decoder's unit-variance Gaussians"),
    *divergence.parameters,
)
unit = "nats"
averaged = -log(likelihood) / n + divergence.statement.lhs / d
statement = Eq(averaged, (pixel_cost + n / d * latent_cost) / n, evaluate=False)

derivation = (
    start(averaged)
    .by(algebra, -Sum(log(Normal(y[i], 1)(x[i])), (i, 1, n)) / n + divergence.statement.lhs / d)
    .by(log_density, -Sum(-log(2 * pi) / 2 - (x[i] - y[i]) ** 2 / 2, (i, 1, n)) / n + divergence.statement.lhs / d)
    .by(earlier_claim("kl_gaussian_standard_normal"), -Sum(-log(2 * pi) / 2 - (x[i] - y[i]) ** 2 / 2, (i, 1, n)) / n + latent_cost / d)
    .by(algebra, (pixel_cost + n / d * latent_cost) / n)
)
stable_form = (pixel_cost + n / d * divergence.stable_form) / n
stable = (Part(Eq(statement.rhs, stable_form, evaluate=False), start(statement.rhs).by(definition(ExpExcess), stable_form)),)
sources = ("Higgins et al. 2017, section 4.2, on normalising beta by the sizes", "public tutorials, read as they are written")
