"""The convolutional autoencoder: strided convolutions down, transposed convolutions up. Sheet A 5.1, sheet C 1."""

import jax

from models.autoencoder import Autoencoder
from models.networks import ConvolutionalDecoder, ConvolutionalEncoder


class ConvAutoencoder(Autoencoder):
    """An autoencoder with two strided convolutions each way; `hidden` are their channels, outside in. The code is not squashed."""

    def __init__(self, shape, latent_dim, key, hidden=(32, 64)):
        super().__init__(shape, latent_dim, key, hidden)

    def networks(self, shape, latent_dim, key, hidden):
        encoder_key, decoder_key = jax.random.split(key)
        return (
            ConvolutionalEncoder(shape, latent_dim, encoder_key, hidden),
            ConvolutionalDecoder(latent_dim, shape, decoder_key, hidden),
        )

    def code(self, x, label):
        return self.encoder(x)
