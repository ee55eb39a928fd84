"""What a person chooses for a model, beside the settings of its training. This file loads neither JAX nor a model."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Options:
    """The options of all models; each model takes some, and says which when it is given another."""

    latent_dim: int | None = None
    """numbers in a code, or in the noise of a GAN"""
    hidden: tuple[int, ...] | None = None
    """units of each hidden layer of the encoder, or the channels of its convolutions"""
    beta: float | None = None
    """weight of the KL divergence, for beta-vae"""
    noise: str | None = None
    """gaussian, salt-and-pepper or dropout, for denoising-autoencoder"""
    noise_level: float | None = None
    """its standard deviation, or the share of pixels that it hits"""
    coupling: str | None = None
    """affine or spline: the layers of a flow"""
    couplings: int | None = None
    """how many of them"""
    network: str | None = None
    """dense or unet, for diffusion; dense or conv, for classifier"""
    features: int | None = None
    """numbers that classifier decides by"""
    timesteps: int | None = None
    """steps of the noising chain"""
    noise_schedule: str | None = None
    """linear or cosine"""
    prediction: str | None = None
    """eps, x0, v or score: what the network of a diffusion model is asked for"""
    weighting: str | None = None
    """simple or bound: the squared error of the prediction, or the variational bound"""
    guidance: float | None = None
    """of conditional-ddpm: how far samples lean towards their class"""

    game: str | None = None
    """non-saturating or minimax: what a GAN's generator minimises"""
    weight_limit: float | None = None
    """largest weight of the critic, for wgan"""
    penalty: float | None = None
    """weight of the critic's gradient penalty, for wgan-gp and progressive-gan"""
    width: int | None = None
    """channels of progressive-gan's convolutions"""
    grow_steps: int | None = None
    """steps of progressive-gan's first stage; each further one fades in for as many, then settles for as many"""

    def chosen(self):
        """{name: value} of those that were given."""
        return {k: v for k, v in asdict(self).items() if v is not None}
