r"""Standard normals from a counter, several times as fast as `jax.random.normal` inside a compiled scan.

Number i of a key is a function of (key, i) and nothing else: Threefry-2x32 with 13 rounds turns the counter i into two
words, and these become one normal by Box & Muller's transformation
    sqrt(-2 log u) cos(2 pi v),   u = (w0 >> 1 + 1/2) / 2^31,   v from w1.
All of it is arithmetic on each element alone, in polynomials that a compiler vectorises; no word is stored.

Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11: Threefry-2x32 passes BigCrush with
13 rounds (table 2), the 20 rounds of `jax.random` being a margin. Box & Muller 1958, Annals of Mathematical Statistics
29(2). The logarithm is that of the Cephes library (S. L. Moshier), logf.c, sine and cosine that of its sinf.c.

Values reach +-6.66, the tails beyond (probability 3e-11) are cut, and those near it take the values that 31 bits allow.
"""

import math

import numpy as np

ROUNDS = 13
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
PARITY = 0x1BD11BDA
LOG = (
    7.0376836292e-2,
    -1.1514610310e-1,
    1.1676998740e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
)
SINE = (-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1, 1.0)
COSINE = (2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1.0)


def normals(key, shape):
    """Independent standard normals, float32 of `shape`, for a key of `jax.random.key` (threefry2x32); traceable.

    Different keys give independent streams; split or fold a key before drawing again. At most 2^64 numbers per key.
    ValueError for a key of another generator.
    """
    import jax
    import jax.numpy as jnp

    if not jnp.issubdtype(key.dtype, jax.dtypes.prng_key) or str(jax.random.key_impl(key)) != "threefry2x32":
        raise ValueError(f"key must be a threefry2x32 key from jax.random.key, not {key.dtype}")
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    size = math.prod(shape)
    if size >= 2**32:
        raise ValueError(f"shape = {shape} holds {size:,} numbers; at most 2^32 - 1 come from one call")
    k0, k1 = jax.random.key_data(key)
    counter = jax.lax.iota(jnp.uint32, size)
    return box_muller(*threefry2x32(k0, k1, counter, jnp.zeros_like(counter))).reshape(shape)


def threefry2x32(k0, k1, x0, x1, rounds=ROUNDS):
    """The block cipher on uint32 arrays: key words, counter words -> two words of the same shape. Salmon et al. 2011."""
    keys = k0, k1, k0 ^ k1 ^ np.uint32(PARITY)
    x0, x1 = x0 + keys[0], x1 + keys[1]
    for i in range(rounds):
        turn = ROTATIONS[i // 4 % 2][i % 4]
        x0 = x0 + x1
        x1 = (x1 << np.uint32(turn) | x1 >> np.uint32(32 - turn)) ^ x0
        if i % 4 == 3:
            step = (i + 1) // 4
            x0, x1 = x0 + keys[step % 3], x1 + (keys[(step + 1) % 3] + np.uint32(step))
    return x0, x1


def box_muller(w0, w1):
    """One standard normal from two uniform words, elementwise on uint32 arrays."""
    import jax.numpy as jnp

    return jnp.sqrt(-2 * _log_uniform(w0)) * _cosine_uniform(w1)


def _log_uniform(word):
    """log u for u = (word // 2 + 1/2) / 2^31, never above 0."""
    import jax
    import jax.numpy as jnp

    u = (jax.lax.bitcast_convert_type(word >> 1, jnp.int32).astype(jnp.float32) + 0.5) * np.float32(2.0**-31)
    bits = jax.lax.bitcast_convert_type(u, jnp.int32)
    exponent = (
        bits - np.int32(0x3F3504F3)
    ) >> 23  # u = mantissa 2^exponent, mantissa from sqrt(1/2) to sqrt 2
    m = jax.lax.bitcast_convert_type(bits - (exponent << 23), jnp.float32) - 1
    log = m * (m * m) * _polynomial(LOG, m) - 0.5 * (m * m) + m
    return jnp.minimum(log + exponent.astype(jnp.float32) * np.float32(math.log(2)), 0)


def _cosine_uniform(word):
    """cos of a uniform angle: 30 bits choose it within a quarter turn about one of four axes, 2 bits choose the axis."""
    import jax
    import jax.numpy as jnp

    t = jax.lax.bitcast_convert_type(word << 2, jnp.int32).astype(jnp.float32) * np.float32(
        math.pi / 4 * 2.0**-31
    )
    sine, cosine = t * _polynomial(SINE, t * t), _polynomial(COSINE, t * t)
    sign = word & np.uint32(1 << 31)
    cosine = jax.lax.bitcast_convert_type(
        jax.lax.bitcast_convert_type(cosine, jnp.uint32) ^ sign, jnp.float32
    )
    return jnp.where(word & np.uint32(1 << 30) != 0, sine, cosine)


def _polynomial(coefficients, x):
    value = np.float32(coefficients[0])
    for c in coefficients[1:]:
        value = value * x + np.float32(c)
    return value
