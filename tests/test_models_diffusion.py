"""Diffusion: one schedule for training and sampling, samplers and bound with exact noise put in, and networks that learn."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

import verify
from models import variational_bound
from models.data.densities import Mixture, load
from models.data.digits import load as digits
from models.ddpm import DDPM
from models.noise_schedule import NoiseSchedule
from models.registry import build
from models.samplers import ancestral, ddim, guided
from models.settings import Settings
from models.theory import ancestral_sampling, ddim_trajectory, diffusion_bound
from models.theory.exact_noise import gaussian_eps, mixture_eps
from models.trainer import Trainer


class TestSchedule:
    def test_the_linear_one_is_that_of_ho_et_al(self):
        """alpha_bar_T of 10^-4 to 0.02 in 1000 steps: 4.04e-5 (Ho et al. 2020, section 4, give L_T from it), here by exact fractions."""
        from fractions import Fraction

        product = math.prod(1 - (Fraction(1, 10_000) + Fraction(k, 999) * Fraction(199, 10_000)) for k in range(1000))
        schedule = NoiseSchedule("linear", 1000)
        assert schedule.signal[-1] ** 2 == pytest.approx(float(product), rel=1e-12)
        assert schedule.signal[0] == 1 and schedule.noise[0] == 0 and np.allclose(schedule.signal**2 + schedule.noise**2, 1, rtol=1e-13)

    def test_the_cosine_one_is_that_of_nichol_and_dhariwal(self):
        """Their equation (17): alpha_bar_t = f(t) / f(0), f(t) = cos^2((t / T + 0.008) / 1.008 pi / 2), beta at most 0.999."""
        schedule, half = NoiseSchedule("cosine", 100), 50
        f = [math.cos((t / 100 + 0.008) / 1.008 * math.pi / 2) ** 2 for t in (0, half)]
        assert schedule.signal[half] ** 2 == pytest.approx(f[1] / f[0], rel=1e-12)
        assert schedule.betas[-1] == 0.999

    def test_no_noise_is_added_at_the_last_step(self):
        schedule = NoiseSchedule("cosine", 10)
        mean, variance = schedule.posterior(jnp.array(0.3), jnp.array(2.0), 1)
        assert float(mean) == pytest.approx(0.3, abs=1e-6) and float(variance) == 0
        assert (schedule.posterior_variance[2:] > 0).all()

    def test_a_respaced_chain_keeps_the_marginals_of_the_steps_it_keeps(self):
        whole = NoiseSchedule("linear", 1000)
        part = whole.respaced(50)
        assert np.allclose(part.signal[1:], whole.signal[part.times], rtol=1e-12) and part.times[-1] == 1000 and len(part.betas) == 50

    @pytest.mark.parametrize("kind", ["eps", "x0", "v", "score"])
    def test_every_prediction_leads_back_to_the_noise(self, kind):
        schedule, (clean, noise) = NoiseSchedule("cosine", 20), jax.random.normal(jax.random.key(0), (2, 5))
        for t in (1, 10, 19):
            x = schedule.noised(clean, noise, t)
            target = schedule.target(kind, clean, noise, t)
            assert np.allclose(schedule.eps_from(kind, target, x, t), noise, atol=2e-5), t
            assert np.allclose(schedule.x0_from_eps(noise, x, t), clean, atol=2e-5 / schedule.signal[t])

    def test_a_step_of_ddim_carries_the_noise_of_one_marginal_to_that_of_the_next(self):
        """With x_0 known, sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) e goes to the same at t - 1, for every t: no index may be off by one."""
        schedule, x0, e = NoiseSchedule("cosine", 12), 0.7, -1.3
        with jax.enable_x64(True):
            for t in range(1, 13):
                x = jnp.array(schedule.signal[t] * x0 + schedule.noise[t] * e)
                mean, spread = schedule.ddim_step(jnp.array(x0), x, t)
                assert float(mean) == pytest.approx(schedule.signal[t - 1] * x0 + schedule.noise[t - 1] * e, abs=1e-12) and float(spread) == 0

    def test_ddim_with_all_noise_drawn_anew_is_the_posterior(self):
        schedule, clean, x, t = NoiseSchedule("cosine", 12), jnp.array(0.7), jnp.array(-0.4), 7
        mean, spread = schedule.ddim_step(clean, x, t, eta=1.0)
        wanted, variance = schedule.posterior(clean, x, t)
        assert float(mean) == pytest.approx(float(wanted), rel=1e-5) and float(spread) ** 2 == pytest.approx(float(variance), rel=1e-5)

    def test_what_cannot_be_is_refused(self):
        for wrong, words in (({"kind": "sine"}, "is none of linear, cosine"), ({"steps": 1}, "timesteps >= 2"), ({"steps": 10}, "at least 21")):
            with pytest.raises(ValueError, match=words):
                NoiseSchedule(**wrong)
        with pytest.raises(ValueError, match="2 <= steps <= 50"):
            NoiseSchedule("linear", 50).respaced(60)


class TestSamplers:
    def test_a_point_is_found_again_by_both_samplers(self):
        """Where all data are one point the exact noise points back to it from everywhere, and nothing else can be sampled."""
        schedule = NoiseSchedule("cosine", 30)
        eps, start = gaussian_eps(0.25, 0.0, schedule), jax.random.normal(jax.random.key(0), (4, 3))
        for found in (ancestral(eps, schedule, start, jax.random.key(1)), ddim(eps, schedule.respaced(5), start), ddim(eps, schedule, start, jax.random.key(1), eta=0.5)):
            assert np.allclose(found, 0.25, atol=1e-5)

    def test_noise_needs_a_key(self):
        with pytest.raises(ValueError, match="eta = 0.5 adds noise, which needs a key"):
            ddim(None, NoiseSchedule("cosine", 5), jnp.zeros(2), eta=0.5)

    def test_guidance_goes_beyond_the_label(self):
        eps = guided(lambda x, t, label: x * label, 2.0, 3.0, 1.0)
        assert eps(1.0, 1) == 3 * 3.0 - 2 * 1.0


class TestBound:
    def test_the_pixels_of_an_image_share_all_mass(self):
        """Over the levels of a pixel the masses sum to 1; one of them is Phi's difference, taken by SciPy."""
        levels, mean, spread = 4, jnp.array([0.3]), jnp.array(0.4)
        values = [2 * k / levels - 1 for k in range(levels + 1)]
        masses = [math.exp(float(variational_bound.last_step(jnp.array([v]), mean, spread, levels))) for v in values]
        assert sum(masses) == pytest.approx(1, abs=1e-6)
        assert masses[2] == pytest.approx(norm.cdf(0.25, 0.3, 0.4) - norm.cdf(-0.25, 0.3, 0.4), rel=1e-5)

    def test_far_pixels_stay_finite_with_their_gradients(self):
        for mean in (-40.0, 0.0, 40.0):
            value, slope = jax.value_and_grad(lambda m: variational_bound.last_step(jnp.array([-1.0, 0.0, 1.0]), jnp.full(3, m), jnp.array(0.01), 255))(mean)
            assert math.isfinite(value) and math.isfinite(slope)

    def test_it_is_bits_of_each_number(self):
        assert variational_bound.bits_per_dimension(64 * math.log(2), (8, 8)) == pytest.approx(1)


