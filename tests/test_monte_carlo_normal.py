"""The fast normals: published vectors of the generator, accuracy of the transformation, and the law at 10^8 samples."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtr

from verify.monte_carlo import law_test, mean_test, normals
from verify.monte_carlo.normal import box_muller, threefry2x32

# Random123, file tests/kat_vectors: rounds, two counter words and two key words, two result words, in hexadecimal.
KNOWN_ANSWERS = [
    (13, "00000000 00000000 00000000 00000000", "9d1c5ec6 8bd50731"),
    (13, "ffffffff ffffffff ffffffff ffffffff", "fd36d048 2d17272c"),
    (13, "243f6a88 85a308d3 13198a2e 03707344", "ba3e4725 f27d669e"),
    (20, "00000000 00000000 00000000 00000000", "6b200159 99ba4efe"),
    (20, "ffffffff ffffffff ffffffff ffffffff", "1cb996fc bb002be7"),
    (20, "243f6a88 85a308d3 13198a2e 03707344", "c4923a9c 483df7a0"),
]


@pytest.mark.parametrize(("rounds", "given", "expected"), KNOWN_ANSWERS)
def test_published_vectors(rounds, given, expected):
    c0, c1, k0, k1 = (jnp.uint32(int(word, 16)) for word in given.split())
    found = threefry2x32(k0, k1, c0, c1, rounds)
    assert [f"{int(word):08x}" for word in found] == expected.split()


def test_box_muller_is_accurate():
    """Against float64 logarithm and cosine of the same words. Float32 rounds u near 1 by 2^-25, so a radius r is off
    by about 2^-25/r where r is small, and by a few of its own roundings elsewhere."""
    words = np.random.default_rng(0).integers(0, 2**32, (2, 2**18), dtype=np.uint32)
    words[0, :6] = [0, 1, 2, 2**32 - 1, 2**31, 2**31 - 1]
    found = np.asarray(jax.jit(box_muller)(*words), np.float64)
    u = ((words[0] >> 1) + 0.5) / 2**31
    quarter = (words[1] << 2).view(np.int32) * (math.pi / 4 / 2**31)
    axis = np.where(words[1] >> 31, -1.0, 1.0) * np.cos(quarter)
    cosine = np.where(words[1] >> 30 & 1, np.sin(quarter), axis)
    radius = np.sqrt(-2 * np.log(u))
    assert np.all(np.abs(found - radius * cosine) * radius < 2.0**-24 + 1e-6 * radius**2)
    assert np.isfinite(found).all() and np.abs(found).max() < 6.7


def test_any_shape_and_nothing_but_key_and_place():
    key = jax.random.key(3)
    flat = normals(key, 1024)
    assert flat.dtype == jnp.float32 and np.array_equal(flat, normals(key, (1024,)))
    assert np.allclose(
        flat.reshape(8, 128), jax.jit(lambda k: normals(k, (8, 128)))(key), rtol=1e-5, atol=1e-6
    )
    assert not np.array_equal(flat, normals(jax.random.key(4), 1024))
    assert normals(key, (0,)).shape == (0,)


def test_other_keys_are_refused():
    for key in (jax.random.key(0, impl="rbg"), jnp.zeros(2, jnp.uint32)):
        with pytest.raises(ValueError, match="threefry2x32"):
            normals(key, 4)


def draw(key, m):
    return normals(key, (m,))


def test_the_law_is_normal():
    """At 10^8 samples the test sees differences of 5e-4 in the distribution function, at a false alarm of 1e-9."""
    found = law_test(draw, ndtr, samples=10**8, thresholds=np.linspace(-5.5, 5.5, 23))
    assert found and found.samples >= 10**8 and found.detectable < 6e-4
    assert law_test(draw, lambda t: ndtr(t / 1.01), samples=2**22).rejected


# E[Z^k] and Var Z^k from the double factorials 1, 3, 15, 105, 945, 10395, 135135, 2027025.
MOMENTS = [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96), (6, 15, 10170), (8, 105, 2016000)]


@pytest.mark.parametrize(("power", "mean", "variance"), MOMENTS)
def test_moments(power, mean, variance):
    found = mean_test(power_of_normal, mean, variance, parameters=(np.int32(power),), samples=2**23)
    assert found and not mean_test(
        power_of_normal, mean + found.detectable, variance, parameters=(np.int32(power),), samples=2**23
    )


def power_of_normal(key, m, power):
    return normals(key, (m,)) ** power


def test_tails_have_their_weight():
    """P(|Z| > 5) = 5.733e-7, rare enough for its own test: 2^26 samples hold about 38."""

    def beyond(key, m):
        return (jnp.abs(normals(key, (m,))) > 5).astype(jnp.float32)

    p = 2 * ndtr(-5.0)
    found = mean_test(beyond, p, p * (1 - p), samples=2**26, rounding=0.0)
    assert found and found.detectable < 2 * p


@pytest.mark.parametrize("lag", [1, 2, 3, 8, 16, 64, 4096])
def test_neighbours_and_lanes_are_uncorrelated(lag):
    found = mean_test(neighbours, 0.0, 1.0, parameters=(np.int32(lag),))
    squares = mean_test(neighbouring_squares, 0.0, 4.0, parameters=(np.int32(lag),))
    assert found and squares and found.detectable < 0.006


def neighbours(key, m, lag):
    x = normals(key, (m,))
    return x * jnp.roll(x, lag)


def neighbouring_squares(key, m, lag):
    x = normals(key, (m,)) ** 2 - 1
    return x * jnp.roll(x, lag)


@pytest.mark.parametrize("other", ["fold_in", "split", "jax"])
def test_streams_are_independent(other):
    """Products across keys that differ by fold_in, by split, and across `jax.random.normal` on the same key."""

    def product(key, m):
        if other == "fold_in":
            a, b = jax.random.fold_in(key, 0), jax.random.fold_in(key, 1)
        elif other == "split":
            a, b = jax.random.split(key)
        else:
            return normals(key, (m,)) * jax.random.normal(key, (m,))
        return normals(a, (m,)) * normals(b, (m,))

    assert mean_test(product, 0.0, 1.0)


def test_a_generator_with_too_few_rounds_is_noticed():
    """With two rounds counters still show: the lag-one products then have a mean far from zero."""

    def weak(key, m):
        k0, k1 = jax.random.key_data(key)
        counter = jnp.arange(m, dtype=jnp.uint32)
        x = box_muller(*threefry2x32(k0, k1, counter, jnp.zeros_like(counter), rounds=2))
        return x * jnp.roll(x, 1)

    assert mean_test(weak, 0.0, 1.0).rejected
