"""The beta-VAE: the KL divergence to the prior weighs beta times as much. Higgins et al. 2017; sheet A 2.2. Page: beta_elbo."""

import equinox as eqx

from models import losses
from models.vae import VAE


class BetaVAE(VAE):
    """A VAE with the objective E log p(x | z) - beta KL; beta = 1 is the VAE."""

    beta: float = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key, hidden=(200,), beta=4.0):
        super().__init__(shape, latent_dim, key, hidden)
        if not beta > 0:
            raise ValueError(f"beta = {beta:g} is outside its domain: beta > 0")
        self.beta = float(beta)

    def loss(self, x, label, key):
        reconstruction, kl = self.terms(x, label, key)
        terms = {"reconstruction": -reconstruction, "kl": kl, "negative_elbo": -losses.elbo(reconstruction, kl)}
        return -losses.beta_elbo(reconstruction, kl, self.beta), terms
