"""The stream: plans, moments merged over chunks, exact sums, and the same numbers on any number of devices."""

import json
import math
import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from verify.monte_carlo.moments import Moments, chunk_sums
from verify.monte_carlo.stream import SUM_ROUNDINGS, partial_sums, plan, stream


def normal(key, m):
    return jax.random.normal(key, (m,))


@pytest.mark.parametrize(
    ("samples", "dimension"), [(None, 1), (10**8, 1), (1000, 1), (3, 1), (None, 64), (10**6, 784)]
)
def test_plans_hold_at_least_what_was_asked_in_chunks_of_a_power_of_two(samples, dimension):
    made = plan(samples, dimension)
    assert made.samples == made.chunk * made.chunks >= (samples or 2**18)
    assert made.chunk & (made.chunk - 1) == 0 and made.chunks >= 4
    assert made.chunk * dimension <= 2**18


def test_moments_about_a_reference_are_those_of_the_whole():
    x = np.random.default_rng(1).normal(1000.0, 0.5, 2**16).astype(np.float32)
    found = Moments(reference=1000.0, scale=0.5)
    for part in x.reshape(16, -1):
        sums = jax.jit(chunk_sums)((part - 1000) / 0.5)
        found.add(2**12, {name: np.asarray(value) for name, value in sums.items()})
    wide = x.astype(np.float64)
    assert found.count == 2**16
    assert found.mean == pytest.approx(wide.mean(), rel=1e-9)
    assert found.variance == pytest.approx(wide.var(ddof=1), rel=1e-5)
    assert found.standard_error == pytest.approx(wide.std(ddof=1) / 2**8, rel=1e-5)
    assert math.isnan(Moments().standard_error) and math.isnan(Moments().mean)


@pytest.mark.parametrize("m", [1, 2, 16, 128, 4096, 2**16])
def test_partial_sums_stay_within_their_bound(m):
    x = jax.random.uniform(jax.random.key(3), (m,)) + 1
    exact = np.asarray(x, np.float64).sum()
    found = jax.jit(partial_sums)(x)
    assert found.shape == (m // 256 if m > 2**13 else m // 16 if m > 512 else m,)
    assert abs(np.asarray(found, np.float64).sum() - exact) <= SUM_ROUNDINGS * 2.0**-24 * exact


def test_chunks_are_drawn_from_keys_folded_with_their_index():
    made = plan(4096)
    key = jax.random.key(5)
    found = np.concatenate([part["sum"].sum(1) for part in stream(normal, chunk_sums, 5, made)])
    expected = [float(normal(jax.random.fold_in(key, i), made.chunk).sum()) for i in range(made.chunks)]
    assert found == pytest.approx(expected, abs=1e-3)


def test_segments_change_nothing():
    runs = [
        np.concatenate([part["sum"].sum(1) for part in stream(normal, chunk_sums, 0, made)])
        for made in (plan(2**19), plan(2**19, segment=3))
    ]
    assert len(runs[0]) == 8 and np.array_equal(*runs)


SCRIPT = """
import json, sys, jax
from verify.monte_carlo import mean_test
draw = lambda key, m: jax.random.normal(key, (m,)) ** 2
found = [mean_test(draw, 1.0, 2.0, samples=n) for n in (2**18, 7 * 2**16)]
print(json.dumps([[f.statistic, f.estimate, f.samples, f.device] for f in found]))
"""


def test_the_number_of_devices_changes_nothing_beyond_rounding():
    """Three devices and seven chunks: the last call is filled up with chunks that are dropped."""
    runs = []
    for count in (1, 3):
        environment = {**os.environ, "XLA_FLAGS": f"--xla_force_host_platform_device_count={count}"}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        runs.append(json.loads(done.stdout))
    for one, three in zip(*runs, strict=True):
        assert one[3] == "cpu x 1" and three[3] == "cpu x 3"
        assert one[2] == three[2]
        assert one[:2] == pytest.approx(three[:2], rel=1e-5, abs=1e-9)


LAYER = """
import json, verify
verdict = verify.kl_gaussian(mu1=3, sigma1=1, mu2=-3, sigma2=0.5, layers="monte_carlo")
print(json.dumps([verdict.status, verdict.estimate, verdict.standard_error, verdict.evidence[0].details["device"]]))
"""


def test_the_layer_of_a_claim_uses_every_device_and_finds_the_same():
    runs = []
    for count in (1, 4):
        environment = {**os.environ, "XLA_FLAGS": f"--xla_force_host_platform_device_count={count}"}
        done = subprocess.run([sys.executable, "-c", LAYER], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        runs.append(json.loads(done.stdout))
    assert [run[0] for run in runs] == ["supported"] * 2
    assert [run[3] for run in runs] == ["cpu x 1", "cpu x 4"]
    assert runs[0][1:3] == pytest.approx(runs[1][1:3], rel=1e-6)


def test_parameters_need_no_new_compilation():
    traced = []

    def draw(key, m, mu):
        traced.append(mu)
        return jax.random.normal(key, (m,)) + jnp.float32(mu)

    for mu in (0.0, 1.0, 2):
        list(stream(draw, chunk_sums, 0, plan(2**12), parameters=(mu,)))
    assert len(traced) <= 4  # three shape checks and one compilation
