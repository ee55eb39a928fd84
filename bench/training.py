"""How fast a step of training is, beside PyTorch eager and Flax NNX, in one run: ratios, since seconds depend on the machine.

    python -m bench.training [--rounds 3]

The task: a VAE on binary images in batches of 128 with Adam. Two are dense: on 28x28 images with 400 hidden units and 20 codes,
as in PyTorch's own example, and on 8x8 ones with 200 and 2, as `proofsheet train vae` is without options. One is convolutional,
with channels 32 and 64. All have the same layers as the others', and ours is the trainer as it is, with its shuffling, its
checks and its log terms. All may use every core.
"""

import math
import sys
import time

from bench.contest import run

BATCH = 128
NETWORKS = {"vae": (28, (400,), 20), "vae-digits": (8, (200,), 2), "conv-vae": (28, (32, 64), 20)}  # side of an image, hidden units or channels, codes
GOALS = {"vae": 1.9, "vae-digits": 1.9, "conv-vae": 0.7}  # times as fast as PyTorch eager, on two cores


def data(side):
    import numpy

    return (numpy.random.default_rng(0).random((BATCH * 20, side, side)) < 0.3).astype(numpy.uint8)


def ours(name, steps):
    import jax
    import numpy

    from models.data.dataset import Dataset
    from models.registry import build
    from models.settings import Settings
    from models.trainer import Trainer

    side, hidden, codes = NETWORKS[name]
    images = data(side)
    labels = numpy.zeros(len(images), numpy.int32)
    dataset = Dataset("bits", images, labels, images[:500], labels[:500], ("all",))
    trainer = Trainer(build(name.removesuffix("-digits"), dataset, jax.random.key(0), latent_dim=codes, hidden=hidden), dataset, Settings(steps=2 * steps, batch_size=BATCH))
    began = time.perf_counter()
    state, _ = trainer.advance(trainer.initial(), steps)
    compiled = time.perf_counter() - began
    began = time.perf_counter()
    trainer.advance(state, steps)
    seconds = time.perf_counter() - began
    return {"seconds": seconds / steps, "compile_seconds": max(compiled - seconds, 0)}


def torch_eager(name, steps):
    import torch
    from torch import nn

    torch.manual_seed(0)
    side, hidden, codes = NETWORKS[name]
    if name != "conv-vae":
        (width,) = hidden
        encoder = nn.Sequential(nn.Flatten(), nn.Linear(side**2, width), nn.ReLU(), nn.Linear(width, 2 * codes))
        decoder = nn.Sequential(nn.Linear(codes, width), nn.ReLU(), nn.Linear(width, side**2))
    else:
        narrow, wide = hidden
        inner = (wide, 7, 7)
        encoder = nn.Sequential(
            nn.Unflatten(1, (1, 28)), nn.Conv2d(1, narrow, 4, 2, 1), nn.ReLU(), nn.Conv2d(narrow, wide, 4, 2, 1), nn.ReLU(), nn.Flatten(),
            nn.Linear(math.prod(inner), 2 * codes),
        )  # fmt: skip
        decoder = nn.Sequential(
            nn.Linear(codes, math.prod(inner)), nn.ReLU(), nn.Unflatten(1, inner), nn.ConvTranspose2d(wide, narrow, 4, 2, 1), nn.ReLU(),
            nn.ConvTranspose2d(narrow, 1, 4, 2, 1), nn.Flatten(),
        )  # fmt: skip
    images = torch.from_numpy(data(side))
    adam = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()])

    def step():
        x = images[torch.randint(len(images), (BATCH,))].float()
        mu, log_var = encoder(x).chunk(2, dim=1)
        z = mu + torch.exp(log_var / 2) * torch.randn_like(mu)
        reconstruction = nn.functional.binary_cross_entropy_with_logits(decoder(z), x.flatten(1), reduction="sum")
        loss = (reconstruction + 0.5 * (mu**2 + log_var.exp() - log_var - 1).sum()) / BATCH
        adam.zero_grad()
        loss.backward()
        adam.step()

    for _ in range(10):
        step()
    began = time.perf_counter()
    for _ in range(steps):
        step()
    return {"seconds": (time.perf_counter() - began) / steps}


def flax_nnx(name, steps):
    import jax
    import jax.numpy as jnp
    import optax
    from flax import nnx

    rngs = nnx.Rngs(0)
    side, hidden, codes = NETWORKS[name]
    if name != "conv-vae":
        (width,) = hidden
        encoder = nnx.Sequential(nnx.Linear(side**2, width, rngs=rngs), nnx.relu, nnx.Linear(width, 2 * codes, rngs=rngs))
        decoder = nnx.Sequential(nnx.Linear(codes, width, rngs=rngs), nnx.relu, nnx.Linear(width, side**2, rngs=rngs))
    else:
        narrow, wide = hidden
        strided = {"kernel_size": (4, 4), "strides": 2, "padding": "SAME", "rngs": rngs}
        encoder = nnx.Sequential(
            lambda x: x.reshape(-1, 28, 28, 1), nnx.Conv(1, narrow, **strided), nnx.relu, nnx.Conv(narrow, wide, **strided), nnx.relu,
            lambda x: x.reshape(len(x), -1), nnx.Linear(49 * wide, 2 * codes, rngs=rngs),
        )  # fmt: skip
        decoder = nnx.Sequential(
            nnx.Linear(codes, 49 * wide, rngs=rngs), nnx.relu, lambda z: z.reshape(-1, 7, 7, wide), nnx.ConvTranspose(wide, narrow, **strided),
            nnx.relu, nnx.ConvTranspose(narrow, 1, **strided), lambda x: x.reshape(len(x), -1),
        )  # fmt: skip

    class Both(nnx.Module):
        def __init__(self):
            self.encoder, self.decoder = encoder, decoder

    model = Both()
    adam = nnx.Optimizer(model, optax.adam(1e-3), wrt=nnx.Param)
    images = jnp.asarray(data(side))

    @nnx.jit
    def step(model, adam, key):
        chosen, noise = jax.random.split(key)
        x = images[jax.random.randint(chosen, (BATCH,), 0, len(images))].astype(jnp.float32).reshape(BATCH, -1)

        def loss(model):
            mu, log_var = jnp.split(model.encoder(x), 2, axis=1)
            logits = model.decoder(mu + jnp.exp(log_var / 2) * jax.random.normal(noise, mu.shape))
            reconstruction = optax.sigmoid_binary_cross_entropy(logits, x).sum()
            return (reconstruction + 0.5 * (mu**2 + jnp.exp(log_var) - log_var - 1).sum()) / BATCH

        value, gradient = nnx.value_and_grad(loss)(model)
        adam.update(model, gradient)
        return value

    keys = jax.random.split(jax.random.key(0), steps + 1)
    began = time.perf_counter()
    step(model, adam, keys[0]).block_until_ready()
    compiled = time.perf_counter() - began
    began = time.perf_counter()
    for key in keys[1:]:
        value = step(model, adam, key)
    value.block_until_ready()
    return {"seconds": (time.perf_counter() - began) / steps, "compile_seconds": compiled}


CONTESTANTS = {"proofsheet": ours, "torch": torch_eager, "flax": flax_nnx}


if __name__ == "__main__":
    sys.exit(run("training", __doc__, CONTESTANTS, {"vae": 300, "vae-digits": 2000, "conv-vae": 30}, GOALS))
