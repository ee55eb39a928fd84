"""The attack on a step: both of its sides are given numbers, and must agree.

Three kinds, each where it applies. *Tables*: abstract densities become random finite tables, abstract
functions random polynomials, integrals sums. *Gaussians*: the claim's own Gaussian instance at random
parameters, integrals enclosed. *Points*: a concrete step at random points of the declared domain. All in
ball arithmetic: two disjoint balls refute a step; the attack can never prove one.
"""

import random
from dataclasses import dataclass
from fractions import Fraction

from flint import acb
from sympy import Symbol

from derivations.enclose import Tables, Unevaluable, precision
from derivations.enclose.points import random_point
from derivations.instance import is_abstract
from derivations.language import Density

BITS = 96
POINTS = 3


@dataclass(frozen=True)
class AttackReport:
    """How an attack went: `agreed` is None where neither side could be evaluated, with the reason."""

    kind: str
    points: int
    agreed: object
    digits: float
    reason: str


class Attacker:
    """Attacks the steps of one claim; `seed` fixes its random tables and points."""

    def __init__(self, claim, seed=0):
        self.claim, self.seed = claim, seed
        self.slots = _slots(claim)
        self.places = set().union(*map(_places, _expressions(claim)))

    def step(self, before, relation, after):
        """Evaluate both sides of a step in every way that applies; the strongest word wins."""
        if not (is_abstract(before) or is_abstract(after)):
            return self._compare("points", self._point, before, relation, after)
        reports = [self._compare("tables", self._tables, before, relation, after)]
        reports.append(self._compare("gaussians", self._point, before, relation, after))
        return _strongest(reports)

    def _compare(self, kind, evaluator, before, relation, after):
        points, digits, reason = 0, float("inf"), "no point was drawn"
        rng = random.Random(f"{self.seed}/{self.claim.name}/{kind}")
        with precision(BITS):
            for _ in range(POINTS):
                try:
                    evaluate = evaluator(rng, before, after)
                    left, right = evaluate(before), evaluate(after)
                    verdict, close = _judge(left, relation, right)
                except (Unevaluable, ZeroDivisionError) as obstacle:
                    reason = str(obstacle)
                    continue
                except Exception as error:  # noqa: BLE001 - an evaluator that breaks has said nothing
                    reason = f"the evaluator failed: {type(error).__name__}: {error}"
                    continue
                if verdict is False:
                    return AttackReport(kind, points + 1, False, 0.0, f"left {left}, right {right}, but '{relation}' is claimed")
                if verdict is None:
                    reason = f"the enclosures are too wide to say: {left} and {right}"
                    continue
                points, digits = points + 1, min(digits, close)
        if not points:
            return AttackReport(kind, 0, None, 0.0, reason)
        return AttackReport(kind, points, True, digits, f"agrees at {points} random {kind} to {digits:.0f} digits")

    def _point(self, rng, *sides):
        return random_point(self.claim, rng).evaluate

    def _tables(self, rng, *sides):
        places = self.places.union(*map(_places, sides))
        supports = {v: rng.sample([Fraction(k, 4) for k in range(-8, 9)], rng.randint(2, 3)) for v in sorted(places, key=str)}
        tables = Tables(supports, self.slots, rng)
        free = set().union(*(s.free_symbols for s in sides))
        values = {v: _value(v, rng.randint(-20, 20)) for v in sorted(free, key=str) if isinstance(v, Symbol) and v not in places}
        chosen = {v: rng.randrange(len(supports[v])) for v in sorted(places, key=str)}
        return tables.with_values(values).at(chosen)


def _value(symbol, k):
    """A ball for a symbol, of the sign that is declared of it, from an integer; small numbers for those that count."""
    if symbol.is_integer:
        return acb(1 + abs(k) % 3)
    return acb(abs(k) + 1) / 10 if symbol.is_positive else acb(k) / 10


def _judge(left, relation, right):
    """(True, digits) if the relation is seen to hold, (False, 0) if it is certainly broken, (None, 0) if open."""
    difference = left - right
    if not isinstance(difference, acb):
        difference = difference[0]
    if not difference.is_finite():
        return None, 0
    size = float((difference.abs_upper() / ((left if isinstance(left, acb) else left[0]).abs_lower() + 1)).upper())
    if relation == "=":
        if not difference.contains(0):
            return False, 0
        digits = -_log10(size)
        return (True, digits) if digits > 12 else (None, 0)
    if not difference.imag.contains(0):
        return False, 0  # numbers that are not real are in no order
    gap = difference.real if relation == ">=" else -difference.real
    if gap >= 0:
        return True, 0.0 if gap == 0 else 15.0
    if gap < 0:
        return False, 0
    return (True, 15.0) if size < 1e-12 else (None, 0)


def _log10(value):
    from math import log10

    return log10(value) if value != 0 else -BITS * 0.30103


def _strongest(reports):
    """A refutation before an agreement before silence."""
    for wanted in (False, True):
        found = [r for r in reports if r.agreed is wanted]
        if found:
            kinds = " and ".join(r.kind for r in found)
            return AttackReport(kinds, sum(r.points for r in found), wanted, min(r.digits for r in found), found[0].reason if not wanted else "; ".join(r.reason for r in found))
    return reports[0]


def _expressions(claim):
    from derivations.claimfile import all_steps

    for part in claim.parts + claim.stable:
        yield part.derivation.first
        for step in all_steps(part.derivation):
            yield step.result


def _slots(claim):
    """For every law of the claim, all the variables that any of its densities names."""
    slots = {}
    for expr in _expressions(claim):
        for d in expr.atoms(Density):
            slots.setdefault(d.law, set()).update(d.slots + d.given_slots)
    return {law: tuple(sorted(names)) for law, names in slots.items()}


def _places(expr):
    """The variables that stand as arguments of abstract densities."""
    return {v for d in expr.atoms(Density) for v in d.values + d.given_values if isinstance(v, Symbol)}
