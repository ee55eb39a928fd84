"""Claims that promise more: a parameter's domain made wider, a condition left out."""

from dataclasses import dataclass, replace
from fractions import Fraction

from sympy import IndexedBase, MatrixSymbol, Symbol

from derivations.checker import check_claim
from derivations.domains import SPD, ClosedInterval, Domain, Integers, Interval, Positive, Vector
from derivations.language.word import depends
from verify.arguments import bind
from verify.case import Case
from verify.mutation.finding import Finding
from verify.mutation.rebuild import with_symbol
from verify.mutation.steps import places
from verify.verifier import ask


@dataclass(frozen=True)
class Wider(Domain):
    """A domain that contains another; its random points are those that the other leaves out."""

    words: str
    outside: object

    def describe(self, name):
        return f"{name} {self.words}"

    def admits(self, array):
        return array == array

    def sample(self, rng, sizes=None):
        return self.outside(rng)


@dataclass(frozen=True)
class WiderVector(Vector):
    """Vectors with entries in a wider domain."""

    inner: Vector = None

    def sample(self, rng, sizes):
        return [self.entry.sample(rng) for _ in self.inner.sample(rng, sizes)]


@dataclass(frozen=True)
class Indefinite(SPD):
    """Symmetric matrices; random points are not positive definite."""

    def sample(self, rng, sizes):
        rows = super().sample(rng, sizes)
        return [[-x for x in row] for row in rows]


def wider(domain):
    """(what, the wider domain, the assumptions of its symbol) of a domain; None where none is known."""
    if isinstance(domain, Positive):
        return "any real number", Wider("is real", lambda rng: -Fraction(rng.randint(20, 300), 100)), {"real": True}
    if isinstance(domain, Interval):
        reach = 2 * domain.high - domain.low
        more = Wider(f"in ({domain.low}, {reach})", lambda rng: domain.high + (reach - domain.high) * Fraction(rng.randint(50, 950), 1000))
        return f"({domain.low}, {reach})", more, {"positive": True}
    if isinstance(domain, ClosedInterval):
        reach = 2 * domain.high - domain.low
        more = Wider(f"in [{domain.low}, {reach}]", lambda rng: domain.high + (reach - domain.high) * Fraction(rng.randint(50, 1000), 1000))
        return f"[{domain.low}, {reach}]", more, {"real": True}
    if isinstance(domain, Integers):
        low = domain.low - 1
        assumptions = {"integer": True, "positive": True} if low > 0 else {"integer": True, "nonnegative": True}
        return f"{low} as well", Wider(f">= {low}", lambda rng: low), assumptions
    if isinstance(domain, Vector) and wider(domain.entry) is not None:
        what, entry, assumptions = wider(domain.entry)
        return f"entries: {what}", WiderVector(entry, domain.length, domain), assumptions
    if isinstance(domain, SPD):
        return "any symmetric matrix", Indefinite(domain.size), None
    return None


def _symbol(symbol, assumptions):
    if isinstance(symbol, MatrixSymbol):
        return MatrixSymbol(symbol.name, *symbol.shape)
    kind = IndexedBase if isinstance(symbol, IndexedBase) else Symbol
    return kind(str(symbol), **assumptions)


def examine(claim, seed):
    """The findings on every wider domain and every condition left out."""
    for p in claim.parameters:
        found = wider(p.domain)
        if found is not None:
            yield from _weakened(claim, p, *found, seed)
    for condition in claim.conditions:
        yield _without(claim, condition)


def _weakened(claim, parameter, what, domain, assumptions, seed):
    """The domain alone made wider, then the symbol with it: refused by the rules, or by the numbers, and as input."""
    what = f"{parameter.name}: {what}"
    others = tuple(replace(p, domain=domain) if p is parameter else p for p in claim.parameters)
    undeclared = replace(claim, parameters=others)
    symbol = _symbol(parameter.symbol, assumptions)
    declared = undeclared if symbol == parameter.symbol else with_symbol(undeclared, parameter.symbol, symbol)
    proved = check_claim(declared, attack=False).ok
    evidence = ask("enclosure", Case(declared, bind(declared, {}), seed))
    if not _derived_with(claim, parameter.symbol):
        proved = False  # it belongs to the numbers alone, so no proof speaks of it
    elif not proved:
        yield Finding("derivation", "domain", what, "killed")
    elif evidence.status == "enclosed":
        yield Finding("derivation", "domain", what, "equivalent", "every step is replayed for the wider domain as well")
    else:
        yield Finding("derivation", "domain", what, "survived", f"every step is replayed there, but {evidence.summary}")
    if evidence.status != "enclosed":
        yield Finding("enclosure", "domain", what, "killed")
    elif proved:
        yield Finding("enclosure", "domain", what, "equivalent", "proved, and enclosed, for the wider domain as well")
    else:
        yield Finding("enclosure", "domain", what, "silent", "both sides agree there too, which no rule shows")
    yield _as_input(claim, undeclared, parameter, what, seed)


def _derived_with(claim, symbol):
    """Does any derivation of the claim speak of the symbol?"""
    sides = [e for part in claim.parts for place in places(part) for e in (place.before, place.step.result)]
    return any(e.has(symbol) or depends(e, symbol) for e in sides)


def _as_input(claim, undeclared, parameter, what, seed):
    """A value outside the declared domain must not be taken from a caller."""
    keywords = _keywords(undeclared, seed)
    try:
        bind(claim, keywords)
    except ValueError:
        return Finding("input", "domain", what, "killed")
    return Finding("input", "domain", what, "survived", f"{parameter.name} = {keywords[parameter.name]} is taken")


def _keywords(claim, seed):
    """A caller's arguments at a random point of the claim's domain."""
    import random

    from derivations.language.density import Density

    rng, sizes = random.Random(f"{seed}/{claim.name}/input"), _Sizes()
    found = {}
    for p in claim.parameters:
        value = p.domain.sample(rng, sizes)
        found[p.name] = value if isinstance(p.symbol, Density) else _plain(value)
    return found


class _Sizes(dict):
    """Two for every dimension that is asked for."""

    def __missing__(self, dimension):
        return 2


def _plain(value):
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return float(value) if isinstance(value, Fraction) else value


def _without(claim, condition):
    """A condition left out: some rule must ask for it."""
    replay = check_claim(replace(claim, conditions=tuple(c for c in claim.conditions if c != condition)), attack=False)
    what = f"without '{condition}'"
    if not replay.ok:
        return Finding("derivation", "condition", what, "killed")
    return Finding("derivation", "condition", what, "equivalent", "every step is replayed without it: no rule here needs it")
