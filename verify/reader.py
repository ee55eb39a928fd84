"""Judge a reader's own formula for the right side of a claim."""

import time

from derivations.domains import Integers, Interval, Positive, Real, Vector
from derivations.instance import is_abstract
from derivations.language import Density
from derivations.ring import is_zero
from derivations.rules.algebra import split
from verify.formula import FormulaError, Points, judge, parse
from verify.formula import Interval as Range
from verify.verdict import Evidence, Verdict


def judge_formula(claim, text, seed=0):
    """The verdict on `text` as the right side of `claim`: proved equal, enclosed as equal, refuted, or undecided.

    Raises `FormulaError` (a ValueError) where the text is not in the language or the claim has no formula to type.
    """
    began = time.perf_counter()
    if not claim.holds:
        from derivations import claim as find

        claim = find(claim.truth)
    text, right = _target(claim, text)
    candidate = parse(text, _symbols(claim, right), ranges=_ranges(right), heads=(claim.name,))
    judgement = judge(candidate, right, points_of(claim), proves_equal=proves_equal, seed=seed)
    status = {"equal": "proved" if judgement.proved else "enclosed", "different": "refuted"}.get(judgement.status, "undecided")
    counterexample, diagnosis = None, ""
    if judgement.counterexample:
        example = judgement.counterexample
        counterexample = {"at": example.point, "left": example.right, "right": example.typed}
    if judgement.diagnosis:
        diagnosis = judgement.diagnosis.sentence
    seconds = time.perf_counter() - began
    evidence = [Evidence("enclosure", status if status != "proved" else "enclosed", judgement.how, judgement.to_dict(), seconds)]
    if status == "proved":
        evidence = [Evidence("derivation", "proved", f"equal to the right side of {claim.name}, which is derived; {judgement.how}", {}, seconds)]
    return Verdict(
        claim.name, status, tuple(evidence), counterexample=counterexample, diagnosis=diagnosis, statement=claim.latex, unit=claim.unit
    )


def _target(claim, text):
    """The text without a leading name of one of the claim's values, and the expression that it is to equal."""
    if len(claim.value) > 1:
        name, equals, rest = text.partition("=")
        if equals and name.strip() in claim.value:
            return rest, claim.value[name.strip()]
        raise FormulaError(f"{claim.name} has several values; begin with one of " + ", ".join(f"'{n} ='" for n in claim.value), text, 0)
    right = next(iter(claim.value.values()), claim.parts[0].statement.rhs)
    if is_abstract(right):
        raise FormulaError(f"the right side of {claim.name} speaks of abstract densities; there is no formula to type", text, 0)
    return text, right


def _symbols(claim, right):
    """Every name that may be typed: the parameters, and the indices of the right side's sums."""
    allowed = {p.name: p.symbol for p in claim.parameters}
    allowed |= {str(s): s for s in right.free_symbols if s.is_Symbol and not any(str(s) == str(p.symbol) for p in claim.parameters)}
    return allowed


def _ranges(right):
    return {str(limits[0]): limits[1:] for total in right.find(lambda n: type(n).__name__ == "Sum") for limits in total.limits}


def proves_equal(a, b):
    """Is the difference of two closed forms zero by algebra and ring arithmetic?"""
    return is_zero(split(a) - split(b))


def points_of(claim):
    """The claim's domain, as the judge takes it."""
    domains = {p.domain.length: Range(1, 4, whole=True) for p in claim.parameters if getattr(p.domain, "length", None) is not None}
    numbers = [p for p in claim.parameters if not isinstance(p.symbol, Density)]
    return Points(domains | {p.symbol: _range(p.domain, claim) for p in numbers})


def _range(domain, claim):
    if isinstance(domain, Real):
        return Range()
    if isinstance(domain, Positive):
        return Range(0, None)
    if isinstance(domain, Interval):
        return Range(domain.low, domain.high)
    if isinstance(domain, Integers):
        return Range(domain.low, domain.high, whole=True)
    if isinstance(domain, Vector):
        return _range(domain.entry, claim), 1, _length(domain, claim)
    raise FormulaError(f"formulas over {type(domain).__name__} are not read yet", "", 0)


def _length(domain, claim):
    """The length of a vector: a symbol, or the step of the chain up to which a schedule is needed."""
    if domain.length is not None:
        return domain.length
    steps = [p.symbol for p in claim.parameters if isinstance(p.domain, Integers)]
    return steps[0] if steps else 5
