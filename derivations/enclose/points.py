"""Points of a claim's domain: values for its symbols, laws for its densities."""

from dataclasses import dataclass

from sympy import ImmutableMatrix, MatrixSymbol, Rational, Symbol

from derivations.domains import Integers, SquareMatrix, Vector
from derivations.enclose.balls import Balls, Unevaluable
from derivations.instance import NoInstance, concretise, is_abstract
from derivations.language.density import Density
from derivations.language.normal import Normal


@dataclass(frozen=True)
class Point:
    """One point of a claim's domain: `values` for symbols, `instance` for abstract densities and functions."""

    values: dict
    instance: dict

    def evaluate(self, expr):
        """The enclosure of `expr` here. Raises `Unevaluable` where there is none."""
        if is_abstract(expr):
            try:
                expr = concretise(expr, self.instance)
            except NoInstance as gap:
                raise Unevaluable(str(gap)) from None
        return Balls(self.values)(expr)


def random_point(claim, rng, edge=False, known=None):
    """A random exact point of the claim's domain, or of its edges; dimensions are drawn first, from 1 to 3, if not `known`.

    Where a statement is about any laws, the laws are at their edges and the other parameters are not.
    """
    over_laws = any(isinstance(p.symbol, Density) for p in claim.parameters)
    sizes = {**_sizes(claim.parameters, rng), **(known or {})}
    values, instance = dict(sizes), dict(claim.instance)
    for p in claim.parameters:
        draw = p.domain.edge if edge and isinstance(p.symbol, Density) >= over_laws else p.domain.sample
        if isinstance(p.symbol, Density):
            instance[p.symbol], numbers = named_law(p, draw(rng))
            values.update(numbers)
        elif p.symbol not in values:
            values[p.symbol] = as_value(p, draw(rng, sizes))
    return Point(values, instance)


def named_law(parameter, law):
    """A Gaussian put for an abstract density: with symbols for its mean and spread, and their values."""
    mu, sigma = Symbol(f"mu_{parameter.name}", real=True), Symbol(f"sigma_{parameter.name}", positive=True)
    return Normal(mu, sigma)(parameter.symbol.values[0]), {mu: _exact(law.mu), sigma: _exact(law.sigma)}


def as_value(parameter, point):
    """A sampled point as the walker takes it: exact, matrices and matrix-symbol vectors as SymPy matrices."""
    if isinstance(parameter.symbol, MatrixSymbol):
        rows = [[x] for x in point] if isinstance(parameter.domain, Vector) else point
        return ImmutableMatrix([[_exact(x) for x in row] for row in rows])
    return point


def _exact(number):
    """A rational number or a float as the SymPy number that it is."""
    return number if isinstance(number, Rational) else Rational(*(int(k) for k in number.as_integer_ratio()))


def _sizes(parameters, rng):
    sizes = {p.symbol: rng.randint(p.domain.low, min(p.domain.high, 3)) for p in parameters if isinstance(p.domain, Integers) and _is_length(p, parameters)}
    for p in parameters:
        length = p.domain.length if isinstance(p.domain, Vector) else p.domain.size if isinstance(p.domain, SquareMatrix) else None
        if length is not None and length not in sizes:
            size = rng.randint(1, 3)
            while size in sizes.values() and len(sizes) < 3:  # different dimensions, so that none can pass for another
                size = size % 3 + 1
            sizes[length] = size
    return sizes


def _is_length(parameter, parameters):
    return any(getattr(p.domain, "length", getattr(p.domain, "size", None)) == parameter.symbol for p in parameters)
