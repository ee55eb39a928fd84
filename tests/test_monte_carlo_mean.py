"""The mean tests: what they promise, what they refuse, and that each promise fails when its machinery is broken.

Every run has a fixed seed. With the tests' delta = 1e-9 a true hypothesis would be rejected by fewer than one seed in
a billion; an error of the stated detectable size is missed by at most one seed in a thousand.
"""

import json
import math
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from verify.monte_carlo import bounded_mean_test, law_test, mean_test
from verify.monte_carlo.mean import levels, psi, samples_to_detect

N = 2**18


def square(key, m, mu=0.0):
    """(Z + mu)^2: mean 1 + mu^2, variance 2 + 4 mu^2."""
    return (jax.random.normal(key, (m,)) + mu) ** 2


def uniform(key, m):
    return jax.random.uniform(key, (m,))


def test_importing_loads_no_jax():
    code = "import sys, verify.monte_carlo, verify.monte_carlo.outcome; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What is promised


def test_threshold_is_catonis():
    """sqrt(2 v log(2/delta)/n): for v = 3, n = 10^6, delta = 1e-9 it is 0.011336"""
    assert levels(10**6, 3.0, delta=1e-9).threshold == pytest.approx(0.01133572, rel=1e-6)
    assert levels(10**6, 3.0, delta=1e-9, sides=1).threshold == pytest.approx(0.01115077, rel=1e-6)


def test_detectable_error_solves_its_inequality_with_equality():
    n, v, delta, miss = 5000, 2.5, 1e-9, 1e-3
    found = levels(n, v, delta=delta, miss=miss)
    d, a = found.detectable, found.alpha
    assert d - a * (v + d**2) / 2 - math.log(1 / miss) / (n * a) == pytest.approx(found.threshold, rel=1e-12)
    assert d < 1 / a  # the smaller root


def test_psi_lies_between_catonis_bounds():
    x = np.logspace(-3, 15, 4000)
    x = np.concatenate([-x[::-1], [0.0], x]).astype(np.float32)
    found, wide = np.asarray(psi(x), np.float64), x.astype(np.float64)
    upper, lower = np.log1p(wide + wide**2 / 2), -np.log1p(-wide + wide**2 / 2)
    room = 4 * 2.0**-24 * np.abs(found)
    assert np.all(found <= upper + room) and np.all(found >= lower - room)
    assert np.all(np.diff(found) >= 0)
    assert found[-1] == pytest.approx(2 * math.sqrt(2) / 3)


def test_float32_terms_stay_within_the_stated_roundings():
    """A whole term psi(beta (x - c)/scale) against float64: the allowance counts sixteen half ulps."""
    x = (3 + np.random.default_rng(0).standard_normal(2**18) * np.logspace(-4, 8, 2**18)).astype(np.float32)
    high = np.float32(3.1)
    low, inverse, beta = np.float32(3.1 - float(high)), np.float32(1 / 0.7), np.float32(3e-3)
    found = jax.jit(lambda x, h, l, s, b: psi(b * (((x - h) - l) * s)))(x, high, low, inverse, beta)
    x, high, low, inverse, beta = (np.float64(a) for a in (x, high, low, inverse, beta))
    exact = np.clip((x - high - low) * inverse * beta, -math.sqrt(2), math.sqrt(2))
    exact = exact - exact**3 / 6
    assert np.abs(found / exact - 1).max() < 16 * 2.0**-24


def test_samples_to_detect_inverts_levels():
    n = samples_to_detect(0.01, 2.0)
    assert levels(n, 2.0).detectable <= 0.01 < levels(int(0.998 * n), 2.0).detectable


# True hypotheses agree, errors of the detectable size are rejected


@pytest.mark.parametrize("mu", [0.0, 1.0, -3.0])
def test_true_mean_agrees_and_an_error_of_detectable_size_is_rejected(mu):
    mean, variance = 1 + mu**2, 2 + 4 * mu**2
    right = mean_test(square, mean, variance, parameters=(mu,), samples=N)
    assert right and right.undecided is None and right.samples == N
    assert right.estimate == pytest.approx(mean, abs=6 * right.standard_error)
    assert right.standard_error == pytest.approx(math.sqrt(variance / N), rel=0.02)
    for sign in (1, -1):
        wrong = mean_test(square, mean + sign * right.detectable, variance, parameters=(mu,), samples=N)
        assert wrong.rejected and not wrong and wrong.detectable == pytest.approx(right.detectable, rel=0.01)


