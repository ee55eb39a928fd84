"""The experiments, as data: model, data set, options, settings, and which pictures are kept."""

from dataclasses import dataclass, field

WALKS = ("interpolations", "scaled")


@dataclass(frozen=True)
class Experiment:
    """One run. `passes` over the training data, `tasks` of the exercise sheets that it answers, `iwae` test examples for the K-sample bound, `published` figures of others."""

    name: str
    title: str
    tasks: str
    model: str
    data: str
    passes: int
    options: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    pictures: tuple = ("losses", "reconstructions")
    iwae: int = 0
    published: str = ""


def _binary(**more):
    return {"binarise": "dynamic", "batch_size": 128, "learning_rate": 1e-3, "schedule": "cosine", **more}


ADAM = {"batch_size": 128, "learning_rate": 1e-3}
VAE = {"latent_dim": 40, "hidden": (400, 400)}
GAN = {"batch_size": 64, "learning_rate": 2e-4, "betas": (0.5, 0.999), "ema": 0.99}
POINTS = {"batch_size": 250, "learning_rate": 5e-4, "critic_learning_rate": 2e-3, "betas": (0.5, 0.999), "schedule": "cosine", "ema": 0.999}
DIFFUSION = {"batch_size": 64, "learning_rate": 1e-3, "schedule": "cosine", "ema": 0.995}
RING = "modes found of 8: GAN 6.3, PacGAN 7.9 (Lin et al. 2018)"
GRID = "modes found of 25: GAN 17.3, PacGAN 24.8 (Lin et al. 2018)"

