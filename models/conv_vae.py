"""The convolutional VAE: a VAE whose networks are convolutions. Sheet A 5.2, sheet C 1."""

import jax

from models.networks import ConvolutionalDecoder, ConvolutionalEncoder
from models.vae import VAE


class ConvVAE(VAE):
    """A VAE with two strided convolutions each way; `hidden` are their channels, outside in."""

    def __init__(self, shape, latent_dim, key, hidden=(32, 64)):
        super().__init__(shape, latent_dim, key, hidden)

    def networks(self, shape, latent_dim, key, hidden):
        encoder_key, decoder_key = jax.random.split(key)
        return (
            ConvolutionalEncoder(shape, 2 * latent_dim, encoder_key, hidden),
            ConvolutionalDecoder(latent_dim, shape, decoder_key, hidden),
        )
