"""Polynomial majorants: how fast an integrand can grow, and the tail of a Gaussian integral beyond a radius.

With x = m + s y, a majorant of f is a list of c_k >= 0 with |f(x)| <= sum_k c_k |y|^k for all real |y| >= 1.
The operations of program.py compose them.
"""

from flint import arb


class NoMajorant(Exception):
    """No polynomial majorant is known; the message names the part."""


def add(parts):
    """The majorant of a sum."""
    size = max(map(len, parts))
    return [sum((p[k] for p in parts if k < len(p)), arb(0)).upper() for k in range(size)]


def multiply(parts):
    """The majorant of a product; 1 for no factors."""
    result = [arb(1)]
    for part in parts:
        longer = [arb(0)] * (len(result) + len(part) - 1)
        for i, a in enumerate(result):
            for j, b in enumerate(part):
                longer[i + j] += a * b
        result = [c.upper() for c in longer]
    return result


def tail(coefficients, radius):
    """The integral of sum c_k |y|^k phi(y) over |y| > radius: c_k 2^(k/2) / sqrt(pi) Gamma((k+1)/2, radius^2/2)."""
    result = arb(0)
    for k, c in enumerate(coefficients):
        upper = (radius**2 / 2).gamma_upper(arb(k + 1) / 2)
        result += c * arb(2) ** (arb(k) / 2) / arb.pi().sqrt() * upper
    return result.upper()


def radius_for(coefficients, bits):
    """A radius (a float, at least 1) beyond which the tail is about 2^-bits. Nothing rests on it: `tail` proves."""
    from math import log, sqrt

    sizes = [float(c.log()) if c > 0 else -1e9 for c in coefficients]
    radius = sqrt(1.4 * bits + 2)
    for _ in range(3):
        excess = max(s + (k - 1) * log(radius) for k, s in enumerate(sizes))
        radius = sqrt(2 * max(1, bits * log(2) + excess + 1))
    return radius
