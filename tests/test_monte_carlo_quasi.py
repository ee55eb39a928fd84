"""Randomised quasi-Monte Carlo against known expectations, its error estimate, and what it refuses. Seeds are fixed."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from verify.monte_carlo import quasi_mean


def kl_integrand(z):
    """log N(x; 3, 1) - log N(x; -3, 1/4) at x = 3 + z."""
    x = 3 + z[0]
    return math.log(0.5) - 0.5 * (x - 3) ** 2 + 0.5 * ((x + 3) / 0.5) ** 2


def test_kl_of_two_gaussians_to_five_digits():
    """KL(N(3, 1) || N(-3, 1/4)) = 72.8068528194 nats, a published worked value."""
    found = quasi_mean(kl_integrand, 1)
    assert found.estimate == pytest.approx(72.8068528194, rel=1e-5)
    assert found.agrees_with(72.8068528194) and not found.agrees_with(72.81)
    low, high = found.interval()
    assert low < 72.8068528194 < high and high - low < 2e-2


@pytest.mark.parametrize(("dimension", "gain"), [(1, 50), (2, 50), (8, 10), (16, 2)])
def test_smooth_integrands_beat_plain_monte_carlo(dimension, gain):
    """E cos(sum z / sqrt d) = exp(-1/2), with standard deviation sqrt((1 + exp(-2))/2 - exp(-1)) = 0.447."""
    found = quasi_mean(lambda z: np.cos(z.sum(0) / math.sqrt(dimension)), dimension)
    plain = 0.447 / math.sqrt(found.points * len(found.replicates))
    assert found.agrees_with(math.exp(-0.5)) and found.standard_error < plain / gain
    assert not found.agrees_with(math.exp(-0.5) + 5 * plain)


def test_the_error_estimate_is_honest():
    """Over 200 seeds the interval of nominal 5% misses about one time in twenty: 24 or fewer at the 1e-4 level."""
    found = [
        quasi_mean(lambda z: np.cos(z[0] + z[1]), 2, points=64, replicates=8, seed=s) for s in range(200)
    ]
    missed = sum(not low <= math.exp(-1) <= high for low, high in (f.interval(0.05) for f in found))
    assert 1 <= missed <= 24


def test_a_constant_is_exact_and_jax_functions_are_welcome():
    constant = quasi_mean(lambda z: np.full(z.shape[1], 0.25), 3)
    assert constant.estimate == 0.25 and constant.standard_error == 0 and constant.agrees_with(0.25)
    assert not constant.agrees_with(0.2501)
    assert quasi_mean(lambda z: jnp.sin(z[0]) ** 2, 1).agrees_with((1 - math.exp(-2)) / 2, rounding=1e-6)


def test_same_seed_same_value_other_seed_other_value():
    first, again, other = (
        quasi_mean(lambda z: np.sin(1 + z[0]), 1, points=64, seed=s).estimate for s in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_invalid_values_are_undecided(bad):
    found = quasi_mean(lambda z: np.where(z[0] > 2, bad, z[0]), 1)
    assert "NaN or infinite" in found.undecided and not found.agrees_with(0.0) and math.isnan(found.estimate)


def test_an_integrand_that_ignores_its_points_is_undecided():
    found = quasi_mean(lambda z: np.linspace(0, 1, z.shape[1]), 1)
    assert "does not read" in found.undecided and not found.agrees_with(0.5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("dimension", {"dimension": 17}),
        ("points", {"points": 1000}),
        ("replicates", {"replicates": 1}),
        ("seed", {"seed": -1}),
    ],
)
def test_bad_arguments_are_named(name, options):
    with pytest.raises(ValueError, match=name):
        quasi_mean(**{"integrand": lambda z: z[0], "dimension": 1, **options})
    with pytest.raises(ValueError, match="shape"):
        quasi_mean(lambda z: z, 2)
