"""The test of a law: Massart's constant, the distance it sees, and what it refuses to judge. Seeds are fixed."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from verify.monte_carlo import law_test

N = 2**18


def normal(key, m):
    return jax.random.normal(key, (m,))


def test_threshold_is_massarts():
    """sqrt(log(2/1e-9)/(2 * 2^18)) = 0.0063913..."""
    found = law_test(normal, ndtr, samples=N)
    assert found and found.threshold == pytest.approx(0.00639129, rel=1e-5)
    assert abs(found.statistic) < found.threshold < found.detectable < 2 * found.threshold


@pytest.mark.parametrize(
    ("draw", "law"),
    [
        (normal, stats.norm()),
        (lambda key, m: jax.random.exponential(key, (m,)), stats.expon()),
        (lambda key, m: 1e-3 * jax.random.cauchy(key, (m,)) + 7, stats.cauchy(7, 1e-3)),
        (lambda key, m: jax.random.uniform(key, (m,)), stats.uniform()),
    ],
)
def test_right_laws_agree_and_wrong_scales_are_rejected(draw, law):
    rounding = 2.0**-21 if law.dist.name == "cauchy" else 0.0
    assert law_test(draw, law.cdf, samples=N, rounding=rounding)
    assert law_test(draw, lambda t: law.cdf(law.ppf(0.1) + 1.1 * (t - law.ppf(0.1))), samples=N).rejected


def test_wrong_scale_and_wrong_location_are_rejected():
    assert law_test(normal, lambda t: ndtr(t / 1.05), samples=N).rejected
    assert law_test(normal, lambda t: ndtr(t - 0.03), samples=N).rejected
    variance_for_deviation = law_test(lambda key, m: 4 * normal(key, m), lambda t: ndtr(t / 2), samples=N)
    assert variance_for_deviation.rejected


def test_a_difference_of_detectable_size_is_rejected():
    """A mixture: with probability p the sample is 0 + tiny spread, so that the laws differ by p/2 at 0+."""
    detectable = law_test(normal, ndtr, samples=N).detectable

    def mixture(key, m):
        choose, z = jax.random.split(key)
        return jnp.where(jax.random.uniform(choose, (m,)) < 2 * detectable, 1e-6, normal(z, m))

    found = law_test(mixture, ndtr, samples=N, thresholds=[-1.0, 0.0, 2e-6, 1.0])
    assert found.rejected and abs(found.statistic) > found.threshold


def test_thresholds_of_ones_own_and_the_default_quantiles():
    found = law_test(normal, ndtr, samples=N, thresholds=[0.0])
    assert found and found.details["thresholds"] == 1 and found.details["detectable_anywhere"] > 0.5
    from verify.monte_carlo.law import _quantiles

    levels = np.array([1e-6, 0.1, 0.5, 0.975])
    assert _quantiles(ndtr, levels) == pytest.approx([-4.753424, -1.2815516, 0.0, 1.9599640], abs=1e-6)


def test_rounding_of_the_samples_is_allowed_for_where_it_is_stated():
    """Samples rounded to multiples of 1/8 are not normal; within 1/16 they are."""

    def coarse(key, m):
        return jnp.round(8 * normal(key, m)) / 8

    assert law_test(coarse, ndtr, samples=N).rejected
    assert law_test(coarse, ndtr, samples=N, rounding=1 / 16)


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (lambda key, m: jnp.zeros((0,), jnp.float32), "no samples"),
        (lambda key, m: jax.random.normal(key, (m,)).at[0].set(jnp.nan), "NaN"),
        (lambda key, m: jax.random.normal(jax.random.key(1), (m,)), "ignores its key"),
    ],
)
def test_samplers_that_sample_nothing_valid_are_undecided(draw, reason):
    found = law_test(draw, ndtr, samples=N)
    assert not found and not found.rejected and reason in found.undecided


def test_too_few_samples_are_undecided():
    assert "too few" in law_test(normal, ndtr, samples=10).undecided


@pytest.mark.parametrize(
    "cdf", [lambda t: 2 * ndtr(t), lambda t: 1 - ndtr(t), lambda t: np.full_like(t, math.nan)]
)
def test_what_is_no_distribution_function_is_refused(cdf):
    with pytest.raises(ValueError, match="distribution function"):
        law_test(normal, cdf, thresholds=[-1.0, 0.0, 1.0])


def test_bad_thresholds_and_rounding_are_refused():
    with pytest.raises(ValueError, match="thresholds"):
        law_test(normal, ndtr, thresholds=[0.0, math.nan])
    with pytest.raises(ValueError, match="rounding"):
        law_test(normal, ndtr, rounding=-1.0)