CATALOGUE = (
    Experiment("vae-digits", "VAE on the 8x8 digits", "A 5.2", "vae", "digits", 150, {"latent_dim": 2}, ADAM, ("losses", "samples", "codes", "traversals"), iwae=360),
    Experiment("conditional-vae-digits", "Conditional VAE on the 8x8 digits", "C 1", "conditional-vae", "digits", 150, {"latent_dim": 2}, ADAM, ("samples",)),
    Experiment("beta-vae-digits", "beta-VAE (beta = 0.5) on the 8x8 digits", "B II", "beta-vae", "digits", 150, {"latent_dim": 8, "beta": 0.5}, ADAM, ("losses", "traversals")),
    Experiment("conv-vae-digits", "Convolutional VAE on the 8x8 digits", "C 1", "conv-vae", "digits", 60, {"latent_dim": 8}, ADAM, ("losses", "samples")),
    Experiment("vae-mnist", "VAE on MNIST, dynamically binarised", "A 5.2", "vae", "mnist", 60, VAE, _binary(), ("losses", "samples", "reconstructions", *WALKS), iwae=500),
    Experiment("vae-fashion-mnist", "VAE on Fashion-MNIST, dynamically binarised", "B II", "vae", "fashion-mnist", 60, VAE, _binary(), ("losses", "samples", "codes", *WALKS), iwae=500),
    *(
        Experiment(f"conv-vae-{data}", f"Convolutional VAE on {title}, dynamically binarised", tasks, "conv-vae", data, 60, {"latent_dim": 40}, _binary(), ("losses", "samples", "reconstructions"), iwae=500)
        for data, title, tasks in (("mnist", "MNIST", "A 5.2"), ("fashion-mnist", "Fashion-MNIST", "B II"))
    ),
    Experiment("vae-fashion-mnist-2", "VAE with two codes on Fashion-MNIST", "B II", "vae", "fashion-mnist", 10, {"latent_dim": 2, "hidden": (400,)}, ADAM, ("codes", "samples")),
    *(
        Experiment(f"autoencoder-fashion-mnist-{k}", f"Autoencoder with {k} codes on Fashion-MNIST", "A 5.1", "autoencoder", "fashion-mnist", 10, {"latent_dim": k, "hidden": (400,)}, ADAM, ("reconstructions",))
        for k in (2, 8, 32, 128)
    ),
    Experiment("vae-fashion-mnist-32", "VAE with 32 codes on Fashion-MNIST", "C 1", "vae", "fashion-mnist", 10, {"latent_dim": 32, "hidden": (400,)}, ADAM, ("reconstructions", "samples")),
    Experiment("conv-autoencoder-fashion-mnist", "Convolutional autoencoder with 128 codes on Fashion-MNIST", "C 1", "conv-autoencoder", "fashion-mnist", 2, {"latent_dim": 128}, ADAM, ("reconstructions", "losses")),
    *(
        Experiment(f"denoising-{noise}-fashion-mnist", f"Denoising autoencoder, {noise} noise, on Fashion-MNIST", "A 1.2f, 5.1c", "denoising-autoencoder", "fashion-mnist", 5, {"latent_dim": 64, "hidden": (400,), "noise": noise, "noise_level": 0.3}, ADAM, ("reconstructions",))
        for noise in ("gaussian", "salt-and-pepper", "dropout")
    ),
    *(
        Experiment(f"{name}-{data}", f"{title} on the {data}", "A 3.1, 9.1", name, data, passes, {"latent_dim": 2, "hidden": (128, 128), **options}, {**POINTS, **settings}, ("losses", "samples"), published=published)
        for data, passes, published in (("ring", 300, RING), ("grid", 600, GRID))
        for name, title, options, settings in (("gan", "GAN", {}, {}), ("wgan-gp", "WGAN with gradient penalty", {"penalty": 0.1}, {"betas": (0.0, 0.9)}))
    ),
    Experiment("gan-digits", "GAN on the 8x8 digits", "A 5.3", "gan", "digits", 300, {"latent_dim": 16}, {**GAN, "learning_rate": 5e-4}, ("losses", "samples")),
    Experiment("minimax-gan-digits", "GAN on the 8x8 digits, minimax loss of the generator", "D 22", "gan", "digits", 300, {"latent_dim": 16, "game": "minimax"}, {**GAN, "learning_rate": 5e-4}, ("losses", "samples")),
    Experiment("wgan-digits", "WGAN on the 8x8 digits, weights clipped", "A 9.1", "wgan", "digits", 500, {"latent_dim": 16}, {**GAN, "learning_rate": 5e-4, "critic_steps": 5}, ("losses", "samples")),
    Experiment("wgan-gp-digits", "WGAN with gradient penalty on the 8x8 digits", "A 3.2f, 9.1", "wgan-gp", "digits", 300, {"latent_dim": 16}, {**GAN, "learning_rate": 5e-4, "critic_steps": 5, "betas": (0.0, 0.9)}, ("losses", "samples")),
    Experiment("conditional-gan-digits", "Conditional GAN on the 8x8 digits", "A 9.1", "conditional-gan", "digits", 300, {"latent_dim": 16}, {**GAN, "learning_rate": 5e-4}, ("losses", "samples")),
    Experiment("spectral-gan-digits", "GAN with spectral normalisation on the 8x8 digits", "A 9.2", "spectral-gan", "digits", 300, {"latent_dim": 16}, {**GAN, "learning_rate": 5e-4}, ("losses", "samples")),
    Experiment("dcgan-digits", "DCGAN on the 8x8 digits", "A 5.3, C 2", "dcgan", "digits", 60, {"latent_dim": 16, "hidden": (32, 64)}, GAN, ("losses", "samples")),
    Experiment("self-attention-gan-digits", "Self-attention GAN on the 8x8 digits", "A 9.2", "self-attention-gan", "digits", 60, {"latent_dim": 16, "hidden": (32, 64)}, GAN, ("losses", "samples")),
    Experiment("progressive-gan-digits", "Progressively grown GAN on the 8x8 digits", "A 9.2", "progressive-gan", "digits", 34, {"latent_dim": 16, "width": 32, "grow_steps": 150}, {**GAN, "learning_rate": 1e-3, "betas": (0.0, 0.99)}, ("losses", "samples")),
    *(
        Experiment(f"dcgan-{data}", f"DCGAN on {title}", "A 5.3, C 2", "dcgan", data, 10, {"latent_dim": 64}, {**GAN, "batch_size": 128, "ema": 0.999}, ("losses", "samples"))
        for data, title in (("mnist", "MNIST"), ("fashion-mnist", "Fashion-MNIST"))
    ),
    Experiment("ddpm-digits", "Diffusion model on the 8x8 digits", "A 4.1", "ddpm", "digits", 60, {"timesteps": 200, "noise_schedule": "cosine", "hidden": (32, 64)}, DIFFUSION, ("losses", "samples")),
    Experiment("conditional-ddpm-digits", "Diffusion model of each digit, with guidance", "A 4.1", "conditional-ddpm", "digits", 300, {"timesteps": 200, "noise_schedule": "cosine", "network": "dense", "hidden": (256, 256, 256)}, DIFFUSION, ("samples",)),
    Experiment("flow-digits", "Flow on the 8x8 digits", "B 1, 5", "flow", "digits", 100, {"coupling": "affine", "couplings": 8, "hidden": (128,)}, DIFFUSION, ("losses", "samples", "codes")),
    Experiment("flow-two-moons", "Flow of splines on two moons", "B 5", "flow", "two-moons", 60, {"couplings": 6, "hidden": (32, 32)}, {**DIFFUSION, "batch_size": 250}, ("losses", "samples")),
    *(
        Experiment(f"ddpm-{data}", f"Diffusion model on {title}", "A 4.1", "ddpm", data, 5, {"noise_schedule": "cosine", "hidden": (32, 64, 64)}, {**DIFFUSION, "batch_size": 128}, ("losses", "samples"))
        for data, title in (("mnist", "MNIST"), ("fashion-mnist", "Fashion-MNIST"))
    ),
)
