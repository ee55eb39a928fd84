"""Array code for the means of clipped and folded Gaussians: each by two forms, where the terms of the other cancel."""

import math

DENSITY = 1 / math.sqrt(2 * math.pi)  # of the standard normal at 0
BEYOND = 40.0  # the normal density there is zero in float32 and float64


def clipped_mean(x, rest, sigma, xp):
    """The mean of x + epsilon clipped to [0, 1], epsilon ~ N(0, sigma^2), given x, 1 - x and sigma; all in (0, 1) or positive."""
    low, high = xp.minimum(x / sigma, BEYOND), xp.minimum(rest / sigma, BEYOND)
    narrow = x + sigma * (loss(low, xp) - loss(high, xp))
    wide = sigma > 1
    sigma = xp.where(wide, sigma, 1)
    return xp.where(wide, 0.5 + sigma * (beyond_line(x / sigma, xp) - beyond_line(rest / sigma, xp)), narrow)


def folded_excess(m, sigma, xp):
    """E|m + epsilon| - E|epsilon|, epsilon ~ N(0, sigma^2)."""
    z = xp.abs(m) / sigma
    far = xp.abs(m) - 2 * sigma * (DENSITY - loss(xp.minimum(z, BEYOND), xp))
    return xp.where(z > 1, far, 2 * sigma * beyond_line(z, xp))


def loss(z, xp):
    """E max(0, u - z) for a standard normal u: phi(z) - z Phi(-z). Raiffa & Schlaifer 1961, section 5.4."""
    return DENSITY * xp.exp(-z * z / 2) - z * _erfc(xp)(z / math.sqrt(2)) / 2


def beyond_line(z, xp):
    """loss(z) - loss(0) + z/2 for 0 <= z <= 1, by its series phi(0) (w - w^2/6 + w^3/30 - ...), w = z^2/2."""
    w = xp.minimum(z, 1) ** 2 / 2
    total = xp.zeros_like(w)
    for k in range(8 if w.dtype == xp.float32 else 14, 0, -1):
        total = (-1) ** (k - 1) / (math.factorial(k) * (2 * k - 1)) + total * w
    return DENSITY * w * total


def _erfc(xp):
    if xp.__name__ == "numpy":
        from scipy.special import erfc
    else:
        from jax.scipy.special import erfc
    return erfc
