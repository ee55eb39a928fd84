"""A long look for a counterexample to an inequality: far points of the domain, and lopsided finite tables.

An inequality holds with room to spare at most points, so a mutant of one may agree at all of a handful of them.
"""

import random
from dataclasses import dataclass, replace
from fractions import Fraction

from flint import acb
from sympy import Rational, Symbol

from derivations.attack import Attacker
from derivations.domains import AnyLaw, Domain, Positive, Real
from derivations.enclose import Tables, Unevaluable, precision
from derivations.enclose.points import random_point
from derivations.instance import is_abstract
from derivations.language.normal import Normal
from verify.layers.enclosure import compare

POINTS = 24
TABLES = 160
BITS = {"a lopsided table": 128, "a far point": 64}


def counterexample(claim, statement, seed):
    """Where the inequality certainly fails, in words; empty where no failure was found."""
    for where, evaluate in _evaluators(claim, statement, random.Random(f"{seed}/{claim.name}/search")):
        with precision(BITS[where]):
            try:
                left, right = evaluate(statement.lhs), evaluate(statement.rhs)
                if compare(statement, left, right)[0] is False:
                    return f"{left.real.str(6, radius=False)} against {right.real.str(6, radius=False)} at {where}"
            except (Unevaluable, ZeroDivisionError, KeyError, OverflowError):
                continue
    return ""


def _evaluators(claim, statement, rng):
    if is_abstract(statement.lhs):
        attacker = Attacker(claim, seed=0)
        for _ in range(TABLES):
            yield "a lopsided table", _table(attacker, statement, rng)
    far = replace(claim, parameters=tuple(replace(p, domain=Far(p.domain)) if _scales(p.domain) else p for p in claim.parameters))
    for _ in range(POINTS):
        yield "a far point", random_point(far, rng).evaluate


def _scales(domain):
    return isinstance(domain, (Real, Positive, AnyLaw))


@dataclass(frozen=True)
class Far(Domain):
    """The same domain, sampled over many orders of magnitude; a real number is 0 now and then."""

    inner: Domain

    def sample(self, rng, sizes=None):
        if isinstance(self.inner, AnyLaw):
            return Normal(Rational(rng.randint(-9, 9)), Rational(2) ** rng.randint(-6, 6))
        if isinstance(self.inner, Real) and rng.random() < 0.3:
            return Fraction(0)
        return self.inner.sample(rng, sizes) * Fraction(2) ** rng.randint(-7, 7)


class Lopsided(Tables):
    """Tables whose masses differ by orders of magnitude."""

    def _entry(self, law, key):
        if (law, key) not in self.weights:
            self.weights[law, key] = acb(2) ** self.rng.randint(-30, 0), acb(self.rng.randint(-20, 20)) / 10
        return self.weights[law, key]


def _table(attacker, statement, rng):
    places = sorted(attacker.places, key=str)
    tables = Lopsided({v: [Fraction(0), Fraction(1)] for v in places}, attacker.slots, rng)
    free = {v for v in statement.free_symbols if isinstance(v, Symbol) and v not in places}
    return tables.with_values({v: acb(rng.randint(-20, 20)) / 10 for v in free}).at({v: rng.randrange(2) for v in places})
