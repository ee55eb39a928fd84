"""False alarms and detections, counted over ten thousand seeds, on light and heavy tails. Seeds are fixed.

The expected means and variances are textbook values; tails of index 2.1 have no third moment.
"""

import math

import jax
import jax.numpy as jnp
import pytest
from scipy.special import ndtr

from verify.monte_carlo import calibrate, law_test


def gaussian(key, m):
    return jax.random.normal(key, (m,))


def student(key, m, nu):
    """Bailey 1994, "Polar generation of random variates with the t-distribution": variance nu/(nu - 2)."""
    a, b = jax.random.split(key)
    u = jax.random.uniform(a, (m,), minval=2.0**-24)
    return jnp.sqrt(nu * (u ** (-2 / nu) - 1)) * jnp.cos(2 * jnp.pi * jax.random.uniform(b, (m,)))


def skewed(key, m):
    """Pareto of index 2.5: mean 5/3, variance 20/9; all of its tail on one side."""
    return jax.random.uniform(key, (m,), minval=2.0**-24) ** (-1 / 2.5)


def score(key, m):
    """x^2 d/dmu log N(x; mu, 1) at mu = 1: mean 2, variance E[x^4 (x - 1)^2] - 4 = (1 + 18 + 15) - 4 = 30."""
    z = jax.random.normal(key, (m,))
    return (1 + z) ** 2 * z


def importance(key, m):
    """N(0, 1) over N(0, 0.6) under the latter: mean 1, second moment s/sqrt(2 - 1/s^2), tail index 2.5."""
    x = math.sqrt(0.6) * jax.random.normal(key, (m,))
    return math.sqrt(0.6) * jnp.exp(x**2 / 2 * (1 / 0.6 - 1))


def rare(key, m):
    """A coin that shows 1 with probability 1/1000."""
    return (jax.random.uniform(key, (m,)) < 1e-3).astype(jnp.float32)


LAWS = {
    "gaussian": (gaussian, 0.0, 1.0, ()),
    "student 2.1": (student, 0.0, 21.0, (2.1,)),
    "student 2.5": (student, 0.0, 5.0, (2.5,)),
    "student 3": (student, 0.0, 3.0, (3.0,)),
    "pareto 2.5": (skewed, 5 / 3, 20 / 9, ()),
    "score": (score, 2.0, 30.0, ()),
    "importance": (importance, 1.0, math.sqrt(0.6 / (2 - 1 / 0.6)) - 1, ()),
    "rare": (rare, 1e-3, 1e-3 * (1 - 1e-3), ()),
}


@pytest.mark.parametrize("name", LAWS)
def test_no_false_alarm_at_the_default_level_and_few_at_a_visible_one(name):
    draw, mean, variance, parameters = LAWS[name]
    strict = calibrate(draw, mean, variance, parameters=parameters, runs=10_000, samples=256)
    assert strict.runs >= 10_000 and strict.invalid == 0 and strict.rejected == 0
    loose = calibrate(draw, mean, variance, parameters=parameters, runs=10_000, samples=256, delta=0.05)
    assert loose.rate <= 0.05


@pytest.mark.parametrize("relation", ["==", "<=", ">="])
@pytest.mark.parametrize("name", LAWS)
def test_errors_of_the_detectable_size_are_detected(name, relation):
    draw, mean, variance, parameters = LAWS[name]
    found = calibrate(
        draw, mean, variance, parameters=parameters, error="detectable", relation=relation, samples=256
    )
    assert found.runs >= 10_000 and found.invalid == 0 and found.rate >= 0.999 and math.isfinite(found.error)


def test_the_bound_is_not_idle():
    """For a Gaussian the test rejects beyond sqrt(2 log 40) = 2.716 standard errors: 0.66% of the time."""
    found = calibrate(gaussian, 0.0, 1.0, delta=0.05)
    assert found.rate == pytest.approx(2 * ndtr(-math.sqrt(2 * math.log(40))), abs=0.003)


def test_a_variance_bound_that_is_too_small_shows():
    draw, mean, variance, parameters = LAWS["score"]
    assert calibrate(draw, mean, variance / 9, parameters=parameters, delta=0.05).rate > 0.2


def test_a_value_off_by_less_than_detectable_is_not_always_seen():
    assert calibrate(gaussian, 0.0, 1.0, error=0.5 * calibrate(gaussian, 0.0, 1.0).detectable).rate < 0.9


def test_invalid_samples_are_counted_apart():
    def draw(key, m):
        return jax.random.normal(key, (m,)).at[0].set(jnp.nan)

    found = calibrate(draw, 1.0, 1.0, runs=100)
    assert found.invalid == found.runs and found.rejected == 0


def test_the_law_test_keeps_its_level():
    """Massart's constant is nearly attained: of 300 runs at level 0.05 on 1023 thresholds, some reject, few do."""
    rejected = sum(law_test(gaussian, ndtr, samples=1024, delta=0.05, seed=s).rejected for s in range(300))
    assert 2 <= rejected <= 30  # mean at most 15; a Binomial(300, 0.05) exceeds 30 with probability 2e-4


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="samples"):
        calibrate(gaussian, 0.0, 1.0, samples=1000)
    with pytest.raises(ValueError, match="variance"):
        calibrate(gaussian, 0.0, 0.0)
    with pytest.raises(ValueError, match="relation"):
        calibrate(gaussian, 0.0, 1.0, relation="!=")
