"""The domains of parameters: what a value may be, in words, as a test, and as random exact points."""

from dataclasses import dataclass
from fractions import Fraction

from sympy import I, Identity, IndexedBase, MatrixSymbol, Symbol

_INDEX = Symbol("i", integer=True, positive=True)


class Domain:
    """A set of admissible values.

    `describe(name)` says it in mathematics, `validate(name, value)` raises `ValueError` naming parameter,
    value and domain, `sample(rng, sizes)` draws an exact random point for the checker, `edge(rng, sizes)` one of
    the extreme points `edges`.
    """

    edges = ()

    def describe(self, name):
        raise NotImplementedError

    def validate(self, name, value):
        import numpy

        try:
            array = numpy.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"{name} = {value!r} is not a number or an array of numbers; it must satisfy {self.describe(name)}") from None
        bad = ~(numpy.isfinite(array) & self.admits(array))
        if bad.any():
            first = array[bad].flat[0] if array.ndim else array
            where = f" (at index {tuple(int(i) for i in numpy.argwhere(bad)[0])})" if array.ndim else ""
            raise ValueError(f"{name} = {float(first):g}{where} is outside its domain: {self.describe(name)}")
        return array

    def admits(self, array):
        raise NotImplementedError

    def edge(self, rng, sizes=None):
        return rng.choice(self.edges) if self.edges else self.sample(rng, sizes)

    def holds_for(self, expr):
        """Is the symbolic `expr` known, by the declared signs, to lie in the domain?"""
        raise NotImplementedError

    def validate_beside(self, name, array, others):
        """Raise `ValueError` where a valid value does not go with the other arguments (keyword -> array)."""


@dataclass(frozen=True)
class Real(Domain):
    """Any real number."""

    edges = (Fraction(0), Fraction(1, 10**12), Fraction(-30), Fraction(30))

    def describe(self, name):
        return f"{name} is a finite real number"

    def admits(self, array):
        return array == array

    def holds_for(self, expr):
        return expr.is_real is True

    def sample(self, rng, sizes=None):
        return Fraction(rng.randint(-300, 300), 100)


@dataclass(frozen=True)
class Positive(Domain):
    """Any positive real number."""

    edges = (Fraction(1, 10**12), Fraction(1), Fraction(10**12))

    def describe(self, name):
        return f"{name} > 0"

    def admits(self, array):
        return array > 0

    def holds_for(self, expr):
        return expr.is_positive is True

    def sample(self, rng, sizes=None):
        return Fraction(rng.randint(20, 300), 100)


@dataclass(frozen=True)
class Bit(Domain):
    """Zero or one."""

    edges = (Fraction(0), Fraction(1))

    def describe(self, name):
        return f"{name} is 0 or 1"

    def admits(self, array):
        return (array == 0) | (array == 1)

    def sample(self, rng, sizes=None):
        return Fraction(rng.randint(0, 1))


@dataclass(frozen=True)
class Interval(Domain):
    """The open interval (low, high)."""

    low: Fraction
    high: Fraction

    @property
    def edges(self):
        step = (self.high - self.low) / 10**9
        return (self.low + step, self.high - step)

    def describe(self, name):
        return f"{self.low} < {name} < {self.high}"

    def admits(self, array):
        return (array > float(self.low)) & (array < float(self.high))

    def holds_for(self, expr):
        return (expr - self.low).is_positive is True and (self.high - expr).is_positive is True

    def sample(self, rng, sizes=None):
        return self.low + (self.high - self.low) * Fraction(rng.randint(50, 950), 1000)


@dataclass(frozen=True)
class ClosedInterval(Domain):
    """The interval [low, high], its ends included."""

    low: Fraction
    high: Fraction

    @property
    def edges(self):
        return (self.low, self.high)

    def describe(self, name):
        return f"{self.low} <= {name} <= {self.high}"

    def admits(self, array):
        return (array >= float(self.low)) & (array <= float(self.high))

    def holds_for(self, expr):
        return (expr - self.low).is_nonnegative is True and (self.high - expr).is_nonnegative is True

    def sample(self, rng, sizes=None):
        return self.low + (self.high - self.low) * Fraction(rng.randint(0, 1000), 1000)


@dataclass(frozen=True)
class Integers(Domain):
    """The integers from low, up to `high` where the checker samples."""

    low: int
    high: int

    @property
    def edges(self):
        return (self.low, self.high)

    def describe(self, name):
        return f"{name} is an integer, {name} >= {self.low}"

    def admits(self, array):
        return (array >= self.low) & (array == array.round())

    def holds_for(self, expr):
        return expr.is_integer is True and (expr - self.low).is_nonnegative is True

    def sample(self, rng, sizes=None):
        return rng.randint(self.low, self.high)


