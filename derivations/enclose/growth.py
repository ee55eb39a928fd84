"""Majorants: how fast an integrand can grow, and the tail of a Gaussian integral beyond a radius.

The operations of program.py compose them, from proven upper bounds at every step.
"""

from dataclasses import dataclass

from flint import arb


class NoMajorant(Exception):
    """No majorant is known; the message names the part."""


@dataclass(frozen=True)
class Majorant:
    """|f(y)| <= sum_k c_k |y|^k exp(b |y| + g y^2) for all real |y| >= 1, with all c_k, b and g at least 0."""

    coefficients: tuple
    b: arb = arb(0)
    g: arb = arb(0)

    def __call__(self, y):
        y = abs(y)
        return sum(c * y**k for k, c in enumerate(self.coefficients)) * (self.b * y + self.g * y * y).exp()


def constant(value):
    """The majorant of something that is at most |value|."""
    return Majorant((abs(value).upper(),))


def of_polynomial(p):
    """The majorant of a polynomial."""
    return Majorant(tuple(abs(c).upper() for c in p) or (arb(0),))


def of_exponential(p):
    """The majorant of exp(p), p a polynomial of degree at most 2."""
    c, b, a = p[0], p[1], p[2]
    if a < 0:  # complete the square
        return Majorant(((c + b * b / (-4 * a)).exp().upper(),))
    return Majorant((c.exp().upper(),), abs(b).upper(), a.upper().max(arb(0)))


def add(parts):
    """The majorant of a sum."""
    b, g = arb(0), arb(0)
    for p in parts:
        b, g = b.max(p.b), g.max(p.g)
    rows = [p.coefficients for p in parts]
    sums = (sum((r[k] for r in rows if k < len(r)), arb(0)).upper() for k in range(max(map(len, rows))))
    return Majorant(tuple(sums), b, g)


def multiply(parts):
    """The majorant of a product; 1 for no factors."""
    result, b, g = [arb(1)], arb(0), arb(0)
    for part in parts:
        longer = [arb(0)] * (len(result) + len(part.coefficients) - 1)
        for i, c in enumerate(result):
            for j, d in enumerate(part.coefficients):
                longer[i + j] += c * d
        result, b, g = [c.upper() for c in longer], (b + part.b).upper(), (g + part.g).upper()
    return Majorant(tuple(result), b, g)


def tail(majorant, radius):
    """An upper bound of the integral of majorant(y) phi(y) over |y| > radius, radius >= 1; not finite if there is none.

    There b |y| <= (b / radius) y^2, so with 1/s^2 = 1 - 2 g - 2 b / radius and y = s t it is at most
    sum c_k s^(k + 1) 2^(k/2) / sqrt(pi) Gamma((k + 1)/2, radius^2 / (2 s^2)).
    """
    radius = arb(radius)
    precision = 1 - 2 * majorant.g - 2 * majorant.b / radius
    if not (radius >= 1 and precision > 0):
        return arb("inf")
    s = 1 / precision.sqrt()
    edge = (radius / s) ** 2 / 2
    result = arb(0)
    for k, c in enumerate(majorant.coefficients):
        if c > 0:
            half = arb(k + 1) / 2
            result += c * s ** (k + 1) * arb(2) ** (arb(k) / 2) / arb.pi().sqrt() * edge.gamma_upper(half)
        elif not c.is_zero():
            return arb("inf")
    return result.upper()


def radius_for(majorant, bits):
    """A radius (a float, at least 1) beyond which the tail is about 2^-bits, for g < 1/2.

    Nothing rests on it: `tail` proves.
    """
    from math import log, sqrt

    sizes = [float(c.log()) if c > 0 else -1e9 for c in majorant.coefficients]
    b, half = float(majorant.b), 0.5 - float(majorant.g)
    radius = sqrt(1.4 * bits + 2)
    for _ in range(3):
        excess = max(s + (k - 1) * log(radius) for k, s in enumerate(sizes))
        radius = (b + sqrt(b * b + 4 * half * max(1, bits * log(2) + excess + 1))) / (2 * half)
    return max(radius, 1.0)
