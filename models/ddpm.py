"""Denoising diffusion: a network that finds the noise in x_t, trained on x_t made from x_0 at once, and sampled back step by step.

Ho, Jain & Abbeel 2020; sheet A 4.1. Pages: ddpm_forward_marginal, ddpm_posterior, ddpm_parameterizations, ddpm_simple_loss,
ddim_marginals. Images are seen as in [-1, 1], points as they are.
"""

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses, variational_bound
from models.denoisers import DenseDenoiser, UNet
from models.model import Model
from models.noise_schedule import PREDICTIONS, NoiseSchedule
from models.samplers import ancestral, ddim, guided

NETWORKS = {"dense": DenseDenoiser, "unet": UNet}
WEIGHTINGS = ("simple", "bound")
DROPPED = 0.1  # share of labels that training hides, so that the network also knows the data without them


class DDPM(Model):
    """A diffusion model with `timesteps` steps of the schedule `noise_schedule` (linear or cosine).

    The `network` (dense or unet, with `hidden` units or channels) predicts eps, x0, v or score. The loss is the squared
    error of the prediction ("simple"), or the variational bound ("bound"), one random step of it for each example.
    """

    network: eqx.Module
    schedule: NoiseSchedule = eqx.field(static=True)
    prediction: str = eqx.field(static=True)
    weighting: str = eqx.field(static=True)
    scale: int = eqx.field(static=True)
    classes: int = eqx.field(static=True)
    shape: tuple = eqx.field(static=True)

    has_prior = True

    def __init__(self, shape, key, hidden=None, network=None, timesteps=1000, noise_schedule="linear", prediction="eps", weighting="simple", scale=1, classes=0):
        network = network or ("unet" if len(shape) > 1 else "dense")
        for name, value, words in (("network", network, tuple(NETWORKS)), ("prediction", prediction, PREDICTIONS), ("weighting", weighting, WEIGHTINGS)):
            if value not in words:
                raise ValueError(f"{name} = {value!r} is none of {', '.join(words)}")
        self.shape, self.prediction, self.weighting, self.scale, self.classes = shape, prediction, weighting, scale, classes
        self.schedule = NoiseSchedule(noise_schedule, timesteps)
        self.network = NETWORKS[network](shape, timesteps, classes, key, **({"hidden": hidden} if hidden else {}))

    @property
    def is_images(self):
        return len(self.shape) > 1

    def seen(self, x):
        """An example as the chain sees it."""
        return 2 * x - 1 if self.is_images else x

    def eps(self, x, t, label):
        """The noise in one x_t, from whatever the network predicts."""
        return self.schedule.eps_from(self.prediction, self.network(x, t, label), x, t)

    @property
    def levels(self):
        """The largest stored value of a pixel; None for points."""
        return self.scale if self.is_images else None

    def loss(self, x, label, key):
        time_key, noise_key, label_key = jax.random.split(key, 3)
        clean, label = self.seen(x), self._hidden(label, label_key)
        t = jax.random.randint(time_key, (), 1, self.schedule.steps + 1)
        noise = jax.random.normal(noise_key, x.shape, x.dtype)
        if self.weighting == "bound":
            return self._bound(clean, label, noise, t), {}
        found = self.network(self.schedule.noised(clean, noise, t), t, label)
        return losses.squared_error(self.schedule.target(self.prediction, clean, noise, t), found), {}

    def measured(self, x, labels, key):
        """The loss, and the variational bound in nats and in bits for each number, from one step of it for each example."""
        times, noises = jax.random.split(key)
        t = jax.random.randint(times, (len(x),), 1, self.schedule.steps + 1)
        bound = jax.vmap(self._bound)(jax.vmap(self.seen)(x), labels, jax.random.normal(noises, x.shape, x.dtype), t).mean()
        return {**super().measured(x, labels, key), "bound": bound, "bits_per_dimension": variational_bound.bits_per_dimension(bound, self.shape)}

    def bound(self, x, label, key):
        """The variational bound on -log p(x) of one example, all its steps, in nats."""
        return variational_bound.bound(lambda x, t: self.eps(x, t, label), self.schedule, self.seen(x), key, self.levels)

    def _bound(self, clean, label, noise, t):
        """The bound of one example, its step t standing for all between the first and the last."""
        one = variational_bound.term(lambda x, t: self.eps(x, t, label), self.schedule, clean, noise, t, self.levels)
        return self.schedule.steps * one + variational_bound.prior_term(self.schedule, clean)

    def sample(self, key, labels, steps=None, eta=None, guidance=0.0):
        """One example for each label: `ancestral`, or `ddim` in so many `steps`, with the noise `eta`."""
        start_key, key = jax.random.split(key)
        start = jax.random.normal(start_key, (len(labels), *self.shape))
        eps = guided(self._eps_of_batch, guidance if self.classes else 0.0, labels, jnp.full_like(labels, self.classes))
        clip = 1.0 if self.is_images else None
        if steps is None and eta is None:
            found = ancestral(eps, self.schedule, start, key, clip)
        else:
            found = ddim(eps, self.schedule.respaced(steps or self.schedule.steps), start, key, eta or 0.0, clip)
        return (jnp.clip(found, -1, 1) + 1) / 2 if self.is_images else found

    def _eps_of_batch(self, x, t, labels):
        return jax.vmap(self.eps, in_axes=(0, None, 0))(x, t, labels)

    def _hidden(self, label, key):
        return jnp.where(jax.random.bernoulli(key, DROPPED), self.classes, label) if self.classes else label


class ConditionalDDPM(DDPM):
    """A diffusion model of p(x | class), sampled with classifier-free guidance. Ho & Salimans 2022."""

    guidance: float = eqx.field(static=True)

    takes_labels = True

    def __init__(self, shape, key, classes, guidance=1.0, **options):
        super().__init__(shape, key, classes=classes, **options)
        if not guidance >= 0:
            raise ValueError(f"guidance = {guidance:g} is outside its domain: guidance >= 0")
        self.guidance = float(guidance)

    def sample(self, key, labels, steps=None, eta=None, guidance=None):
        return super().sample(key, labels, steps, eta, self.guidance if guidance is None else guidance)
