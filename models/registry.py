"""The models by name, and which of a run's options each of them takes."""

import difflib
import importlib
import inspect

import equinox as eqx

_WHERE = {
    "linear-autoencoder": ("linear_autoencoder", "LinearAutoencoder"),
    "autoencoder": ("autoencoder", "Autoencoder"),
    "conv-autoencoder": ("conv_autoencoder", "ConvAutoencoder"),
    "denoising-autoencoder": ("denoising_autoencoder", "DenoisingAutoencoder"),
    "vae": ("vae", "VAE"),
    "conv-vae": ("conv_vae", "ConvVAE"),
    "beta-vae": ("beta_vae", "BetaVAE"),
    "conditional-vae": ("conditional_vae", "ConditionalVAE"),
    "linear-vae": ("linear_vae", "LinearVAE"),
    "gan": ("gan", "GAN"),
    "wgan": ("wgan", "WGAN"),
    "wgan-gp": ("wgan_gp", "WGANGP"),
    "conditional-gan": ("conditional_gan", "ConditionalGAN"),
    "spectral-gan": ("spectral", "SpectralGAN"),
    "spectral-wgan": ("spectral", "SpectralWGAN"),
    "dcgan": ("dcgan", "DCGAN"),
    "self-attention-gan": ("self_attention_gan", "SelfAttentionGAN"),
    "progressive-gan": ("progressive_gan", "ProgressiveGAN"),
    "flow": ("flow", "Flow"),
    "ddpm": ("ddpm", "DDPM"),
    "conditional-ddpm": ("ddpm", "ConditionalDDPM"),
    "classifier": ("classifier", "Classifier"),
}
NAMES = tuple(_WHERE)


def model_class(name):
    """The class of that name. Raises `ValueError`, with the nearest, where there is none."""
    if name not in _WHERE:
        near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.3)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"There is no model named {name!r}.{hint} There are {', '.join(NAMES)}.")
    module, cls = _WHERE[name]
    return getattr(importlib.import_module(f"models.{module}"), cls)


def build(name, dataset, key, **options):
    """A model of that name for the examples of `dataset`, its weights drawn with `key`.

    Raises `ValueError` for an option that the model does not take.
    """
    cls = model_class(name)
    takes = _parameters(cls) - {"self", "shape", "key", "classes", "scale", "options"}
    for option in sorted(set(options) - takes):
        raise ValueError(f"{option} = {options[option]!r}: the model {name} has no such option; it has {', '.join(sorted(takes))}")
    if "latent_dim" in takes:
        options.setdefault("latent_dim", 2)
    if not options.get("latent_dim", 1) >= 1:
        raise ValueError(f"latent_dim = {options['latent_dim']} is outside its domain: latent_dim >= 1")
    if cls.takes_labels:
        options["classes"] = len(dataset.classes)
    if "scale" in _parameters(cls):
        options["scale"] = dataset.scale
    return eqx.filter_jit(lambda key: cls(tuple(dataset.shape), key=key, **options))(key)


def _parameters(cls):
    """The names that a class is built with, also those it hands on to the one it extends."""
    found = set(inspect.signature(cls.__init__).parameters)
    return found | _parameters(cls.__bases__[0]) if "options" in found else found
