"""How fast a step of a DCGAN and of a diffusion model's U-Net is beside PyTorch eager and torch.compile, in one run; and DDIM's 64 images.

    python -m bench.generative [--rounds 3]

The same layers in both, on 28x28 images in batches of 64, with Adam: the DCGAN with 64 and 128 channels, a discriminator and a
generator step each; the U-Net with about a million weights. Ours is the trainer as it is. Each contestant runs in a process of
its own; they take turns, and the best of all rounds counts.
"""

import sys
import time

from bench.contest import run

BATCH, CODES, CHANNELS, LEVELS, TIMESTEPS = 64, 64, (64, 128), (48, 96, 96), 1000
GOALS = {"dcgan": 0.7, "ddpm": 0.7}  # times as fast as PyTorch eager, on two cores
SAMPLES, DDIM_STEPS = 64, 50


def data():
    import numpy

    return (numpy.random.default_rng(0).random((BATCH * 20, 28, 28)) * 255).astype(numpy.uint8)


def _dataset():
    import numpy

    from models.data.dataset import Dataset

    images = data()
    labels = numpy.zeros(len(images), numpy.int32)
    return Dataset("noise", images, labels, images[:100], labels[:100], ("all",), scale=255)


def ours(name, steps):
    import jax

    from models.model import parameter_count
    from models.registry import build
    from models.settings import Settings
    from models.trainer import Trainer

    options = {"dcgan": {"latent_dim": CODES, "hidden": CHANNELS}, "ddpm": {"hidden": LEVELS, "timesteps": TIMESTEPS}}[name]
    dataset = _dataset()
    model = build(name, dataset, jax.random.key(0), **options)
    trainer = Trainer(model, dataset, Settings(steps=2 * steps, batch_size=BATCH))
    began = time.perf_counter()
    state, _ = trainer.advance(trainer.initial(), steps)
    compiled = time.perf_counter() - began
    began = time.perf_counter()
    state, _ = trainer.advance(state, steps)
    seconds = time.perf_counter() - began
    found = {"seconds": seconds / steps, "compile_seconds": max(compiled - seconds, 0), "weights": parameter_count(model)}
    if name == "ddpm":
        found |= {"ddim_seconds": _ddim(trainer.model(state)), "ddim_images": SAMPLES, "ddim_steps": DDIM_STEPS}
    return found


def _ddim(model):
    """Seconds of DDIM's images in one compiled call."""
    import equinox
    import jax
    import jax.numpy as jnp

    labels = jnp.zeros(SAMPLES, jnp.int32)
    call = equinox.filter_jit(lambda model, key: model.sample(key, labels, steps=DDIM_STEPS))
    call(model, jax.random.key(0)).block_until_ready()
    began = time.perf_counter()
    call(model, jax.random.key(1)).block_until_ready()
    return time.perf_counter() - began


