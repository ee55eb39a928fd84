"""From the keyword arguments of a caller to exact points of a claim's domain."""

import itertools
import math
from dataclasses import dataclass
from functools import cached_property

from derivations.domains import Integers, SquareMatrix, Vector
from derivations.enclose.points import Point, as_value, named_law
from derivations.language.density import Density
from derivations.language.given import given_density
from derivations.language.normal import Normal


@dataclass(frozen=True)
class Arguments:
    """Validated arguments: `arrays` by keyword as given, `laws` by keyword, and the broadcast `shape`."""

    claim: object
    arrays: dict
    laws: dict
    shape: tuple

    @property
    def given(self):
        return bool(self.arrays or self.laws)

    def points(self, limit):
        """The first `limit` points of the broadcast arguments, as exact values for the evaluators."""
        import numpy

        spread = {}
        for p in self.claim.parameters:
            if p.name in self.arrays:
                own = self.arrays[p.name].shape[self.arrays[p.name].ndim - axes(p) :] if axes(p) else ()
                spread[p.name] = numpy.broadcast_to(self.arrays[p.name], self.shape + own)
        for position in itertools.islice(numpy.ndindex(*self.shape), limit):
            yield self._point({name: array[position] for name, array in spread.items()})

    def _point(self, entries):
        values, instance = {}, dict(self.claim.instance)
        for p in self.claim.parameters:
            if p.name in entries:
                values[p.symbol] = as_value(p, _exact(p, entries[p.name]))
                values.update(_lengths(p, entries[p.name]))
            elif p.name in self.laws:
                instance[p.symbol], numbers = self._law(p)
                values.update(numbers)
        return Point(values, instance)


    def _law(self, parameter):
        """The density put for an abstract one, and the values of its symbols."""
        law = self.laws[parameter.name]
        if isinstance(law, Normal):
            return named_law(parameter, law)
        return self.given_densities[parameter.name], {}

    @cached_property
    def given_densities(self):
        """The densities that were given as functions, as words; without enclosures."""
        found = {p.name: p for p in self.claim.parameters if not isinstance(self.laws.get(p.name, None), Normal) and p.name in self.laws}
        return {name: given_density(name, self.laws[name], p.symbol.values[0]) for name, p in found.items()}


def axes(parameter):
    """How many trailing axes of an argument belong to one value of the parameter."""
    return 1 if isinstance(parameter.domain, Vector) else 2 if isinstance(parameter.domain, SquareMatrix) else 0


def bind(claim, keywords):
    """Check the caller's keywords against the claim's parameters. Raises `TypeError` and `ValueError`."""
    import numpy

    parameters = {p.name: p for p in claim.parameters}
    for name in keywords:
        if name not in parameters:
            raise TypeError(f"{claim.name} has no parameter {name!r}; it has {', '.join(parameters) or 'none'}")
    missing = [p.name for p in claim.parameters if not p.optional and p.name not in keywords]
    if keywords and missing:
        raise TypeError(f"{claim.name} needs {', '.join(missing)} as well: give all of {', '.join(n for n, p in parameters.items() if not p.optional)}, or none to check the whole domain")
    arrays, laws = {}, {}
    for name, value in keywords.items():
        p = parameters[name]
        if isinstance(p.symbol, Density):
            laws[name] = as_law(name, value)
        else:
            arrays[name] = p.domain.validate(name, value)
    try:
        shape = numpy.broadcast_shapes(*(a.shape[: a.ndim - axes(parameters[n])] for n, a in arrays.items()))
    except ValueError:
        shapes = ", ".join(f"{n} {a.shape}" for n, a in arrays.items())
        raise ValueError(f"the arguments of {claim.name} do not broadcast: {shapes}") from None
    _check_lengths(claim, parameters, arrays)
    for name, array in arrays.items():
        parameters[name].domain.validate_beside(name, array, arrays)
    return Arguments(claim, arrays, laws, shape)


def as_law(name, value):
    """A normal law as our own; any other frozen distribution or density function as it is. Raises `ValueError`."""
    from sympy import Rational

    if isinstance(value, Normal):
        return value
    if getattr(getattr(value, "dist", None), "name", "") == "norm":
        mean, spread = float(value.mean()), float(value.std())
        if not (math.isfinite(mean) and 0 < spread < math.inf):
            raise ValueError(f"{name} = norm({mean}, {spread}) is not a law: its standard deviation must be positive and finite")
        return Normal(Rational(mean), Rational(spread))
    if callable(getattr(value, "pdf", value)):
        _check_density(name, getattr(value, "pdf", value))
        return value
    raise ValueError(f"{name} = {value!r} is not a law: pass a density as a function, or a frozen SciPy distribution such as scipy.stats.norm(0, 1)")


def _check_density(name, pdf):
    """A density takes an array, returns as many finite numbers that are not negative, and integrates to 1."""
    import numpy
    from scipy.integrate import quad

    probe = numpy.linspace(-3, 3, 7)
    try:
        found = numpy.asarray(pdf(probe), float)
    except Exception as error:  # noqa: BLE001 - whatever the caller's function raised, the caller is told
        raise ValueError(f"{name} is not a density: called with an array it raised {type(error).__name__}: {error}") from None
    if found.shape != probe.shape or not (found >= 0).all() or not numpy.isfinite(found).all():
        raise ValueError(f"{name} is not a density: for the points {probe.tolist()} it gave {found.tolist()}")
    mass = quad(pdf, -numpy.inf, numpy.inf, limit=200)[0]
    if not abs(mass - 1) < 1e-3:
        raise ValueError(f"{name} is not a density: it integrates to {mass:.6g}, not to 1")


def _exact(parameter, entry):
    """A float array entry as exact numbers, nested as the evaluators take them."""
    if isinstance(parameter.domain, Integers):
        return int(entry)
    return entry.tolist() if axes(parameter) else float(entry)


def _lengths(parameter, entry):
    """The dimension symbol that an argument fixes, with its value."""
    symbol = getattr(parameter.domain, "length", None) or getattr(parameter.domain, "size", None)
    return {symbol: len(entry)} if symbol is not None else {}


def _check_lengths(claim, parameters, arrays):
    """All arguments that share a dimension must have the same length."""
    seen = {}
    for name, array in arrays.items():
        p = parameters[name]
        symbol = getattr(p.domain, "length", None) or getattr(p.domain, "size", None)
        if symbol is None:
            continue
        if array.ndim < axes(p):
            raise ValueError(f"{name} has shape {array.shape}; it must be {p.domain.describe(name)}, at least {axes(p)}-dimensional")
        other = seen.setdefault(symbol, (name, array.shape[-1]))
        if other[1] != array.shape[-1]:
            raise ValueError(f"{name} has length {array.shape[-1]} but {other[0]} has length {other[1]}; they must agree")
