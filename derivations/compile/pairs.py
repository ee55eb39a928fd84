"""Numbers as unevaluated sums of two floats: about twice the digits of float32 or float64, in that type alone.

Every product that is formed is exact (the factors are split in halves first), so a compiler that contracts
products and sums to fused operations changes nothing. Dekker 1971; Knuth, TAOCP 2, section 4.2.2.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """The number high + low, |low| at most half a unit in the last place of high; arrays of one shape and dtype."""

    high: object
    low: object
    xp: object

    def __add__(self, other):
        high, error = two_sum(self.high, other.high, self.xp)
        low, rest = two_sum(self.low, other.low, self.xp)
        high, error = fast_two_sum(high, error + low, self.xp)
        return Pair(*fast_two_sum(high, error + rest, self.xp), self.xp)

    def __neg__(self):
        return Pair(-self.high, -self.low, self.xp)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        high, error = two_product(self.high, other.high, self.xp)
        cross = self.high * other.low + self.low * other.high
        return Pair(*fast_two_sum(high, error + cross, self.xp), self.xp)

    def __truediv__(self, other):
        first = self.high / other.high
        rest = self - Pair(first, self.xp.zeros_like(first), self.xp) * other
        return Pair(*fast_two_sum(first, rest.high / other.high, self.xp), self.xp)

    def sqrt(self):
        root = self.xp.sqrt(self.high)
        rest = self - Pair(root, self.xp.zeros_like(root), self.xp) * Pair(root, self.xp.zeros_like(root), self.xp)
        correction = self.xp.where(root > 0, rest.high / (2 * self.xp.where(root > 0, root, 1)), 0)
        return Pair(*fast_two_sum(root, correction, self.xp), self.xp)

    def log(self):
        """The logarithm of a positive number, with 12 more bits than the type has.

        With 2^k f, f between sqrt(1/2) and sqrt(2), and y = (f - 1)/(f + 1) it is k log 2 + 2 y (1 + y^2/3 + y^4/5 + ...),
        where only what follows y^2/3 is summed in the plain type.
        """
        from sympy import Rational, S, log

        xp, one = self.xp, constant(S.One, self.high, self.xp)
        fraction, exponent = xp.frexp(self.high)
        small = fraction < 0.5**0.5
        f = xp.where(small, 2 * fraction, fraction)
        f = Pair(f, f * (self.low / self.high), xp)
        k = exact((exponent - small).astype(f.high.dtype), xp)
        y = (f - one) / (f + one)
        square, tail = y * y, xp.zeros_like(f.high)
        for n in range(14 if tail.dtype == xp.float32 else 24, 1, -1):
            tail = (tail + 1 / (2 * n + 1)) * square.high
        series = one + square * constant(Rational(1, 3), self.high, xp) + exact(tail * square.high, xp)
        return k * constant(log(2), self.high, xp) + (y + y) * series

    def value(self):
        """The nearest float."""
        return self.high + self.low


@dataclass(frozen=True)
class Single:
    """A number as one float, for sums that do not cancel; it is used as a `Pair` is."""

    high: object
    xp: object

    low = 0.0

    def __add__(self, other):
        return Single(self.high + other.high, self.xp)

    def __sub__(self, other):
        return Single(self.high - other.high, self.xp)

    def __mul__(self, other):
        return Single(self.high * other.high, self.xp)

    def __truediv__(self, other):
        return Single(self.high / other.high, self.xp)

    def sqrt(self):
        return Single(self.xp.sqrt(self.high), self.xp)

    def log(self):
        return Single(self.xp.log(self.high), self.xp)

    def value(self):
        return self.high


def exact(value, xp):
    """An array as a pair."""
    return Pair(value, xp.zeros_like(value), xp)


def constant(number, like, xp):
    """A SymPy number as a pair of arrays such as the finite array `like`.

    They are computed from `like`, so that a compiler cannot see that they are constant: XLA would take (x + 1) - 1
    for x, which is just what an error-free sum must not be taken for.
    """
    import numpy
    from sympy import Float

    kind = numpy.dtype(like.dtype).type
    high = kind(float(number.evalf(17)))
    low = kind(float(number - Float(float(high), 40) if not number.is_Rational else number - _rational(high)))
    zero = 0 * like
    return Pair(zero + high, zero + low, xp)


def two_sum(a, b, xp):
    """a + b rounded, and what the rounding lost."""
    total = a + b
    part = total - a
    return total, _finite(total, (a - (total - part)) + (b - part), xp)


def fast_two_sum(a, b, xp):
    """The same where |a| >= |b| or a = 0."""
    total = a + b
    return total, _finite(total, b - (total - a), xp)


def two_product(a, b, xp):
    """a b rounded (nearly), and what the rounding lost."""
    (a1, a2), (b1, b2) = _halves(a, xp), _halves(b, xp)
    cross, rest = two_sum(a1 * b2, a2 * b1, xp)
    high, error = two_sum(a1 * b1, cross, xp)
    high, low = fast_two_sum(high, error + (rest + a2 * b2), xp)
    product = a * b
    usable = xp.isfinite(product) & xp.isfinite(high)
    return xp.where(usable, high, product), xp.where(usable, low, 0)


def _finite(total, error, xp):
    """The error of a rounding; none where the result overflows."""
    return xp.where(xp.isfinite(total), error, 0)


def _halves(a, xp):
    """a = high + low, each with at most half of the digits: the lower bits of the significand are cut off."""
    single = a.dtype == xp.float32
    whole, kept = (xp.uint32, 0xFFFFF000) if single else (xp.uint64, 0xFFFFFFFFF8000000)
    high = (a.view(whole) & whole(kept)).view(a.dtype)
    return high, a - high


def _rational(value):
    from sympy import Rational

    return Rational(*float(value).as_integer_ratio())
