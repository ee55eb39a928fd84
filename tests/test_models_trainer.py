"""The trainer: runs that are killed, broken, resumed, spread over devices."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import models
from models.checkpoint import CheckpointError, Checkpoints
from models.data.digits import load
from models.model import LatentModel, Model
from models.registry import NAMES, build
from models.settings import Settings
from models.trainer import NotFinite, Trainer

TINY = dict(latent_dim=2, hidden=(4,), steps=40, batch_size=50, log_every=10, checkpoint_every=10, evaluate_every=40, pictures_every=0, ema=0.9)

KILLED = """
import json, os, shutil, sys, jax
import models.run, models.vae, orbax.checkpoint, sklearn.datasets, matplotlib.figure
from pathlib import Path
folder, options = Path(sys.argv[1]), json.loads(sys.argv[2])
jax.config.update("jax_compilation_cache_dir", str(folder / "compiled"))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)

def begin(name, resume, trap=None):
    # In a child of this process, whose modules are loaded and whose JAX has not started; -9 when the trap springs.
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    counts = {}
    def watch(event, arguments):
        if trap and event == trap[0] and str(folder / name) in str(arguments[0]):
            counts[event] = counts.get(event, 0) + 1
            if counts[event] == trap[1]:
                os.kill(os.getpid(), 9)
    sys.addaudithook(watch)
    models.run.train("vae", out=folder / name, resume=resume, **options)
    os._exit(0)

assert begin("whole", False) == 0
for number, trap in enumerate([("open", 12), ("os.rename", 2), ("shutil.rmtree", 3)]):
    assert begin("killed", True, trap) == -9, trap
    print("killed at", trap, "with", sorted(os.listdir(folder / "killed")))
