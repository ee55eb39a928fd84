"""How a statement of the museum departs from the truth: a counterexample and a diagnosis, as for a reader's formula."""

from dataclasses import dataclass
from functools import cache

from flint import arb

from derivations.enclose import Balls, Unevaluable, precision
from derivations.instance import is_abstract
from derivations.language.optimum import Optimum
from derivations.language.word import Binder
from derivations.ring import is_zero


@dataclass(frozen=True)
class Departure:
    """`diagnosis` is a sentence, `counterexample` a point with both values there (None where no formulas are compared)."""

    diagnosis: str
    counterexample: object = None


@cache
def departure(name):
    """The departure of the museum's claim `name` from the claim that has it right.

    What it says its left side is and what the derivation finds that to be are compared where both are closed forms (or
    two values of one name, where a claim has several); the claim's own `correction`, where it has one, is the diagnosis instead.
    """
    from derivations import claim as find

    claim = find(name)
    pair = _formulas(claim, find(claim.truth)) if claim.truth and not claim.correction else None
    return _judged(claim, *pair) if pair else Departure(claim.correction)


def _judged(claim, wrong, right):
    from verify.formula import judge
    from verify.reader import points_of, proves_equal

    judgement = judge(wrong, right, points_of(claim), evaluate=_enclosed, proves_equal=proves_equal)
    example = judgement.counterexample
    shown = example and {"at": example.point, "left": example.right, "right": example.typed}
    return Departure(judgement.diagnosis.sentence if judgement.diagnosis else "", shown)


def _enclosed(expr, point, bits):
    """The value of a closed form as a real ball; by the evaluator of claims where it has words of the language."""
    from verify.formula import Undefined, enclose

    try:
        return enclose(expr, point, bits)
    except Undefined:
        raise
    except ValueError:
        with precision(bits):
            try:
                return Balls({s: v for s, v in point.items()}).real(expr)
            except Unevaluable:
                return arb("nan")


def _formulas(claim, truth):
    """(wrong, right): closed forms that differ, in the claim's parameters; None where there are none."""
    for name, wrong in claim.value.items():
        if name in truth.value and wrong != truth.value[name]:
            return wrong, truth.value[name]
    for part in claim.parts:
        wrong, right = part.statement.rhs, part.derivation.last
        if not is_zero(wrong - right) and not any(is_abstract(e) or e.has(Optimum, Binder) for e in (wrong, right)):
            return wrong, right
    return None
