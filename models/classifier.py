"""A classifier of labelled images, whose last hidden layer gives the features that generated images are measured by."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import optax

from models.model import Model
from models.networks import ConvolutionalEncoder, Dense

NETWORKS = ("dense", "conv")


class Classifier(Model):
    """p(label | x) by `features` numbers of x, found by a dense network (`hidden` units) or a convolutional one (`hidden` channels), and an affine layer."""

    body: eqx.Module
    head: eqx.nn.Linear
    shape: tuple = eqx.field(static=True)

    takes_labels, unit = True, "nats"

    def __init__(self, shape, key, classes, features=64, network="dense", hidden=None):
        if network not in NETWORKS:
            raise ValueError(f"network = {network!r} is none of {', '.join(NETWORKS)}")
        if not features >= 2:
            raise ValueError(f"features = {features} is outside its domain: features >= 2")
        self.shape = shape
        body_key, head_key = jax.random.split(key)
        if network == "conv":
            self.body = ConvolutionalEncoder(shape, features, body_key, hidden or (16, 32))
        else:
            self.body = Dense((math.prod(shape), *(hidden or (256,)), features), body_key)
        self.head = eqx.nn.Linear(features, classes, key=head_key)

    def features(self, x):
        """The features (features,) of one example."""
        return jax.nn.relu(self.body(x)).astype(jnp.float32)

    def logits(self, x):
        """log p(label | x) up to a constant: (classes,)."""
        return self.head(self.features(x).astype(self.head.weight.dtype)).astype(jnp.float32)

    def loss(self, x, label, key):
        logits = self.logits(x)
        return optax.softmax_cross_entropy_with_integer_labels(logits, label), {"accuracy": (logits.argmax() == label).astype(jnp.float32)}