def test_inequalities():
    assert mean_test(square, 1.0, 2.0, relation="<=", samples=N)
    assert mean_test(square, 1.5, 2.0, relation="<=", samples=N)
    assert mean_test(square, 0.9, 2.0, relation="<=", samples=N).rejected
    assert mean_test(square, 0.9, 2.0, relation=">=", samples=N)
    assert mean_test(square, 1.1, 2.0, relation=">=", samples=N).rejected


def test_heavy_tails_are_covered():
    """A Pareto law of index 2.1 on [1, oo): mean 21/11, variance 2.1/(1.1^2 0.1), no third moment."""

    def pareto(key, m):
        return jax.random.uniform(key, (m,), minval=2.0**-24) ** (-1 / 2.1)

    variance = 2.1 / (1.1**2 * 0.1)
    right = mean_test(pareto, 2.1 / 1.1, variance, samples=N)
    assert right
    assert mean_test(pareto, 2.1 / 1.1 + right.detectable, variance, samples=N).rejected


def test_a_constant_is_compared_exactly():
    def constant(key, m, value):
        return jnp.full((m,), value, jnp.float32)

    assert mean_test(constant, 0.25, 0.0, parameters=(0.25,), rounding=0.0, samples=N)
    wrong = mean_test(
        constant, 0.25, 0.0, parameters=(np.nextafter(np.float32(0.25), np.float32(1)),), rounding=0.0
    )
    assert wrong.rejected
    nearly = mean_test(constant, 72.8068528194, 0.0, parameters=(72.8068528194,))
    assert nearly and nearly.detectable < 1e-3
    assert mean_test(constant, 72.807, 0.0, parameters=(72.8068528194,)).rejected
    assert mean_test(constant, 1.0, 0.0, relation="<=", parameters=(0.5,))
    assert mean_test(constant, 1.0, 0.0, relation=">=", parameters=(0.5,)).rejected


def test_a_rounding_allowance_widens_the_threshold():
    narrow = mean_test(square, 1.05, 2.0, samples=N, rounding=0.0)
    wide = mean_test(square, 1.05, 2.0, samples=N, rounding=0.05)
    assert narrow.rejected and wide
    assert wide.threshold == pytest.approx(narrow.threshold + 0.05, rel=1e-6) and wide.detectable > 0.1


def test_results_do_not_hang_on_large_offsets():
    """c = 1000 is far from zero compared with the standard deviation 0.01; its float32 rounding stays allowed for."""

    def near(key, m):
        return 1000 + 0.01 * jax.random.normal(key, (m,))

    assert mean_test(near, 1000.0, 1e-4, samples=N)
    assert mean_test(near, 1000.01, 1e-4, samples=N).rejected


# Undecided, never a pass


def nothing(key, m):
    return jnp.zeros((0,), jnp.float32)


def nan_once(key, m):
    return jax.random.normal(key, (m,)).at[3].set(jnp.nan)


def infinite_once(key, m):
    return jax.random.normal(key, (m,)).at[3].set(jnp.inf)


def deaf(key, m):
    return jax.random.normal(jax.random.key(0), (m,))


def integers(key, m):
    return jax.random.randint(key, (m,), 0, 2)


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (nothing, "no samples"),
        (nan_once, "NaN or infinite"),
        (infinite_once, "NaN or infinite"),
        (deaf, "ignores its key"),
        (integers, "float32"),
        (lambda key, m: jax.random.normal(key, (m, 2)), "shape"),
        (lambda key, m: None, "NoneType"),
    ],
)
@pytest.mark.parametrize("test", [mean_test, bounded_mean_test])
def test_a_sampler_that_samples_nothing_valid_is_undecided(draw, reason, test):
    bounds = {mean_test: (1.0,), bounded_mean_test: (-50.0, 50.0)}[test]
    found = test(draw, 0.0, *bounds, samples=N)
    assert not found and not found.rejected and reason in found.undecided and "undecided" in str(found)


@pytest.mark.parametrize("variance", [math.nan, math.inf, -1.0])
def test_a_variance_bound_that_is_none_is_undecided(variance):
    found = mean_test(square, 1.0, variance, samples=N)
    assert not found and "variance bound" in found.undecided


def test_a_variance_bound_of_zero_for_a_random_integrand_is_rejected():
    assert mean_test(square, 1.0, 0.0, samples=N).rejected


def test_a_value_that_is_none_is_undecided():
    assert "nan" in mean_test(square, math.nan, 2.0, samples=N).undecided


