"""Judge a reader's own formula for the right side of a claim."""

import math
import time
from fractions import Fraction

from sympy import Function, IndexedBase, KroneckerDelta, MatrixBase, Symbol

from derivations.domains import SPD, Bit, ClosedInterval, Integers, Interval, Positive, Real, SquareMatrix, Vector
from derivations.enclose.points import random_point
from derivations.instance import is_abstract
from derivations.language import Density, MatrixRoot
from derivations.language.chain import Alpha, AlphaBar
from derivations.language.word import Word
from derivations.noising import Schedule
from derivations.ring import is_zero
from derivations.rules.algebra import split
from derivations.rules.rule import bottom_up
from verify.formula import FormulaError, Points, judge, parse
from verify.formula import Interval as Range
from verify.formula.enclosure import enclose
from verify.formula.points import Sampled
from verify.verdict import Evidence, Verdict


ALPHA, ALPHA_BAR = Function("alpha", positive=True), Function("alpha_bar", positive=True)
_STEP = Symbol("step", integer=True, positive=True)


def judge_formula(claim, text, seed=0):
    """The verdict on `text` as the right side of `claim`: proved equal, enclosed as equal, refuted, or undecided.

    Raises `FormulaError` (a ValueError) where the text is not in the language or the claim has no formula to type.
    """
    began = time.perf_counter()
    if not claim.holds:
        from derivations import claim as find

        claim = find(claim.truth)
    text, right = _target(claim, text)
    right = in_plain_words(right)
    candidate = parse(text, _symbols(claim, right), ranges=_ranges(right), heads=(claim.name,))
    judgement = judge(candidate, right, points_of(claim), evaluate=with_schedule(claim), proves_equal=proves_equal, seed=seed)
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
    if in_plain_words(right).has(MatrixRoot, KroneckerDelta):
        raise FormulaError(f"the right side of {claim.name} holds roots of matrices, or choices of indices, which cannot be typed yet", text, 0)
    return text, right


def _symbols(claim, right):
    """Every name that may be typed: the parameters, and the indices of the right side's sums."""
    allowed = {p.name: p.symbol for p in claim.parameters}
    allowed |= {str(p.symbol): p.symbol for p in claim.parameters if isinstance(p.domain, (SPD, Vector)) and not isinstance(p.symbol, IndexedBase)}
    allowed |= {str(s): s for s in right.free_symbols if s.is_Symbol and not any(str(s) == str(p.symbol) for p in claim.parameters)}
    if _betas(claim) is not None:
        allowed |= {"beta": _betas(claim), "alpha": ALPHA(_STEP), "alpha_bar": ALPHA_BAR(_STEP)}
    return allowed


def in_plain_words(right):
    """The expression in functions that can be typed: a schedule as alpha(t) and alpha_bar(t), other words by what they abbreviate."""
    def plain(node):
        if isinstance(node, AlphaBar):
            return ALPHA_BAR(node.step)
        if isinstance(node, Alpha):
            return ALPHA(node.step)
        return in_plain_words(node.definition()) if isinstance(node, Word) else node

    return bottom_up(right, plain)


def with_schedule(claim):
    """Enclosures at points of the claim, where alpha and alpha_bar are those of the point's betas."""
    betas = _betas(claim)
    if betas is None:
        return enclose

    def evaluate(expr, point, bits):
        alpha = {k: 1 - beta for k, beta in point[betas].items()}
        alpha_bar = {k: math.prod(alpha[j] for j in range(1, k + 1)) for k in range(len(alpha) + 1)}
        return enclose(expr, {**point, ALPHA.__name__: alpha, ALPHA_BAR.__name__: alpha_bar}, bits)

    return evaluate


def _betas(claim):
    return next((p.symbol for p in claim.parameters if isinstance(p.domain, Schedule)), None)


def _ranges(right):
    return {str(limits[0]): limits[1:] for total in right.find(lambda n: type(n).__name__ == "Sum") for limits in total.limits}


def proves_equal(a, b):
    """Is the difference of two closed forms zero by algebra and ring arithmetic?"""
    return is_zero(split(a) - split(b))


def points_of(claim):
    """The claim's domain, as the judge takes it."""
    if any(isinstance(p.domain, SquareMatrix) for p in claim.parameters):
        return Sampled(lambda random: {s: _exact(v) for s, v in random_point(claim, random).values.items()})
    domains = {p.domain.length: Range(1, 4, whole=True) for p in claim.parameters if getattr(p.domain, "length", None) is not None}
    numbers = [p for p in claim.parameters if not isinstance(p.symbol, Density)]
    return Points(domains | {p.symbol: _range(p.domain, claim) for p in numbers})


def _exact(value):
    """A value of a point in fractions: matrices and columns as rows."""
    if isinstance(value, MatrixBase):
        return [[Fraction(int(x.p), int(x.q)) for x in row] for row in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [_exact(v) for v in value]
    return value


def _range(domain, claim):
    if isinstance(domain, Real):
        return Range()
    if isinstance(domain, Positive):
        return Range(0, None)
    if isinstance(domain, (Interval, ClosedInterval)):
        return Range(domain.low, domain.high)
    if isinstance(domain, Integers):
        return Range(domain.low, domain.high, whole=True)
    if isinstance(domain, Bit):
        return Range(0, 1, whole=True)
    if isinstance(domain, Vector):
        return _range(domain.entry, claim), 1, _length(domain, claim)
    raise FormulaError(f"formulas over {type(domain).__name__} are not read yet", "", 0)


def _length(domain, claim):
    """The length of a vector: a symbol, or the step of the chain up to which a schedule is needed."""
    if domain.length is not None:
        return domain.length
    steps = [p.symbol for p in claim.parameters if isinstance(p.domain, Integers)]
    return steps[0] if steps else 5
