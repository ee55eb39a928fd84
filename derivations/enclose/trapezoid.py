r"""The trapezoid rule with a proven error, for Gaussian integrals of functions analytic near the real line.

Let g be analytic on the rectangle [-R, R] x [-a, a], with R = (N + 1/2) h, and w(z) = exp(2 pi i z / h).
The function 1/(w - 1) has at each kh the residue h/(2 pi i), so that, counterclockwise,

    h sum_{|k| <= N} g(kh) = contour integral of g/(w - 1).

On the upper half of the contour (from R over R + ia and -R + ia to -R) write 1/(w - 1) = -1 + w/(w - 1).
By Cauchy the -1 gives the integral of g over [-R, R]; on the lower half 1/(w - 1) stays. What remains is
the error. With z = x + iy, |w| = exp(-2 pi y / h), and so

    horizontal sides:  |w/(w - 1)| above and |1/(w - 1)| below are at most 1/(exp(2 pi a / h) - 1);
    vertical sides:    w = -exp(-2 pi y / h) there, and both are 1/(1 + exp(2 pi |y| / h)) <= exp(-2 pi |y| / h).

Here g = f phi, with phi the standard normal density, |phi(x + iy)| = exp((y^2 - x^2)/2) / sqrt(2 pi). As
y^2 <= a y for 0 <= y <= a, a vertical half side gives at most

    max|f| phi(R) * integral_0^a exp(y^2/2 - 2 pi y / h) dy <= max|f| phi(R) / (2 pi / h - a / 2).

f is real on the real line, so |f| is the same above and below (Schwarz), and boxes over the upper half are
enough: each stands on the real line. A box on which f is finite under `analytic` evaluation proves f analytic
there and bounds |f|; boxes side by side share a real point, so their functions are one. After Trefethen &
Weideman, The exponentially convergent trapezoidal rule, SIAM Review 56 (2014), theorem 5.1.
"""

from dataclasses import dataclass
from math import ceil, log, pi, sqrt

import flint
from flint import acb, arb

from derivations.enclose.growth import radius_for, tail
from derivations.enclose.program import ANALYTIC, REAL

MOST_NODES = 6000
BOX_BITS = 64
SPLITS = 5


def coarse(number, bits=24):
    """A float with few bits, slightly below: sums and products of such numbers are exact."""
    from math import frexp, ldexp

    fraction, exponent = frexp(number)
    return ldexp(int(fraction * 2**bits), exponent - bits)


@dataclass(frozen=True)
class Strip:
    """Proven: f is analytic on [-width, width] x [-a, a].

    `side` bounds the integral of |f phi| over one horizontal side, `end` bounds |f| on the part of the
    rectangle where |x| >= `inner`.
    """

    a: float
    inner: float
    width: float
    side: arb
    end: arb

    def spacing(self, bits):
        """h for an error of about 2^-bits."""
        wanted = bits * log(2) + 1 + max(0, float(self.side.log()))
        return coarse(min(0.5, 2 * pi * self.a / wanted))

    def nodes(self, bits):
        return 2 * self.half(self.spacing(bits)) + 1

    def reach(self):
        """The radius at which the vertical sides give as little as the tail beyond `inner`."""
        return sqrt(self.inner**2 + 2 * max(0, float(self.end.log()))) if self.end > 0 else self.inner

    def half(self, h):
        """N for this radius, within the proven part."""
        return min(ceil(self.reach() / h), int(self.width / h - 0.5))

    def error(self, h, radius):
        """An upper bound of the error of the rule with nodes kh, |kh| < radius = (N + 1/2) h."""
        if not self.inner <= radius <= self.width:
            raise ValueError(f"the radius {radius} is outside the proven part of the strip, {self.inner} to {self.width}")
        a, h, radius = arb(self.a), arb(h), arb(radius)
        horizontal = 2 * self.side / (2 * arb.pi() * a / h).expm1()
        rate = 2 * arb.pi() / h - a / 2
        inside = 1 / rate if rate > 0 else a * (a * a / 2).exp() / 2
        vertical = 4 * self.end * gauss(radius) * inside
        return (horizontal + vertical).upper()