@pytest.mark.parametrize("experiment", [ddim_trajectory, diffusion_bound], ids=lambda e: e.__name__.rpartition(".")[2])
class TestTheory:
    def test_the_exact_noise_gives_what_is_derived(self, experiment, monkeypatch):
        monkeypatch.setitem(experiment.STEPS, "quick", {ddim_trajectory: (80, 160), diffusion_bound: (25, 50)}[experiment])
        outcome = experiment.train("quick", seed=0)
        loose = [c for c in outcome.comparisons if not c.agrees]
        assert all("exact trajectory" in c.what for c in loose) and not any(c.contradicts for c in outcome.comparisons)

    def test_an_index_off_by_one_refutes(self, experiment, monkeypatch):
        monkeypatch.setitem(experiment.STEPS, "quick", (30, 60))
        right = NoiseSchedule.x0_from_eps
        monkeypatch.setattr(NoiseSchedule, "x0_from_eps", lambda self, eps, x, t: right(self, eps, x, jnp.maximum(t - 1, 1)))
        assert experiment.train("quick", seed=0).status == "refuted"


def test_ancestral_sampling_has_the_law_that_is_carried(monkeypatch):
    monkeypatch.setattr(ancestral_sampling, "STEPS", (20, 40))
    monkeypatch.setitem(ancestral_sampling.PARTICLES, "quick", 20_000)
    outcome = ancestral_sampling.train("quick", seed=0)
    assert not any(c.contradicts for c in outcome.comparisons)
    monkeypatch.setattr(ancestral_sampling, "sampled", lambda schedule, n, key: 1.1 * np.asarray(jax.random.normal(key, (n,))) + 1.5)
    assert ancestral_sampling.train("quick", seed=0).status == "refuted"


def test_the_exact_noise_of_a_mixture_is_that_of_its_claim():
    """Components along an axis: on it, the noise of the plane is the closed form of `optimal_denoiser_gaussian_mixture`."""
    law, schedule, t = Mixture(((-1.0, 0.0), (2.0, 0.0)), 0.5), NoiseSchedule("cosine", 8), 5
    for x in (-2.0, 0.3, 1.7):
        found = mixture_eps(law, schedule)(jnp.array([[x, 0.0]]), t)
        claim = verify.optimal_denoiser_gaussian_mixture
        wanted = claim(betas=schedule.betas, t=t, x_t=x, weights=[1.0, 1.0], means=[-1.0, 2.0], deviations=[0.5, 0.5], layers="enclosure").value
        assert float(found[0, 0]) == pytest.approx(wanted, abs=1e-5)


