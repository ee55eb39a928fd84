"""How a wrong formula differs from the right one: the simplest repair that holds, checked in ball arithmetic."""
import dataclasses
import itertools
import time

import flint
import sympy as sp

from .agreement import DIGITS, compare
from .constants import name
from .enclosure import BITS, Undefined, enclose
from .finding import Diagnosis, plain
from .points import as_points
from .repairs import REPAIRS

FRESH = 8           # points at which a repair is confirmed, none of them used to find it
_probes = 3         # points at which repairs are tried first
_seconds = 5.0


def diagnose(wrong, right, sample, evaluate=enclose, seed=1, seconds=_seconds):
    """The simplest way in which `wrong` (typed) differs from `right`, two SymPy closed forms.

    sample: the points of the domain, as `Points` or as a function of a random.Random that returns a point.
    evaluate: evaluate(expr, point, bits) -> flint.arb, a proven enclosure; may raise Undefined.
    Returns a Diagnosis whose repair agrees with `right` to 30 digits at 8 fresh random points; its kind is "none" if
    the formulas agree at all points, and "unknown" if nothing simple was found within `seconds`.
    """
    case = Case(wrong, right, as_points(sample), evaluate, seed, time.monotonic() + seconds)
    if case.repairs(wrong):
        return Diagnosis("none", "The formulas agree.", wrong, points=FRESH, digits=DIGITS)
    for repair in REPAIRS:
        if case.late():
            break
        found = repair(case)
        if found is not None:
            return dataclasses.replace(found, points=FRESH, digits=DIGITS)
    difference = sp.expand(wrong - right, deep=False, multinomial=False, log=False)
    return Diagnosis("unknown", f"No simple slip explains the formula; it exceeds the right one by {plain(difference)}.",
                     difference=difference)


class Case:
    """One wrong formula beside the right one, with the points at which repairs are tried and confirmed."""

    def __init__(self, wrong, right, points, evaluate, seed, deadline):
        self.wrong, self.right = wrong, right
        self.points, self.evaluate, self.deadline = points, evaluate, deadline
        self.seed = seed
        self.probes = list(itertools.islice(points.random(2 * seed), _probes))
        self.fresh = list(itertools.islice(points.random(2 * seed + 1), FRESH))
        both = sp.Tuple(wrong, right)
        bases = {e.base.label for e in both.atoms(sp.Indexed)}
        given = {str(key) for key in self.probes[0]}
        self.symbols = sorted((s for s in both.free_symbols if str(s) in given and s not in bases
                               and not isinstance(s, (sp.Indexed, sp.Idx))), key=str)
        self.indexed = sorted(both.atoms(sp.Indexed), key=str)
        self.entries = [*self.symbols, *self.indexed]
        self.free_entries = [*self.symbols, *(e for e in self.indexed if all(i.free_symbols <= both.free_symbols for i in e.indices))]
        self.parameters = [*self.symbols, *dict.fromkeys(e.base for e in self.indexed)]

    def late(self):
        return time.monotonic() > self.deadline

    def repairs(self, candidate):
        """Whether `candidate` agrees with the right formula."""
        return self.agree(candidate, self.right)

    def agree(self, first, second):
        """Whether two formulas agree to 30 digits at every probe and then at every fresh point."""
        if self.late() or first.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            return False
        return self._same_at(first, second, self.probes) and self._same_at(first, second, self.fresh)

    def _same_at(self, first, second, points):
        same = 0
        for point in points:
            try:
                outcome = compare(first, second, point, self.evaluate)
            except ValueError:
                return False
            if outcome.outcome == "same":
                same += 1
            elif outcome.second is not None and outcome.first is not None or outcome.outcome == "different":
                return False
        return 2 * same > len(points)

    def constant(self, relation, extra=None):
        """The named number that `relation(wrong, right)` comes to at every probe, or None."""
        found = None
        for point in self.probes:
            try:
                balls = [self.evaluate(e, point, 2 * BITS) for e in (self.wrong, self.right, extra) if e is not None]
                with flint.ctx.workprec(2 * BITS):
                    ball = relation(*balls)
            except (Undefined, ZeroDivisionError):
                continue
            if found is None:
                found = ball
            elif not found.overlaps(ball):
                return None
        return None if found is None else name(found)

    def alike(self, first, second):
        """Whether two parameters are of the same kind: the same assumptions, and both arrays or neither."""
        if isinstance(first, sp.IndexedBase) != isinstance(second, sp.IndexedBase):
            return False
        if isinstance(first, sp.Indexed) != isinstance(second, sp.Indexed):
            return False
        return _kind(first) == _kind(second)

    def agree_where(self, fixed):
        """Whether the two formulas agree at fresh points moved to where the conditions in `fixed` hold."""
        moved = []
        for point in [*self.probes, *self.fresh]:
            values = {str(k): v for k, v in point.items()}
            changed = dict(point)
            for symbol, value in fixed.items():
                key = next(k for k in point if str(k) == str(symbol))
                changed[key] = values.get(str(value), value)
            if not getattr(self.points, "condition", lambda p: True)(changed) or not self._inside(changed, fixed):
                return False
            moved.append(changed)
        return not self.late() and self._same_at(self.wrong, self.right, moved)

    def _inside(self, point, fixed):
        domains = {str(s): d for s, d in getattr(self.points, "domains", {}).items()}
        return all(str(s) not in domains or point[k] in domains[str(s)]
                   for s in fixed for k in point if str(k) == str(s))

    def hole(self):
        """The simplest of some points at which the right formula has a value and the typed one has none; or None."""
        for point in itertools.chain(itertools.islice(self.points.simple(), 12), self.probes, self.fresh):
            outcome = compare(self.wrong, self.right, point, self.evaluate)
            if outcome.first is None and outcome.second is not None:
                return point
        return None

    def coincidences(self, most=60):
        """The simple points at which the two formulas agree, and how many were tried."""
        met, tried = [], 0
        for point in itertools.islice(self.points.simple(), most):
            tried += 1
            if not self.late() and compare(self.wrong, self.right, point, self.evaluate).outcome == "same":
                met.append(point)
        return met, tried


def _kind(parameter):
    label = parameter.base if isinstance(parameter, sp.Indexed) else parameter
    return (label.is_positive, label.is_integer, label.is_nonnegative, label.is_real)