def gauss(x):
    """The standard normal density."""
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def strip(f, a, inner, width):
    """The `Strip` of f with half-height a, or None where some box is refused."""
    a = coarse(a)
    step = coarse(min(a, 1.0))
    count = ceil(2 * width / step)
    step = coarse(2 * width / count) + 2.0**-20  # a little more than it takes
    stack = [(-width + i * step, step, 0) for i in range(count)][::-1]
    side, end = arb(0), arb(0)
    height = acb(0, arb(a / 2, a / 2))
    with_precision = flint.ctx.prec
    flint.ctx.prec = BOX_BITS
    try:
        values = _sizes(f, stack, height)
        while stack:
            left, step, depth = stack.pop()
            size = values.pop()
            if not size.is_finite():
                if depth == SPLITS:
                    return None
                halves = [(left + step / 2, step / 2, depth + 1), (left, step / 2, depth + 1)]
                stack += halves
                values += _sizes(f, halves, height)
                continue
            nearest = max(left, -(left + step), 0.0)
            side += arb(step) * size * ((arb(a) ** 2 - arb(nearest) ** 2) / 2).exp()
            if left + step >= inner or left <= -inner:
                end = end.max(size)
        return Strip(a, inner, width, (side / (2 * arb.pi()).sqrt()).upper(), end.upper())
    finally:
        flint.ctx.prec = with_precision


def _sizes(f, boxes, height):
    """Upper bounds of |f| over boxes, not finite where f is not seen to be analytic."""
    points = [arb(left + step / 2, step / 2) + height for left, step, _ in boxes]
    return [abs(v).upper() for v in f(points, ANALYTIC)]


def long_strip(f, a, inner):
    """A strip long enough for its own `reach`, where three attempts find one."""
    found, width = None, coarse(inner) + 2
    for _ in range(3):
        found = strip(f, a, inner, width)
        if found is None or found.reach() + 1 <= width:
            break
        width = coarse(found.reach()) + 2
    return found


def best_strip(f, inner, bits):
    """The strip that needs the fewest nodes, among half-heights a0, a0/2, ...; None where there is none."""
    best, a = None, sqrt(1.4 * bits)
    while 2 * inner * bits * log(2) / (2 * pi * a) < MOST_NODES:
        found = long_strip(f, a, inner)
        if best and (found is None or found.nodes(bits) >= best.nodes(bits)):
            break
        best, a = found or best, a / 2
        if best and best.side.log() <= bits * log(2):  # nodes ~ (bits log 2 + log side) / a: half of a cannot win
            break
    if best is None:
        return None
    for factor in (1.5, 1.25) if not f.entire else ():
        found = long_strip(f, best.a * factor, inner)
        if found and found.nodes(bits) < best.nodes(bits):
            return found
    return best


def gaussian_mean(f, majorant):
    """E f(y), y standard normal, as a real ball; None where the rule would need too many nodes."""
    bits = flint.ctx.prec
    inner = coarse(radius_for(majorant, bits))
    found = best_strip(f, inner, bits)
    if found is None or found.nodes(bits) > MOST_NODES:
        return None
    h = found.spacing(bits)
    half = found.half(h)
    radius = (half + 0.5) * h
    total = trapezoid_sum(f, h, half)
    return total + arb(0, (found.error(h, radius) + tail(majorant, arb(radius))).upper())


def trapezoid_sum(f, h, half):
    """h sum f(kh) phi(kh) over |k| <= half."""
    nodes = [arb(k * h) for k in range(-half, half + 1)]
    weights = [(-y * y / 2).exp() for y in nodes[half:]]
    weights = weights[:0:-1] + weights
    values = f(nodes, REAL)
    total = sum((v * w for v, w in zip(values, weights)), arb(0))
    return total * arb(h) / (2 * arb.pi()).sqrt()