@dataclass(frozen=True)
class Vector(Domain):
    """A vector whose entries lie in `entry`; its length is the symbol `length` (or free, when None)."""

    entry: Domain
    length: object = None

    def describe(self, name):
        of = f" of length {self.length}" if self.length is not None else ""
        return f"{name} is a vector{of}, {self.entry.describe(f'{name}_i')}"

    def admits(self, array):
        return self.entry.admits(array)

    def holds_for(self, expr):
        if isinstance(expr, IndexedBase):
            return self.entry.holds_for(expr[_INDEX])
        return isinstance(self.entry, Real) and expr.is_Matrix and expr.shape[1] == 1 and not expr.has(I)

    def sample(self, rng, sizes):
        return [self.entry.sample(rng) for _ in range(sizes[self.length])]

    def edge(self, rng, sizes):
        return [self.entry.edge(rng) for _ in range(sizes[self.length])]


@dataclass(frozen=True)
class SquareMatrix(Domain):
    """Any real matrix of `size` rows and columns."""

    size: object

    def describe(self, name):
        return f"{name} is a real square matrix"

    def validate(self, name, value):
        import numpy

        try:
            array = numpy.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(f"{name} is not an array of numbers; {self.describe(name)}") from None
        if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
            raise ValueError(f"{name} has shape {array.shape}; it must be square in its last two axes: {self.describe(name)}")
        if not numpy.isfinite(array).all():
            raise ValueError(f"{name} holds NaN or infinity: {self.describe(name)}")
        return array

    def holds_for(self, expr):
        return isinstance(expr, MatrixSymbol) and expr.shape == (self.size, self.size)

    def sample(self, rng, sizes):
        n = sizes[self.size]
        return [[Fraction(rng.randint(-150, 150), 100) for _ in range(n)] for _ in range(n)]


@dataclass(frozen=True)
class SPD(SquareMatrix):
    """A symmetric positive definite matrix of `size` rows."""

    def describe(self, name):
        return f"{name} is a symmetric positive definite matrix"

    def validate(self, name, value):
        import numpy

        array = super().validate(name, value)
        if not numpy.allclose(array, numpy.swapaxes(array, -1, -2), rtol=1e-12, atol=0):
            raise ValueError(f"{name} is not symmetric: {self.describe(name)}")
        smallest = numpy.linalg.eigvalsh(array).min()
        if smallest <= 0:
            raise ValueError(f"{name} has the eigenvalue {smallest:g}; {self.describe(name)}")
        return array

    def holds_for(self, expr):
        from derivations.language.multivariate import CovarianceSymbol

        return isinstance(expr, (CovarianceSymbol, Identity))

    def sample(self, rng, sizes):
        n = sizes[self.size]
        lower = [[Fraction(rng.randint(-100, 100), 100) if j < i else Fraction(rng.randint(50, 200), 100) if i == j else Fraction(0)
                  for j in range(n)] for i in range(n)]
        return [[sum(lower[i][k] * lower[j][k] for k in range(n)) for j in range(n)] for i in range(n)]

    def edge(self, rng, sizes):
        n, scale = sizes[self.size], rng.choice((Fraction(1, 10**6), Fraction(1), Fraction(10**6)))
        near = 1 - Fraction(1, 10**9)  # of all correlations: the matrix is almost singular
        return [[scale if i == j else scale * near for j in range(n)] for i in range(n)]


@dataclass(frozen=True)
class AnyLaw(Domain):
    """Any law with a positive density on the real line; random points of it are Gaussians.

    At the edges two laws nearly agree, are far apart, or one is narrow beside the other.
    """

    edges = ((0, 1), (Fraction(1, 10**9), 1), (0, 1 + Fraction(1, 10**9)), (6, 1), (0, Fraction(1, 4)), (-3, 20))

    def describe(self, name):
        return f"{name} is a density: a callable or a frozen SciPy distribution"

    def holds_for(self, expr):
        return False  # a law is put for a law by `derivations.rules.admissible` only

    def sample(self, rng, sizes=None):
        return self._gaussian(Fraction(rng.randint(-200, 200), 100), Fraction(rng.randint(50, 200), 100))

    def edge(self, rng, sizes=None):
        return self._gaussian(*rng.choice(self.edges))

    @staticmethod
    def _gaussian(mu, sigma):
        from sympy import Rational

        from derivations.language.normal import Normal

        return Normal(Rational(mu), Rational(sigma))
