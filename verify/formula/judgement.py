"""Whether a typed formula is right: proved, agreeing in ball arithmetic, certainly different, or undecided."""
import itertools
from dataclasses import dataclass

from .agreement import DIGITS, compare
from .diagnosis import diagnose
from .enclosure import enclose
from .finding import Diagnosis
from .points import as_points

_points = 24        # random points at which the formulas must agree
_edges = 12         # simple points, where a domain's special values lie
_search = 400       # simple points tried for a counterexample


@dataclass(frozen=True)
class Counterexample:
    """A point at which the two formulas certainly differ, with both values to 10 digits ("undefined" for none)."""

    point: dict
    typed: str
    right: str

    def __str__(self):
        where = ", ".join(f"{name} = {value}" for name, value in self.point.items())
        return f"at {where} the formula gives {self.typed}, and the right value is {self.right}"


@dataclass(frozen=True)
class Judgement:
    """The answer to a typed formula; true in `if` only where it is equal.

    status: "equal", "different" or "undecided".
    how: one sentence that says by what: a proof, agreement at so many points to so many digits, disjoint enclosures.
    proved: whether an exact normal form showed equality.
    counterexample, diagnosis: for a different formula.
    """

    status: str
    how: str
    proved: bool = False
    counterexample: Counterexample | None = None
    diagnosis: Diagnosis | None = None

    def __bool__(self):
        return self.status == "equal"

    def to_dict(self):
        """JSON-ready."""
        example = self.counterexample
        return {"status": self.status, "how": self.how, "proved": self.proved,
                "counterexample": example and {"point": example.point, "typed": example.typed, "right": example.right},
                "diagnosis": self.diagnosis and self.diagnosis.to_dict()}


def judge(candidate, right, points, evaluate=enclose, proves_equal=None, seed=0):
    """Judge the typed `candidate` against `right`, two SymPy closed forms.

    points: the points of the declared domain, as `Points` or as a function of a random.Random that returns a point.
    evaluate: evaluate(expr, point, bits) -> flint.arb, a proven enclosure; may raise Undefined.
    proves_equal: proves_equal(a, b) -> bool, true only if an exact normal form of the difference is zero.
    Equal means proved, or agreeing to 30 digits in ball arithmetic at 24 random and 12 simple points; different means
    that at one point the two balls are disjoint. Anything else is undecided. Raises nothing for what was typed.
    """
    points = as_points(points)
    try:
        return _judged(candidate, right, points, evaluate, proves_equal, seed)
    except ValueError as refusal:
        return Judgement("undecided", f"The formula could not be evaluated: {refusal}")


def _judged(candidate, right, points, evaluate, proves_equal, seed):
    agreed, unknown = 0, None
    tried = itertools.chain(itertools.islice(points.random(seed), _points), itertools.islice(points.simple(), _edges))
    for point in tried:
        outcome = compare(candidate, right, point, evaluate)
        if outcome.outcome == "different":
            return _different(candidate, right, points, evaluate, point, outcome)
        if outcome.outcome == "same":
            agreed += 1
        elif outcome.second is not None:
            unknown = point
    proved, without = _proved(candidate, right, proves_equal)
    if proved:
        return Judgement("equal", "proved: the exact normal form of the difference is zero", proved=True)
    if unknown is not None:
        return Judgement("undecided", f"The values could not be enclosed sharply enough {_where(unknown)}.")
    if agreed < _points // 2:
        return Judgement("undecided", f"Only {agreed} points of the domain could be evaluated.")
    return Judgement("equal", f"agrees in ball arithmetic to {DIGITS} digits at all {agreed} points tried; {without}")


def _proved(candidate, right, proves_equal):
    """Whether the exact normal form proves equality and, if not, why not."""
    if proves_equal is None:
        return False, "not proved"
    try:
        return proves_equal(candidate, right), "not proved"
    except ValueError as refusal:
        return False, f"not proved, for the normal form does not cover it: {refusal}"


def _different(candidate, right, points, evaluate, point, outcome):
    """The simplest counterexample there is, and the diagnosis."""
    for simple in itertools.islice(points.simple(), _search):
        closer = compare(candidate, right, simple, evaluate)
        if closer.outcome == "different":
            point, outcome = simple, closer
            break
    shown = Counterexample(_shown(point), _digits(outcome.first), _digits(outcome.second))
    return Judgement("different", f"certainly different {_where(point)}: the enclosures of the two values are disjoint",
                     counterexample=shown, diagnosis=diagnose(candidate, right, points, evaluate))


def _shown(point):
    """A point as text, arrays entry by entry."""
    shown = {}
    for name, value in point.items():
        if isinstance(value, dict):
            shown |= {f"{name}[{k}]": str(entry) for k, entry in value.items()}
        else:
            shown[str(name)] = _text(value)
    return shown


def _text(value):
    """A number, or rows of numbers."""
    return f"[{', '.join(map(_text, value))}]" if isinstance(value, list) else str(value)


def _where(point):
    return "at " + ", ".join(f"{name} = {value}" for name, value in _shown(point).items())


def _digits(ball):
    return "undefined" if ball is None else ball.str(10, radius=False)