assert begin("killed", True) == 0
"""


def test_a_run_killed_at_many_moments_ends_bit_for_bit_as_one_that_was_not(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    root = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run([sys.executable, script, tmp_path, json.dumps(TINY)], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("killed at") == 3
    whole, killed = (states(tmp_path / name) for name in ("whole", "killed"))
    for a, b in zip(jax.tree.leaves(whole), jax.tree.leaves(killed), strict=True):
        assert a.dtype == b.dtype and np.array_equal(a, b)
    logs = [[{k: v for k, v in json.loads(line).items() if k != "steps_per_second"} for line in (tmp_path / n / "log.jsonl").open()] for n in ("whole", "killed")]
    assert logs[0] == logs[1] and [line["step"] for line in logs[0]] == [10, 20, 30, 40]


def states(path):
    """The newest state of the run in a folder."""
    options = json.loads((path / "run.json").read_text())
    trainer = tiny()
    about = {k: options[k] for k in ("model", "data", "options")}
    step, state = Checkpoints(path / "checkpoints", about).restore(trainer.initial())
    assert step == TINY["steps"]
    return state


def tiny(model="vae", devices=None, **changed):
    settings = {k: v for k, v in {**TINY, **changed}.items() if k in Settings.__dataclass_fields__}
    dataset = load()
    model = build(model, dataset, jax.random.key(0), latent_dim=2, **({"hidden": (4,)} if model == "vae" else {}))
    return Trainer(model, dataset, Settings(**settings), devices or jax.devices()[:1])


class TestNotFinite:
    def test_the_run_stops_names_term_and_step_and_keeps_the_last_good_state(self, tmp_path, monkeypatch):
        trainer = tiny(learning_rate=1e-3)
        broken = trainer.training.examples.at[int(1400)].set(0).astype(jnp.float32).at[1400].set(jnp.nan)
        trainer.training = trainer.training._replace(examples=broken)
        with pytest.raises(NotFinite, match=r"gradient_norm and kl and loss and reconstruction not finite at step \d+") as stopped:
            trainer.advance(trainer.initial(), 30)
        step, state = stopped.value.step, stopped.value.state
        assert int(state.step) == step < 30
        assert all(np.isfinite(a).all() for a in jax.tree.leaves(state))
        assert step > 1
        again, history = tiny(learning_rate=1e-3).advance(tiny().initial(), step)
        assert np.isfinite(history["loss"]).all()
        for kept, taken in zip(jax.tree.leaves(state), jax.tree.leaves(again), strict=True):
            assert np.allclose(kept, taken, rtol=1e-5, atol=1e-7)


class Growing(Model):
    """A model of one weight that enters its next stage at every third step; its terms say at which stage and step they were computed. Its loss may be no number at one step."""

    weight: jax.Array
    stage: int
    step: jax.Array
    hole: int = eqx.field(static=True)
    shape = (8, 8)

    def stage_at(self, step):
        return step // 3

    def at(self, stage, step):
        return eqx.tree_at(lambda model: (model.stage, model.step), self, (stage, step))

    def batch_loss(self, x, labels, key, player=None):
        there = (self.stage == 0) & (self.step == self.hole)
        return jnp.where(there, jnp.nan, (self.weight - x.mean()) ** 2), {"stage": jnp.float32(self.stage), "at": self.step.astype(jnp.float32)}


class TestGrowth:
    @staticmethod
    def trainer(hole=-1):
        return Trainer(Growing(jnp.zeros(()), 0, jnp.int32(0), hole), load(), Settings(batch_size=50), jax.devices()[:1])

    def test_every_step_is_taken_at_its_stage(self):
        trainer = self.trainer()
        state, history = trainer.advance(trainer.initial(), 5)
        assert np.array_equal(history["at"], [0, 1, 2, 3, 4]) and np.array_equal(history["stage"], [0, 0, 0, 1, 1])
        model, tested = trainer.model(state), trainer.evaluate(state)
        assert (model.stage, int(model.step), tested["stage"], tested["at"]) == (1, 5, 1, 5)

    @pytest.mark.parametrize("hole", [0, 2])
    def test_a_later_stage_does_not_take_the_place_of_a_step_that_is_not_finite(self, hole):
        trainer = self.trainer(hole)
        with pytest.raises(NotFinite, match=f"not finite at step {hole}") as stopped:
            trainer.advance(trainer.initial(), 5)
        assert int(stopped.value.state.step) == hole and np.isfinite(stopped.value.state.parameters.weight)


class TestFolders:
    def test_what_is_not_a_run_is_left_alone(self, tmp_path):
        (tmp_path / "letter.txt").write_text("dear")
        with pytest.raises(ValueError, match="holds no run to resume"):
            models.train("vae", out=tmp_path, **TINY)
        assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]

    def test_foreign_and_broken_checkpoints_are_refused_and_kept(self, tmp_path):
        state = {"a": jnp.arange(3.0)}
        Checkpoints(tmp_path, {"model": "vae"}).save(5, state)
        with pytest.raises(CheckpointError, match="something else: its model is 'vae', and 'gan' is asked for"):
            Checkpoints(tmp_path, {"model": "gan"}).restore(state)
        with pytest.raises(CheckpointError, match=r"arrays \['a'\] is float32\[3\] there and float32\[4\] here"):
            Checkpoints(tmp_path, {"model": "vae"}).restore({"a": jnp.arange(4.0)})
        manifest = tmp_path / "5" / "state" / "manifest.ocdbt"
        manifest.write_bytes(b"garbage")
        with pytest.raises(CheckpointError, match="cannot be read"):
            Checkpoints(tmp_path, {"model": "vae"}).restore(state)
        (tmp_path / "9").mkdir()
        with pytest.raises(CheckpointError, match="no checkpoint that can be read"):
            Checkpoints(tmp_path, {"model": "vae"}).restore(state)
        assert manifest.read_bytes() == b"garbage"

    def test_a_full_disk_leaves_the_last_checkpoint(self, tmp_path):
        """Files may not grow beyond 4 KiB in the child: every larger write fails as on a full disk."""
        code = (
            "import resource, signal, sys, jax.numpy as jnp\n"
            "from models.checkpoint import *\n"
            "c = Checkpoints(sys.argv[1], {})\n"
            "c.save(1, {'a': jnp.arange(9.0)})\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
            "import numpy as np\n"
            "try: c.save(2, {'a': jnp.asarray(np.random.default_rng(0).normal(size=100_000))})\n"
            "except CheckpointError as e: print(e)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
            "print(c.steps(), c.restore({'a': jnp.zeros(9)})[1]['a'].sum())\n"
        )
        done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True)
        assert "step 2 could not be written" in done.stdout and "the last whole one is that of step 1" in done.stdout, done.stdout + done.stderr[-1000:]
        assert "[1] 36.0" in done.stdout

    def test_settings_may_not_change(self):
        earlier = Settings(**{k: v for k, v in TINY.items() if k in Settings.__dataclass_fields__})
        assert replace(earlier, steps=80).conflicts(earlier.to_dict()) == {}
        assert replace(earlier, batch_size=51).conflicts(earlier.to_dict()) == {"batch_size": (50, 51)}
        assert "steps" in replace(earlier, schedule="cosine", steps=80).conflicts(replace(earlier, schedule="cosine").to_dict())
        with pytest.raises(ValueError, match="ema = 1.5 is outside its domain"):
            Settings(ema=1.5)


def test_every_pass_sees_every_example_once():
    trainer = tiny(batch_size=500)
    state = trainer.initial()
    orders = []
    for _ in range(2):
        state, _ = trainer.advance(state, 3)
        orders.append(np.asarray(state.order))
    assert all(np.array_equal(np.sort(o), np.arange(1500)) for o in orders) and not np.array_equal(*orders)


def test_eight_devices_give_the_losses_of_one():
    """Of a game with convolutions, whose batch normalisation mixes examples on all devices."""
    code = (
        "import os; os.environ['XLA_FLAGS'] = '--xla_force_host_platform_device_count=8 --xla_backend_optimization_level=0'\n"
        "import jax, numpy as np\n"
        "from models.data.digits import load\nfrom models.registry import build\n"
        "from models.settings import Settings\nfrom models.trainer import Trainer\n"
        "losses = []\n"
        "for n in (1, 8):\n"
        "    model = build('dcgan', load(), jax.random.key(0), latent_dim=2, hidden=(4,))\n"
        "    trainer = Trainer(model, load(), Settings(batch_size=48), jax.devices()[:n])\n"
        "    losses.append(trainer.advance(trainer.initial(), 5)[1])\n"
        "errors = [np.abs(losses[0][side] / losses[1][side] - 1).max() for side in ('discriminator', 'generator')]\n"
        "print(len(jax.devices()), max(errors))\n"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    devices, error = done.stdout.split() if done.returncode == 0 else pytest.fail(done.stderr)
    assert devices == "8" and float(error) < 1e-5


def test_a_batch_must_be_split_evenly():
    with pytest.raises(ValueError, match="batch_size = 50 cannot be split evenly among 3 devices"):
        Trainer(build("linear-vae", load(), jax.random.key(0), latent_dim=1), load(), Settings(batch_size=50), jax.devices() * 3)


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_built_and_gives_shapes(name):
    model = eqx.filter_eval_shape(lambda: build(name, load(), jax.random.key(0)))
    x, labels, key = (jax.ShapeDtypeStruct(s, t) for s, t in (((5, 8, 8), jnp.float32), ((5,), jnp.int32), ((2,), jnp.uint32)))
    for player in model.players or (None,):
        loss, terms = eqx.filter_eval_shape(lambda m, x, y, k: m.batch_loss(x, y, jax.random.wrap_key_data(k), player), model, x, labels, key)
        assert loss.shape == () and all(t.shape == () for t in terms.values())
    if isinstance(model, LatentModel):
        assert eqx.filter_eval_shape(lambda m, x, y: jax.vmap(m.reconstruct)(x, y), model, x, labels).shape == x.shape
    if model.has_prior:
        assert eqx.filter_eval_shape(lambda m, k, y: m.sample(jax.random.wrap_key_data(k), y), model, key, labels).shape == x.shape


def test_the_command_names_every_model():
    from verify.cli import train_model

    named = train_model.__doc__.partition("model:")[2].partition("out:")[0].replace(";", ",").replace(",", " ").split()
    assert set(NAMES) <= set(named)


def test_what_a_model_does_not_take_is_refused():
    with pytest.raises(ValueError, match="beta = 2: the model vae has no such option; it has hidden, latent_dim"):
        build("vae", load(), jax.random.key(0), latent_dim=2, beta=2)
    with pytest.raises(ValueError, match="Did you mean conv-vae"):
        build("convvae", load(), jax.random.key(0))


def test_the_first_state_is_of_the_type_of_all_others():
    """Else the step, traced for numbers of weak type, would be compiled once more for the second call."""
    digits = load()
    settings = Settings(steps=2, batch_size=len(digits.train), optimiser="lbfgs")
    trainer = Trainer(build("linear-autoencoder", digits, jax.random.key(0), latent_dim=2), digits, settings, jax.devices()[:1])
    first, second = trainer.initial(), jax.eval_shape(lambda state, data: trainer._scan(state, data, 1, 0), trainer.initial(), trainer.training)[0]
    assert [(a.shape, a.dtype, a.weak_type) for a in jax.tree.leaves(first)] == [(a.shape, a.dtype, a.weak_type) for a in jax.tree.leaves(second)]
    assert any(a.weak_type for a in jax.tree.leaves(trainer.optimisers[0].init(trainer.start)))  # which is what there was to lose
