"""What the layers are asked: a claim (or a reader's version of it) at some points of its domain."""

import random
from dataclasses import dataclass
from functools import cached_property

from derivations.language.density import Density
from derivations.language.given import GivenDensity
from derivations.enclose.points import random_point
from derivations.instance import is_abstract

POINTS = 6
EDGES = 3


@dataclass(frozen=True)
class Case:
    """A claim, the arguments given (or none: the whole domain), and the seed of every random choice."""

    claim: object
    arguments: object
    seed: int = 0

    def rng(self, purpose):
        """A fresh random generator, the same for the same claim, seed and purpose."""
        return random.Random(f"{self.claim.name}/{purpose}/{self.seed}")

    @cached_property
    def points(self):
        """The points to look at: the caller's, or random ones of the domain."""
        if self.arguments.given:
            return tuple(_completed(self.claim, p, self.rng("completion")) for p in self.arguments.points(10_000))
        rng = self.rng("points")
        return tuple(random_point(self.claim, rng) for _ in range(POINTS))

    @cached_property
    def edges(self):
        """Points at the edges of the domain: scales far apart, values almost equal, the first and the last step.

        Of a claim about any laws: laws that nearly agree, that are far apart, one narrow beside the other. None where
        abstract laws have an instance: its parameters are not the claim's.
        """
        if self.arguments.given or not self.claim.parameters or (any(map(is_abstract, self.statements)) and not self._over_laws):
            return ()
        rng = self.rng("edges")
        return tuple(random_point(self.claim, rng, edge=True) for _ in range(EDGES))

    @property
    def _over_laws(self):
        return any(isinstance(p.symbol, Density) for p in self.claim.parameters)

    @property
    def statements(self):
        return tuple(p.statement for p in self.claim.parts)


def _completed(claim, point, rng):
    """A caller's point with the optional parameters that were not given drawn at random."""
    missing = [p for p in claim.parameters if p.optional and p.symbol not in point.values and p.symbol not in point.instance]
    if not missing:
        return point
    drawn = random_point(claim, rng, known={s: v for s, v in point.values.items() if isinstance(v, int)})
    values = {**drawn.values, **point.values}
    instance = {**drawn.instance, **point.instance}
    return type(point)(values, instance)


def describe(claim, point):
    """A point in plain numbers, by keyword, for counterexamples and reports."""
    found = {}
    for p in claim.parameters:
        if p.symbol in point.values:
            found[p.name] = _plain(point.values[p.symbol])
        elif p.symbol in point.instance:
            law = point.instance[p.symbol]
            if isinstance(law, GivenDensity):
                found[p.name] = str(law.source)
                continue
            mu, sigma = (_plain(point.values[s]) for s in (law.mu, law.sigma))
            found[p.name] = f"N({mu:g}, {sigma:g}^2)"
    return found


def _plain(value):
    from flint import acb
    from sympy import MatrixBase

    if isinstance(value, MatrixBase):
        return [[float(x) for x in row] for row in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return float(value.real) if isinstance(value, acb) else int(value) if isinstance(value, int) else float(value)


def arrays_of(point):
    """A point as (symbols, float32 arrays, (symbol, int) pairs): what a compiled function takes."""
    import numpy

    symbols, arrays, whole = [], [], []
    for symbol, value in point.values.items():
        if isinstance(value, int):
            whole.append((symbol, value))
        else:
            symbols.append(symbol)
            arrays.append(numpy.asarray(_plain(value), numpy.float32))
    return tuple(symbols), tuple(arrays), tuple(whole)


def in_float32(point):
    """The point with every real number rounded to float32, as exact values: where a float32 sampler really is."""
    import numpy
    from flint import acb
    from sympy import MatrixBase, Rational

    def rounded(value):
        if isinstance(value, int):
            return value
        if isinstance(value, (list, tuple)):
            return [rounded(v) for v in value]
        if isinstance(value, MatrixBase):
            return value.applyfunc(lambda x: Rational(float(numpy.float32(float(x)))))
        return acb(float(numpy.float32(float(value.real) if isinstance(value, acb) else float(value))))

    return type(point)({s: rounded(v) for s, v in point.values.items()}, point.instance)
