"""Points of a declared domain: the simplest first, for counterexamples, and random ones, for agreement."""
import heapq
import itertools
import random as randomness
from dataclasses import dataclass
from fractions import Fraction

_simple_values = tuple(Fraction(n, d) for n, d in ((0, 1), (1, 1), (2, 1), (-1, 1), (1, 2), (3, 1), (-2, 1), (1, 3),
                                                   (1, 4), (3, 2), (4, 1), (5, 1), (3, 4), (9, 10)))


@dataclass(frozen=True)
class Interval:
    """Numbers between `low` and `high` (None for no bound), ends excluded; only whole ones if `whole`, ends included."""

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False

    def __contains__(self, value):
        if self.whole:
            return value.denominator == 1 and (self.low is None or value >= self.low) and (
                self.high is None or value <= self.high)
        return (self.low is None or value > self.low) and (self.high is None or value < self.high)

    def draw(self, random):
        """A random member with a denominator that makes accidental equalities unlikely."""
        if self.whole:
            low = 1 if self.low is None else int(self.low)
            return Fraction(random.randint(low, low + 4 if self.high is None else int(self.high)))
        unit = Fraction(random.randint(1, 99_990), 99_991)
        if self.low is not None and self.high is not None:
            return self.low + (Fraction(self.high) - self.low) * unit
        if self.low is not None:
            return self.low + Fraction(1, 8) + 4 * unit
        if self.high is not None:
            return self.high - Fraction(1, 8) - 4 * unit
        return 6 * unit - 3


class Points:
    """The points of a product of intervals, of arrays, and of matrices.

    `domains` maps each symbol to an Interval; a Symbol without one takes its domain from its assumptions. An
    IndexedBase maps to (Interval, low, high): an entry for each index from `low` to `high`, whole numbers or the
    symbols of whole numbers. `condition`, if given, says of a whole point whether it belongs to the domain.
    """

    def __init__(self, domains, condition=None):
        if not isinstance(domains, dict):
            domains = {symbol: None for symbol in domains}
        self.domains = {s: _assumed(s) if d is None else d for s, d in domains.items()}
        self.condition = condition or (lambda point: True)

    def random(self, seed):
        """Endless random points, the same for the same seed."""
        random = randomness.Random(seed)
        while True:
            for _ in range(1000):
                point = self._filled(lambda interval: interval.draw(random))
                if self.condition(point):
                    yield point
                    break
            else:
                return

    def simple(self):
        """Points made of small numbers, in rising order of how complicated they are."""
        scalars = [(s, d) for s, d in self.domains.items() if isinstance(d, Interval)]
        choices = []
        for _, interval in scalars:
            values = [v for v in _simple_values if v in interval]
            choices.append(values or [interval.draw(randomness.Random(0))])
        for picked in _by_total_rank(choices):
            values = dict(zip((s for s, _ in scalars), picked, strict=True))
            for variant in range(2 if len(scalars) < len(self.domains) else 1):
                point = self._filled(None, values, variant)
                if self.condition(point):
                    yield point

    def _filled(self, draw, values=None, variant=0):
        point = dict(values or {})
        for symbol, domain in self.domains.items():
            if isinstance(domain, Interval) and values is None:
                point[symbol] = draw(domain)
        for symbol, domain in self.domains.items():
            if not isinstance(domain, Interval):
                interval, low, high = domain
                low, high = (int(point[e]) if e in point else int(e) for e in (low, high))
                small = [v for v in _simple_values if v in interval]
                point[symbol] = {k: draw(interval) if draw else small[(variant * (k - low + 1)) % len(small)]
                                 for k in range(low, high + 1)}
        return point


class Sampled:
    """Points from a plain function `sample(random) -> point`, with its first few as the simple ones."""

    def __init__(self, sample):
        self.sample = sample

    def random(self, seed):
        random = randomness.Random(seed)
        while True:
            yield self.sample(random)

    def simple(self):
        return itertools.islice(self.random(0), 8)


def as_points(points):
    """Points as they are, or a plain sampler made into them."""
    return points if hasattr(points, "random") else Sampled(points)


def _assumed(symbol):
    if symbol.is_integer:
        return Interval(Fraction(1 if symbol.is_positive else 0 if symbol.is_nonnegative else -2),
                        Fraction(4), whole=True)
    return Interval(Fraction(0)) if symbol.is_nonnegative else Interval(None, Fraction(0)) if symbol.is_negative else Interval()


def _by_total_rank(choices):
    """All ways to pick one of each list, those with small places first."""
    start = (0,) * len(choices)
    queue, seen = [(0, start)], {start}
    while queue:
        rank, places = heapq.heappop(queue)
        yield [values[k] for values, k in zip(choices, places, strict=True)]
        for axis, k in enumerate(places):
            if k + 1 < len(choices[axis]):
                following = (*places[:axis], k + 1, *places[axis + 1:])
                if following not in seen:
                    seen.add(following)
                    heapq.heappush(queue, (rank + 1, following))