class TestModel:
    def test_a_trained_network_comes_near_the_exact_noise(self):
        """On the mixture the least squared error of any network is the mean of the posterior variance of the noise; 400 steps take most of the way."""
        data = load("mixture")
        trainer = Trainer(build("ddpm", data, jax.random.key(0), timesteps=50, noise_schedule="cosine", hidden=(64, 64)), data, Settings(steps=400, batch_size=256, learning_rate=3e-3), jax.devices()[:1])
        state, history = trainer.advance(trainer.initial(), 400)
        model = trainer.model(state)
        assert history["loss"][-50:].mean() < 0.6 * history["loss"][:5].mean()
        x = np.asarray(jax.jit(lambda key: model.sample(key, jnp.zeros(2000, jnp.int32)))(jax.random.key(1)))
        assert np.abs(x.mean(axis=0) - data.train.mean(axis=0)).max() < 0.25
        assert np.abs(np.cov(x.T) - np.cov(data.train.T)).max() < 0.35

    @pytest.mark.parametrize("name", ["ddpm", "conditional-ddpm"])
    def test_images_have_a_bound_and_samples(self, name):
        data = digits()
        x, labels, key = jnp.asarray(data.floats(data.test[:3])), data.test_labels[:3], jax.random.key(0)

        def used():
            model = build(name, data, jax.random.key(0), timesteps=25, hidden=(8, 16))
            return model.measured(x, labels, key), model.sample(key, labels), model.sample(key, labels, steps=5)

        shapes = eqx.filter_eval_shape(used)
        assert set(shapes[0]) == {"loss", "bound", "bits_per_dimension"} and shapes[1].shape == shapes[2].shape == (3, 8, 8)

    def test_the_random_steps_of_the_bound_have_the_mean_of_the_whole(self):
        """The mean over many draws of one step, times T, is the sum over all steps; false alarm 1e-9 at six standard errors."""
        data = load("mixture")
        model = build("ddpm", data, jax.random.key(0), timesteps=25, noise_schedule="cosine", prediction="v", hidden=(8,))
        x = jnp.asarray(data.test[0])
        whole = np.asarray(jax.jit(jax.vmap(lambda k: model.bound(x, 0, k)))(jax.random.split(jax.random.key(1), 400)), float)
        many = jax.random.split(jax.random.key(2), 10_000)
        parts = np.asarray(jax.jit(jax.vmap(lambda k: model.measured(x[None], jnp.zeros(1, jnp.int32), k)["bound"]))(many), float)
        error = math.hypot(whole.std() / 20, parts.std() / 100)
        assert abs(whole.mean() - parts.mean()) < 6.2 * error and error < 0.05 * whole.mean()

    def test_labels_are_hidden_now_and_then_and_guidance_matters(self):
        data = digits()
        model = build("conditional-ddpm", data, jax.random.key(0), timesteps=25, network="dense", hidden=(16,), guidance=2.0)
        hidden = np.asarray(jax.vmap(lambda k: model._hidden(jnp.int32(3), k))(jax.random.split(jax.random.key(0), 5000)))
        assert set(hidden) == {3, 10} and abs((hidden == 10).mean() - 0.1) < 6.2 * math.sqrt(0.09 / 5000)
        labels, key = jnp.arange(2), jax.random.key(1)
        assert not np.allclose(model.sample(key, labels), model.sample(key, labels, guidance=0.0))

    def test_the_network_sees_the_step(self):
        network = eqx.filter_jit(lambda: DDPM((8, 8), jax.random.key(0), hidden=(4,), timesteps=100))().network
        x = jax.random.normal(jax.random.key(1), (8, 8))
        answers = jax.jit(lambda network, t: network(x, t, 0))
        assert not np.any(answers(network, 1))  # before training the answer is 0
        warm = jax.tree.map(lambda a: a + 0.1 if isinstance(a, jax.Array) else a, network)
        assert not np.allclose(answers(warm, 1), answers(warm, 90))

    def test_what_cannot_be_is_refused(self):
        for wrong, words in (({"prediction": "x1"}, "prediction = 'x1' is none of eps, x0, v, score"), ({"network": "conv"}, "is none of dense, unet"), ({"weighting": "full"}, "is none of simple, bound")):
            with pytest.raises(ValueError, match=words):
                build("ddpm", digits(), jax.random.key(0), **wrong)
        with pytest.raises(ValueError, match="guidance = -1 is outside"):
            build("conditional-ddpm", digits(), jax.random.key(0), guidance=-1.0)
        with pytest.raises(ValueError, match="latent_dim = 2: the model ddpm has no such option"):
            build("ddpm", digits(), jax.random.key(0), latent_dim=2)
