"""A GAN that grows: its schedule, its fades, its layers, and runs that cross from one stage to the next.

Each check has beside it what it must not accept: the same question asked of something broken.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sympy import sqrt

from derivations.autoencoders import he_initialization
from derivations.language import Normal
from models import progressive_gan, quality
from models.checkpoint import Checkpoints
from models.data.digits import load
from models.layers import Reshape, activation_shapes
from models.losses import he_scale
from models.model import samples
from models.progressive_gan import MinibatchDeviation, ProgressiveGAN, convolution, dense, sizes_of
from models.registry import build
from models.settings import Settings
from models.trainer import Trainer

DIGITS = load()
GROW, LAST = 16, 110  # steps of the first stage, and of the whole run
KEYS = jax.random.split(jax.random.key(7), 8)
QUICKLY = {"xla_backend_optimization_level": 0}  # compiles in less than half the time


@pytest.fixture(scope="module")
def run():
    """A trainer of a small GAN that grows at step 16, and is grown at step 32; its states by step."""
    model = build("progressive-gan", DIGITS, jax.random.key(0), latent_dim=4, width=8, grow_steps=GROW)
    trainer = Trainer(model, DIGITS, Settings(batch_size=50, learning_rate=3e-3, betas=(0.0, 0.99)), jax.devices()[:1])
    trainer._many = jax.jit(trainer._scan, static_argnums=(2, 3), compiler_options=QUICKLY)
    states = {0: trainer.initial()}
    for before, after in zip((0, 1, GROW - 2, GROW, GROW + 2, GROW + 10), (1, GROW - 2, GROW, GROW + 2, GROW + 10, LAST)):
        states[after] = advanced(trainer, states[before], after - before)
    return trainer, states


def advanced(trainer, state, steps):
    """The state after further steps, one by one: programs for two stages are compiled, and none for other numbers of steps."""
    for _ in range(steps):
        state, _ = trainer.advance(state, 1)
    return state


def outline(shape, **options):
    """A model of that shape without its numbers; but for its step, with which it is asked about its schedule."""
    return eqx.filter_eval_shape(lambda: ProgressiveGAN(shape, 2, jax.random.key(0), **options))


class TestSchedule:
    """MNIST has three stages, 7, 14 and 28. With ten steps for each part: 7 | fade to 14 | 14 | fade to 28 | 28 for good."""

    BY_HAND = {0: (0, 1), 9: (0, 1), 10: (1, 0), 15: (1, 0.5), 19: (1, 0.9), 20: (1, 1), 29: (1, 1), 30: (2, 0), 35: (2, 0.5), 40: (2, 1), 10_000: (2, 1)}

    @staticmethod
    def schedule(grow_steps):
        model = outline((28, 28), grow_steps=grow_steps)
        stages = {step: model.stage_at(step) for step in TestSchedule.BY_HAND}
        return {step: (stage, pytest.approx(float(model.at(stage, np.int32(step)).fade))) for step, stage in stages.items()}

    def test_stages_and_fades_by_hand(self):
        assert self.schedule(10) == self.BY_HAND != self.schedule(9)

    def test_sizes_by_hand(self):
        assert sizes_of((8, 8)) == [(4, 4), (8, 8)]
        assert sizes_of((28, 28)) == [(7, 7), (14, 14), (28, 28)]
        assert sizes_of((32, 32, 3)) == [(4, 4), (8, 8), (16, 16), (32, 32)]
        assert sizes_of((24, 16)) == [(6, 4), (12, 8), (24, 16)]

    @pytest.mark.parametrize("shape", [(2,), (7, 7), (6, 6), (8, 9, 3), (4, 4)])
    def test_sizes_that_cannot_be_reached_are_refused(self, shape):
        with pytest.raises(ValueError, match="what grows are images whose sides are even and at least 8"):
            outline(shape)

    @pytest.mark.parametrize("option", [{"width": 0}, {"grow_steps": 0}, {"penalty": 0.0}])
    def test_options_outside_their_domain_are_refused(self, option):
        with pytest.raises(ValueError, match=f"{next(iter(option))} = 0 is outside its domain"):
            outline((8, 8), **option)

    def test_activations_by_hand(self):
        """Of MNIST with 4 channels: a layer has weights for every pair of channels and every place of its kernel, and biases."""
        table = activation_shapes(outline((28, 28), width=4).stacks())
        rows = {name: [(row["layer"], row["shape"], row["weights"]) for row in rows if row["weights"]] for name, rows in table.items()}
        first = ("Linear", (4 * 49,), 2 * 196 + 196), ("Convolution", (7, 7, 4), 9 * 16 + 4)
        second = [("Convolution", (14, 14, 4), 9 * 16 + 4)] * 2
        assert rows["generator at 7 x 7"] == [*first, ("Convolution", (7, 7, 1), 4 + 1)]
        assert rows["generator at 14 x 14"] == [*first, *second, ("Convolution", (14, 14, 1), 4 + 1)]
        verdict = ("Convolution", (7, 7, 4), 9 * 5 * 4 + 4), ("Linear", (4,), 196 * 4 + 4), ("Linear", (1,), 4 + 1)
        assert rows["discriminator at 14 x 14"] == [("Convolution", (14, 14, 4), 4 + 4), *second, *verdict]
        assert table["discriminator at 28 x 28"][-1]["shape"] == () and len(table) == 6


class TestFades:
    """At fade 0 all is as it was before the block, at fade 1 as if the block had always been there: colours of 32 x 32, whose fourth stage fades in from step 80 to 96."""

    @staticmethod
    def model():
        """With numbers N(0, 1) for all that is learned."""
        draw = np.random.default_rng(0).normal
        return jax.tree.map(lambda a: draw(size=a.shape).astype(np.float32) if getattr(a, "shape", ()) else a, outline((32, 32, 3), width=4, grow_steps=GROW))

    @staticmethod
    def measured():
        """For a model and a step: how far both sides, and the data, are at stage 3 from what they fade between, and from three parts of the one and one of the other; and at stage 2 from the first."""
        rng = np.random.default_rng(1)
        codes, x = rng.normal(size=(3, 2)).astype(np.float32), rng.uniform(size=(3, 32, 32, 3)).astype(np.float32)

        def errors(model, step):
            small, large = x.reshape(3, 16, 2, 16, 2, 3).mean(axis=(2, 4)), lambda p: jnp.kron(p, jnp.ones((1, 2, 2, 1)))
            made = [model.generator.grown(stage)(codes) for stage in (2, 3)]
            ends = {
                "generator": (large(made[0]), made[1]),
                "data": (large(small), x),
                "discriminator": (model.discriminator.grown(2)(small), model.discriminator.grown(3)(x)),
            }

            def shown(at):
                return {"generator": at.made(codes, None), "data": at.as_small(x), "discriminator": at.judge(None)(x)}

            grown, before = shown(model.at(3, step)), shown(model.at(2, step))
            wanted = {k: (old, new, 0.75 * old + 0.25 * new) for k, (old, new) in ends.items()}
            return {k: [jnp.abs(e).max() for e in (*(grown[k] - w for w in wanted[k]), before[k] - ends[k][0])] for k in ends}

        return jax.jit(errors, compiler_options=QUICKLY)

    def test_a_fade_joins_what_was_and_what_will_be(self):
        """The mean of two is exactly either at its ends; what is made with it is the same to rounding, as each program fuses it with what is around."""
        old, new = np.random.default_rng(0).normal(size=(2, 1000)).astype(np.float32)
        assert np.array_equal(progressive_gan.mixed(old, new, jnp.float32(0)), old) and np.array_equal(progressive_gan.mixed(old, new, jnp.float32(1)), new)
        model, measured = self.model(), self.measured()
        for place, step in enumerate((5 * GROW, 6 * GROW, 5 * GROW + GROW // 4)):
            found = measured(model, np.int32(step))
            for side in ("generator", "data"):
                assert found[side][place] < 1e-6 and found[side][3] < 1e-6
                assert all(found[side][other] > 1e-3 for other in range(3) if other != place)
            assert found["discriminator"][3] < 1e-5 and (place == 2 or found["discriminator"][place] < 1e-5)

    def test_a_fade_the_wrong_way_round_is_noticed(self, monkeypatch):
        monkeypatch.setattr(progressive_gan, "mixed", lambda old, new, fade: fade * old + (1 - fade) * new)
        found = self.measured()(self.model(), np.int32(5 * GROW))
        assert all(found[k][0] > 1e-3 and found[k][1] < 1e-5 for k in found), found

    def test_a_block_that_begins_to_fade_in_changes_no_loss_and_no_slope(self, run):
        """The same step by the program of either stage; ten steps later they differ."""
        trainer, states = run

        def terms(step):
            return [trainer._many(states[step], trainer.training, 1, stage)[1] for stage in (0, 1)]

        def close(pair):
            return [bool(np.isclose(pair[0][k], pair[1][k], rtol=1e-4, atol=1e-5)) for k in ("discriminator", "generator", "gap", "slope")]

        assert close(terms(GROW)) == [True] * 4
        assert close(terms(GROW + 10)) == [False] * 4


class TestLayers:
    def test_what_a_layer_makes_has_the_variance_before_rectification(self, monkeypatch):
        """`he_initialization`. Of n = 64 inputs, 500 examples and 1000 outputs the relative standard error is 0.02: its square is 5 / (500 n),
        as the rectified square has variance 5/4 sigma^4, and 8 (0.34^2 + 2 x 0.34 x 0.16 + 0.16^2 n) / (1000 n), as the outputs share
        examples. Six of them are 0.12; with Xavier's weights the variance is half of it."""
        sigma = 1.5
        x = np.maximum(0, sigma * np.random.default_rng(0).normal(size=(500, 64))).astype(np.float32)

        def variance():
            return float(jax.jit(lambda key: dense(64, 1000, key)(x).var())(KEYS[2]))

        assert variance() == pytest.approx(sigma**2, rel=0.12)
        monkeypatch.setattr(progressive_gan, "he_scale", lambda n: math.sqrt(1 / n))
        assert variance() == pytest.approx(sigma**2 / 2, rel=0.12)

    def test_the_inputs_of_a_convolution_are_those_under_its_kernel(self):
        """Of 8 channels and 9 pixels: 72 ones with weights of 1 make 72 sqrt(2 / 72) = 12, and 32 of them in a corner."""
        layer = eqx.filter_jit(convolution)(8, 1, 3, KEYS[3])
        ones = eqx.tree_at(lambda l: l.layer.weight, layer, jnp.ones((1, 3, 3, 8)))
        made = np.asarray(jax.jit(lambda layer: layer(jnp.ones((1, 3, 3, 8))))(ones))
        assert made[0, 1, 1, 0] == pytest.approx(12, rel=1e-5) and made[0, 0, 0, 0] == pytest.approx(12 * 32 / 72, rel=1e-5)

    def test_the_constant_is_that_of_the_paper(self):
        """He et al. 2015, equation (10): sqrt(2 / n)."""
        assert [he_scale(n) for n in (1, 2, 8, 200)] == pytest.approx([math.sqrt(2), 1, 0.5, 0.1])

    def test_the_constant_is_that_of_the_claim(self, monkeypatch):
        monkeypatch.setattr(he_initialization, "weight", Normal(0, sqrt(1 / he_initialization.n))(he_initialization.w))
        assert he_scale.__wrapped__(8) == pytest.approx(math.sqrt(1 / 8))

    def test_a_step_of_adam_is_the_same_share_of_the_weights_in_every_layer(self, run):
        """Of the layers of the first stage with over 500 weights, with 4, 72, 81 and 128 inputs. Adam's first step moves every number by the learning
        rate: with He's constant in the weights themselves its shares would be as far apart as sqrt(128 / 4)."""
        before, after = (run[1][step].parameters for step in (0, 1))
        layers = [lambda p: p.generator.opening.layers[1], lambda p: p.generator.opening.layers[5], lambda p: p.discriminator.verdict.layers[1], lambda p: p.discriminator.verdict.layers[4]]
        pairs = [[np.asarray(at(p).layer.weight) for p in (before, after)] for at in layers]
        inputs = [math.prod(old.shape[1:]) for old, _ in pairs]
        assert inputs == [4, 72, 81, 128]
        shares = np.array([np.sqrt(((new - old) ** 2).mean() / (old**2).mean()) for old, new in pairs])
        assert shares == pytest.approx(3e-3, rel=0.1)
        inside = shares / np.sqrt(2 / np.array(inputs))
        assert inside.max() / inside.min() == pytest.approx(math.sqrt(128 / 4), rel=0.1)

    def test_pixels_are_normalised_after_every_convolution_of_the_generator(self, run):
        """The mean square over channels is 1, which before it is not; the last layers show pictures."""
        trainer, states = run
        stack = trainer.model(states[0]).generator.grown(1)
        made = jax.jit(lambda stack, codes: [x for _, x in stack.path(codes)], compiler_options=QUICKLY)(stack, np.random.default_rng(2).normal(size=(5, 4)))
        squares = [np.abs((np.asarray(x) ** 2).mean(axis=-1) - 1).max() for x in made]
        names = [type(layer).__name__ for layer in stack.layers]
        block = ["Equalised", "LeakyReLU", "PixelNorm"]
        assert names == ["PixelNorm", "Equalised", "Reshape", "LeakyReLU", "PixelNorm", *block, "Enlarge", *block, *block, "Equalised", "Pixels"]
        assert all(s < 1e-4 for s, name in zip(squares, names) if name == "PixelNorm")
        assert all(s > 0.05 for s, name in zip(squares, names) if name in ("Equalised", "LeakyReLU"))

    def test_the_deviation_of_a_batch_by_hand(self):
        """Two pictures of two channels: half their differences are 1, 0, 2 and 0, in the mean 3/4. Equal pictures have none."""
        pair = np.array([[[[0, 4], [2, 6]]], [[[2, 0], [2, 6]]]], np.float32)

        def deviation(x):
            made = np.asarray(MinibatchDeviation()(jnp.asarray(x)))
            assert np.array_equal(made[..., :2], x) and made.shape[-1] == 3 and np.ptp(made[..., 2]) == 0
            return float(made[0, 0, 0, 2])

        guard = 1.1e-4  # the square root of 1e-8, which keeps the slope finite
        assert deviation(pair) == pytest.approx(0.75, abs=guard)
        assert deviation(pair[[0, 0]]) == pytest.approx(0, abs=guard) and deviation(pair[:1]) == pytest.approx(0, abs=guard)
        assert abs(pair.std() - 0.75) > 1  # the deviation of all numbers together is another

    def test_the_critic_sees_the_batch(self, run):
        """A picture beside its like, and beside another; without the layer that looks across the batch they are the same."""
        trainer, states = run
        x = DIGITS.floats(DIGITS.train[:2])

        def difference(model):
            number = eqx.filter_jit(lambda model, x: model.judge(None)(x)[0])
            return abs(float(number(model, x) - number(model, x[[0, 0]])))

        model = trainer.model(states[LAST])
        assert difference(model) > 1e-3
        blind = eqx.tree_at(lambda m: m.discriminator.verdict.layers[0], model, Blind(), is_leaf=lambda l: isinstance(l, MinibatchDeviation))
        assert difference(blind) < 1e-6