def test_too_few_samples_to_see_any_error_are_undecided():
    found = mean_test(square, 1.0, 2.0, samples=100)
    assert not found and "too few" in found.undecided and found.detectable == math.inf


def test_an_interrupted_run_is_undecided():
    seen = []

    def stop(done, total):
        seen.append((done, total))
        return False

    found = mean_test(square, 1.0, 2.0, samples=2**24, progress=stop)
    assert not found and "stopped" in found.undecided and seen == [(2**22, 2**24)]
    assert "ran out" in mean_test(square, 1.0, 2.0, samples=2**24, time_limit=0.0).undecided


# Errors of the caller


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("relation", {"relation": "<"}),
        ("delta", {"delta": 0.0}),
        ("miss", {"miss": 1.0}),
        ("seed", {"seed": -1}),
        ("seed", {"seed": 0.5}),
        ("samples", {"samples": 0}),
        ("dimension", {"dimension": 0}),
        ("rounding", {"rounding": math.nan}),
    ],
)
def test_bad_arguments_are_named(name, options):
    with pytest.raises(ValueError, match=name):
        mean_test(square, 1.0, 2.0, **options)


# The machinery, broken on purpose


def test_an_estimator_that_ignores_its_samples_would_be_noticed(monkeypatch):
    """The engine agrees with everything once psi is 0: the detectable error is what catches it."""
    assert mean_test(square, 2.0, 2.0, samples=N).rejected
    monkeypatch.setattr("verify.monte_carlo.mean.statistics", _constant_statistics)
    assert not mean_test(square, 2.0, 2.0, samples=N).rejected  # so the test above fails on such an engine


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("mean", lambda: mean_test(square, 1.0, 2.0, samples=N)),
        ("bounded_mean", lambda: bounded_mean_test(uniform, 0.5, 0.0, 1.0, samples=N)),
        ("law", lambda: law_test(uniform, lambda t: np.clip(t, 0, 1), samples=N)),
    ],
)
def test_an_engine_that_delivers_no_samples_is_noticed(monkeypatch, module, test):
    assert test()
    monkeypatch.setattr(f"verify.monte_carlo.{module}.stream", lambda *args, **options: iter(()))
    assert not test() and " of 262,144" in test().undecided


def _constant_statistics(x, *arguments):
    zero = jnp.zeros((1,))
    return dict.fromkeys(("psi", "sum", "squares"), zero)


def test_another_seed_gives_other_samples_and_the_same_seed_the_same():
    first, again, other = (mean_test(square, 1.0, 2.0, samples=N, seed=s) for s in (1, 1, 2))
    assert first.statistic == again.statistic != other.statistic


def test_outcomes_are_ready_for_json():
    found = mean_test(square, 1.0, 2.0, samples=N)
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["agrees"] is True
    undecided = mean_test(nothing, 1.0, 2.0)
    assert json.loads(json.dumps(undecided.to_dict(), allow_nan=False))["statistic"] is None
    assert found.false_alarm == 1e-9 and found.device == "cpu x 1"


# Bounded integrands


def test_empirical_bernstein_threshold_by_hand():
    """Maurer & Pontil for U on [0, 1]: V near 1/12, n = 2^18, log(4/delta) = 22.1096 gives 0.003932 with 7 L/(3 (n-1))."""
    found = bounded_mean_test(uniform, 0.5, 0.0, 1.0, samples=N)
    assert found and found.threshold == pytest.approx(
        math.sqrt(22.1096 / 6 / N) + 7 * 22.1096 / 3 / N, rel=0.01
    )
    assert found.threshold < found.detectable < 0.02


def test_bounded_mean_detects_what_it_says():
    right = bounded_mean_test(uniform, 0.5, 0.0, 1.0, samples=N)
    for sign in (1, -1):
        assert bounded_mean_test(uniform, 0.5 + sign * right.detectable, 0.0, 1.0, samples=N).rejected
    assert bounded_mean_test(uniform, 0.6, 0.0, 1.0, relation="<=", samples=N)
    assert bounded_mean_test(uniform, 0.6, 0.0, 1.0, relation=">=", samples=N).rejected


def test_a_range_that_is_none_is_undecided_or_refused():
    assert "outside" in bounded_mean_test(uniform, 0.5, 0.0, 0.9, samples=N).undecided
    with pytest.raises(ValueError, match="lower"):
        bounded_mean_test(uniform, 0.5, 1.0, 1.0)
    assert "nan" in bounded_mean_test(uniform, math.nan, 0.0, 1.0).undecided
