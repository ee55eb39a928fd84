"""The one trainer: a pure step, run many at a time, over all devices.

The state holds all that the next step depends on: weights, optimiser, their moving average, key, step, and the
order in which this pass goes over the data. So a run that is taken up again from a saved state goes on bit by bit
as if it had not stopped. Under `jax.enable_x64` all is computed in float64.

A step whose loss or gradient is not finite ends a run. It is looked for after the steps of a `scan`, not within: the state from
before them is kept, and from there those that were good are taken once more. So a step that is good pays nothing for the others.

Where a model has players (a GAN's discriminator and generator), a step is one batch: the first player learns from it,
and at every `critic_steps`-th step the others do, each against what the one before has just become.

Where a model grows, the step says at which stage it is. Each stage is a program of its own, and does nothing of the others'.
"""

from itertools import groupby
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from models.data.binarisation import binarise
from models.model import in_precision, part, trainable
from models.optimiser import learning_rate, optimiser


TEST_BATCH = 500


class State(NamedTuple):
    """The state of training after `step` steps; `position` is the number of steps taken in this pass over the data."""

    parameters: object
    optimiser: object
    average: object
    key: jax.Array
    step: jax.Array
    order: jax.Array
    position: jax.Array


class Data(NamedTuple):
    """Examples as stored, and their labels, on the devices."""

    examples: jax.Array
    labels: jax.Array


class NotFinite(ArithmeticError):
    """Training met a number that is not finite: `step` says where, `terms` which terms of the loss it was in."""

    def __init__(self, step, terms):
        self.step, self.terms = step, terms
        super().__init__(f"{' and '.join(terms)} not finite at step {step}: the run is stopped, its last good state is that after {step} steps")