class Blind(Reshape):
    """A channel of noughts in place of the deviation."""

    shape: tuple = eqx.field(static=True, default=())

    def __call__(self, x, reference=None):
        return jnp.concatenate([x, jnp.zeros_like(x[..., :1])], axis=-1)


class TestTraining:
    def test_a_run_taken_up_again_across_a_stage_ends_bit_for_bit_as_one_that_was_not(self, run, tmp_path):
        """From a checkpoint two steps before the boundary to two after it; a run that stayed at its stage ends elsewhere."""
        trainer, states = run
        Checkpoints(tmp_path, {}).save(GROW - 2, states[GROW - 2])
        step, state = Checkpoints(tmp_path, {}).restore(trainer.initial())
        state = advanced(trainer, state, 4)
        assert step == GROW - 2 and same(state, states[GROW + 2])
        stayed = states[GROW - 2]
        for _ in range(4):
            stayed, _ = trainer._many(stayed, trainer.training, 1, 0)
        assert int(stayed.step) == GROW + 2 and not same(stayed, states[GROW + 2])

    def test_a_block_learns_only_once_it_is_there(self, run):
        """Until its stage nothing moves it; then everything does, also what came before it."""
        _, states = run

        def moved(before, after):
            pairs = [[jax.tree.leaves(part(states[k].parameters)) for k in (before, after)] for part in (lambda p: p.generator.blocks, lambda p: p.discriminator.blocks, lambda p: p.generator.opening)]
            return [not all(np.array_equal(a, b) for a, b in zip(*pair)) for pair in pairs]

        assert moved(0, GROW) == [False, False, True]
        assert moved(GROW, GROW + 2) == [True, True, True]

    def test_a_short_run_beats_the_mean_picture(self, run):
        """By the squared Frechet distance of pixels to the 297 test digits. A sampler that always shows their mean is at the trace of their covariance,
        4.75, which is the data's alone; a trained GAN is below by more than six standard deviations of four draws, an untrained one is above."""
        trainer, states = run
        n = len(DIGITS.test)
        test = DIGITS.floats(DIGITS.test).reshape(n, -1).astype(float)
        mean_picture = np.trace(np.cov(test.T))

        def distances(state):
            drawn = (np.asarray(samples(trainer.model(state), key, np.zeros(n, np.int32)), float) for key in KEYS[:4])
            return np.array([quality.frechet_distance(x.reshape(n, -1), test) for x in drawn])

        untrained, trained = (distances(states[step]) for step in (0, LAST))
        assert trained.mean() + 6 * trained.std(ddof=1) < mean_picture < untrained.mean() - 6 * untrained.std(ddof=1)


def same(a, b):
    return all(x.dtype == y.dtype and np.array_equal(x, y) for x, y in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True))
