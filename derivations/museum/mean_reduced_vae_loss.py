"""Averaging both terms of the VAE's loss over their own axes leaves the evidence lower bound, up to a factor.

Written so in public tutorials, as two calls of a mean. A common factor would be harmless, but the terms have different
sizes: over n pixels and d latents, n times the averaged loss counts the divergence n / d times. With 784 pixels and 20
latents that is a beta-VAE with beta = 39.2, whose latent units collapse one after the other.
"""

from sympy import Eq

from derivations.vae import vae_loss_reductions as right
from derivations.vae.vae_loss_reductions import latent_cost, n, pixel_cost

holds, truth = False, "vae_loss_reductions"
correction = "The divergence is counted once; averaged over its own axes it counts n / d times as much as the pixels do."
parameters, unit = right.parameters, right.unit
statement = Eq(right.averaged, (pixel_cost + latent_cost) / n, evaluate=False)
derivation = right.derivation
sources = ("public tutorials: the mean of the squared errors plus the mean of the divergences",)