def torch_dcgan():
    """(step): one step of the discriminator and one of the generator, the non-saturating game."""
    import torch
    from torch import nn

    narrow, wide = CHANNELS
    discriminator = nn.Sequential(
        nn.Conv2d(1, narrow, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(narrow, wide, 4, 2, 1), nn.BatchNorm2d(wide), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(49 * wide, 1),
    )  # fmt: skip
    generator = nn.Sequential(
        nn.Linear(CODES, 49 * wide), nn.Unflatten(1, (wide, 7, 7)), nn.BatchNorm2d(wide), nn.ReLU(),
        nn.ConvTranspose2d(wide, narrow, 4, 2, 1), nn.BatchNorm2d(narrow), nn.ReLU(), nn.ConvTranspose2d(narrow, 1, 4, 2, 1), nn.Sigmoid(),
    )  # fmt: skip
    images = torch.from_numpy(data())
    first, second = (torch.optim.Adam(part.parameters()) for part in (discriminator, generator))

    def step():
        x = images[torch.randint(len(images), (BATCH,))].float()[:, None] / 255
        made = generator(torch.randn(BATCH, CODES))
        softplus = nn.functional.softplus
        loss = softplus(-discriminator(x)).mean() + softplus(discriminator(made.detach())).mean()
        first.zero_grad()
        loss.backward()
        first.step()
        loss = softplus(-discriminator(generator(torch.randn(BATCH, CODES)))).mean()
        second.zero_grad()
        loss.backward()
        second.step()

    return step


def torch_ddpm():
    """(step): one step on the squared error of the noise, by the U-Net of models/denoisers.py."""
    import math

    import torch
    from torch import nn

    features, width = 32, 4 * LEVELS[0]

    class Block(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.first, self.second = nn.Conv2d(inputs, outputs, 3, padding=1), nn.Conv2d(outputs, outputs, 3, padding=1)
            self.told = nn.Linear(width, outputs)
            self.norms = nn.ModuleList(nn.GroupNorm(math.gcd(8, n), n) for n in (inputs, outputs))
            self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

        def forward(self, x, told):
            h = self.first(nn.functional.silu(self.norms[0](x))) + self.told(told)[:, :, None, None]
            return self.second(nn.functional.silu(self.norms[1](h))) + self.shortcut(x)

    class UNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.telling = nn.Sequential(nn.Linear(features, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
            self.entry = nn.Conv2d(1, LEVELS[0], 3, padding=1)
            self.down = nn.ModuleList(Block(a, b) for a, b in zip((LEVELS[0], *LEVELS), LEVELS))
            self.middle = Block(LEVELS[-1], LEVELS[-1])
            above = (LEVELS[0], *LEVELS[:-1])
            self.up = nn.ModuleList(Block(2 * b, a) for a, b in zip(above[::-1], LEVELS[::-1]))
            self.last = nn.Sequential(nn.GroupNorm(8, LEVELS[0]), nn.SiLU(), nn.Conv2d(LEVELS[0], 1, 3, padding=1))

        def forward(self, x, t):
            angles = 1000 * t[:, None] / TIMESTEPS * torch.exp(-math.log(10_000) * torch.arange(features // 2) / (features // 2))
            told = self.telling(torch.cat([angles.sin(), angles.cos()], 1))
            h, passed = self.entry(x), []
            for level, block in enumerate(self.down):
                h = block(nn.functional.avg_pool2d(h, 2) if level else h, told)
                passed.append(h)
            h = self.middle(h, told)
            for level, block in enumerate(self.up):
                h = block(torch.cat([nn.functional.interpolate(h, scale_factor=2) if level else h, passed.pop()], 1), told)
            return self.last(h)

    network = UNet()
    alpha_bar = torch.cumprod(1 - torch.linspace(1e-4, 0.02, TIMESTEPS), 0)
    images, adam = torch.from_numpy(data()), torch.optim.Adam(network.parameters())

    def step():
        x = images[torch.randint(len(images), (BATCH,))].float()[:, None] / 127.5 - 1
        t, noise = torch.randint(TIMESTEPS, (BATCH,)), torch.randn(BATCH, 1, 28, 28)
        kept = alpha_bar[t][:, None, None, None]
        loss = ((network(kept.sqrt() * x + (1 - kept).sqrt() * noise, t + 1) - noise) ** 2).sum() / BATCH
        adam.zero_grad()
        loss.backward()
        adam.step()

    return step


def torch_eager(name, steps):
    return _timed({"dcgan": torch_dcgan, "ddpm": torch_ddpm}[name](), steps)


def torch_compiled(name, steps):
    import torch

    return _timed(torch.compile({"dcgan": torch_dcgan, "ddpm": torch_ddpm}[name]()), steps)


def _timed(step, steps):
    import torch

    torch.manual_seed(0)
    began = time.perf_counter()
    for _ in range(3):
        step()
    compiled = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(steps):
        step()
    return {"seconds": (time.perf_counter() - began) / steps, "compile_seconds": compiled}


CONTESTANTS = {"proofsheet": ours, "torch": torch_eager, "torch.compile": torch_compiled}


if __name__ == "__main__":
    sys.exit(run("generative", __doc__, CONTESTANTS, {"dcgan": 10, "ddpm": 6}, GOALS))
