"""From the keyword arguments of a caller to exact points of a claim's domain."""

import itertools
from dataclasses import dataclass

from derivations.domains import SPD, Integers, Vector
from derivations.enclose.points import Point, as_value, named_law
from derivations.language.density import Density


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
                instance[p.symbol], numbers = named_law(p, self.laws[p.name])
                values.update(numbers)
        return Point(values, instance)


def axes(parameter):
    """How many trailing axes of an argument belong to one value of the parameter."""
    return 1 if isinstance(parameter.domain, Vector) else 2 if isinstance(parameter.domain, SPD) else 0


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
    return Arguments(claim, arrays, laws, shape)


def as_law(name, value):
    """A frozen SciPy normal as our own law; anything else that has a density as it is."""
    from sympy import Rational

    from derivations.language.normal import Normal

    if isinstance(value, Normal):
        return value
    distribution = getattr(value, "dist", None)
    if getattr(distribution, "name", "") == "norm":
        mean, spread = float(value.mean()), float(value.std())
        return Normal(Rational(mean), Rational(spread))
    if callable(getattr(value, "pdf", None)) or callable(value):
        raise ValueError(f"{name} = {value!r}: only Gaussian laws are enclosed so far; pass scipy.stats.norm(mean, sd)")
    raise ValueError(f"{name} = {value!r} is not a law: pass a frozen SciPy distribution such as scipy.stats.norm(0, 1)")


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