class Trainer:
    """Trains `model` on the training examples of `dataset` by `settings`.

    Data-parallel over `devices` (all, by default): weights on each, every batch split among them.
    Raises `ValueError` where a batch cannot be split evenly.
    """

    def __init__(self, model, dataset, settings, devices=None):
        self.dataset, self.settings = dataset, settings
        devices = devices or jax.devices()
        self.batch_size = min(settings.batch_size, len(dataset.train))
        if self.batch_size % len(devices):
            raise ValueError(f"batch_size = {self.batch_size} cannot be split evenly among {len(devices)} devices")
        mesh = Mesh(np.array(devices), ("examples",))
        self.everywhere, self.split = (NamedSharding(mesh, PartitionSpec(*axes)) for axes in ((), ("examples",)))
        parameters, self.static = trainable(model)
        self.start = parameters
        self.players = model.players or (None,)
        self.optimisers, self.learning_rate = tuple(optimiser(settings, p) for p in self.players), learning_rate(settings)
        self.critic_steps = settings.critic_steps if model.players else 1
        self.passes = len(dataset.train) // self.batch_size  # steps in a pass over the data
        self.dtype = jnp.dtype(settings.precision)
        self.training = self._placed(dataset.train, dataset.train_labels, static=settings.binarise == "static")
        self.testing = self._placed(dataset.test, dataset.test_labels, static=settings.binarise != "none")
        self._many = jax.jit(self._scan, static_argnums=(2, 3))
        self._evaluate = jax.jit(self._test_terms, static_argnums=5)

    def initial(self):
        """The state before the first step."""
        state = State(
            self.start,
            tuple(o.init(part(self.start, p)[0]) for o, p in zip(self.optimisers, self.players)),
            self.start if self.settings.ema else None,
            jax.random.key_data(jax.random.key(self.settings.seed)),
            jnp.int32(0),
            jnp.arange(len(self.dataset.train), dtype=jnp.int32),
            jnp.int32(0),
        )
        # Copies, of declared types: numbers of weak type, as in L-BFGS's first state, would have the step compiled twice.
        return jax.device_put(jax.tree.map(lambda a: jnp.array(a, a.dtype), state), self.everywhere)

    def advance(self, state, steps):
        """(state, {term: (steps,) array}) after further steps, those of a stage in one `scan`; raises `NotFinite`, with the last good state as its `state`."""
        before, history = int(state.step), []
        for stage, those in groupby(range(before, before + steps), self.static.stage_at):
            those = list(those)
            after, terms = self._many(state, self.training, len(those), stage)
            terms = jax.tree.map(np.asarray, terms)
            bad = np.flatnonzero(~terms.pop("finite"))
            if bad.size:
                good = int(bad[0])
                failure = NotFinite(those[good], [name for name, values in terms.items() if not np.isfinite(values[good])] or ["a gradient"])
                failure.state, _ = self._many(state, self.training, good, stage)
                raise failure
            state = after
            history.append(terms)
        return state, jax.tree.map(lambda *a: np.concatenate(a), *history)

    def evaluate(self, state):
        """Means over the test set of what the model measures there, by name, with the same noise at every call."""
        n = len(self.testing.labels)
        totals = {}
        for start in range(0, n, TEST_BATCH):
            examples, labels = (a[start : start + TEST_BATCH] for a in self.testing)
            key = jax.random.fold_in(jax.random.wrap_key_data(state.key), start)
            for name, mean in self._evaluate(self._shown(state), examples, labels, key, state.step, self._stage(state)).items():
                totals[name] = totals.get(name, 0.0) + float(mean) * len(labels)
        return {name: totals[name] / n for name in sorted(totals, key=lambda k: k != "loss")}

    def model(self, state):
        """The model as it is sampled and evaluated: with the average of its weights where one is kept."""
        return eqx.combine(self._shown(state), self.static).at(self._stage(state), state.step)

    def _stage(self, state):
        return self.static.stage_at(int(state.step))

    def _shown(self, state):
        return state.average if self.settings.ema else state.parameters

    def _placed(self, examples, labels, static):
        """The examples on every device, as they are stored; static binarisation draws their bits here, once."""
        if static:
            if not self.dataset.is_images:
                raise ValueError(f"binarise = {self.settings.binarise!r}: {self.dataset.name} holds points, and only images can be binarised")
            bits = jax.jit(lambda x: binarise(x.astype(jnp.float32) / self.dataset.scale, jax.random.key(0)).astype(jnp.uint8) * self.dataset.scale)
            examples = np.asarray(bits(examples))
        return Data(*(jax.device_put(a, self.everywhere) for a in (examples, labels)))

    # --- pure functions of arrays

    def _scan(self, state, data, steps, stage):
        def step(state, keys):
            if self.critic_steps == 1:
                return self._step(state, data, keys, True, stage)
            return jax.lax.cond(
                self._is_turn_of_all(state.step), lambda s: self._step(s, data, keys, True, stage), lambda s: self._step(s, data, keys, False, stage), state
            )

        # All keys at once: on a CPU a key by itself takes as long as many.
        own = jax.vmap(lambda step: jax.random.split(jax.random.fold_in(jax.random.wrap_key_data(state.key), step), 3))
        return jax.lax.scan(step, state, own(state.step + jnp.arange(steps)))

    def _is_turn_of_all(self, step):
        return (step + 1) % self.critic_steps == 0

    def _step(self, state, data, keys, turn_of_all, stage):
        """One step with its three keys: (state, what each player minimises and its terms)."""
        shuffle_key, bits_key, noise_key = keys
        order = jax.lax.cond(state.position == 0, lambda: jax.random.permutation(shuffle_key, state.order), lambda: state.order)
        chosen = jax.lax.dynamic_slice_in_dim(order, state.position * self.batch_size, self.batch_size)
        examples, labels = (jax.lax.with_sharding_constraint(a[chosen], self.split) for a in data)
        x = examples.astype(float) / self.dataset.scale
        if self.settings.binarise == "dynamic":
            x = binarise(x, bits_key)

        parameters, optimisers, terms, norms = state.parameters, [], {}, {}
        for turn, (player, method, before) in enumerate(zip(self.players, self.optimisers, state.optimiser)):
            mine, others = part(parameters, player)

            def loss(mine):
                return self._loss(eqx.combine(mine, others), x, labels, noise_key, state.step, stage, player)

            if turn and not turn_of_all:
                value, its_terms = loss(mine)
                optimisers.append(before)
            else:
                (value, its_terms), gradient = jax.value_and_grad(loss, has_aux=True)(mine)
                norms[f"{player}_gradient_norm" if player else "gradient_norm"] = optax.tree.norm(gradient)
                updates, after = method.update(gradient, before, mine, value=value, grad=gradient, value_fn=lambda mine: loss(mine)[0])
                mine = optax.apply_updates(mine, updates)
                parameters = trainable(eqx.combine(mine, others, self.static).settled())[0]
                optimisers.append(after)
            terms |= {player or "loss": value, **its_terms}
        average = optax.incremental_update(parameters, state.average, 1 - self.settings.ema) if self.settings.ema else None
        after = State(parameters, tuple(optimisers), average, state.key, state.step + 1, order, (state.position + 1) % self.passes)
        finite = jnp.isfinite(jnp.stack([*terms.values(), *norms.values()])).all()
        if self.critic_steps > 1:
            norms = dict([next(iter(norms.items()))])  # the norms of those who learn at every step
        return after, {**terms, **norms, "finite": finite}

    def _loss(self, parameters, x, labels, key, step, stage, player=None):
        return self._computing(parameters, step, stage).batch_loss(x, labels, key, player)

    def _test_terms(self, parameters, examples, labels, key, step, stage):
        model = self._computing(parameters, step, stage)
        return model.measured(examples.astype(float) / self.dataset.scale, labels, key)

    def _computing(self, parameters, step, stage):
        """The model in the precision that it computes in."""
        return eqx.combine(in_precision(parameters, self.dtype), self.static).at(stage, step)
