"""The ways in which formulas go wrong, simplest first, each as a change that turns the wrong formula into the right one.

Every function takes a Case and returns a Diagnosis that has been checked, or None.
"""
import itertools
import re

import sympy as sp
from sympy.core.function import AppliedUndef

from .constants import spoken
from .edits import additive_terms, decompositions, single_edits
from .finding import Diagnosis, plain


def opposite_sign(case):
    if case.repairs(-case.wrong):
        return Diagnosis("opposite_sign", "The formula has the opposite sign.", -case.wrong)
    return None


def constant_factor(case):
    factor = case.constant(lambda wrong, right: right / wrong)
    if factor is None or factor == 1:
        return None
    repaired = factor * case.wrong
    if not case.repairs(repaired):
        return None
    if factor == sp.log(2):
        return Diagnosis("bits_for_nats", "The formula is in bits where nats are asked: it is 1/ln 2 times the right one.",
                         repaired, factor=1 / factor)
    if factor == 1 / sp.log(2):
        return Diagnosis("nats_for_bits", "The formula is in nats where bits are asked: it is ln 2 times the right one.",
                         repaired, factor=1 / factor)
    return Diagnosis("constant_factor", f"The formula is {spoken(1 / factor)} times the right one.", repaired, factor=1 / factor)


def constant_offset(case):
    offset = case.constant(lambda wrong, right: right - wrong)
    if offset is None or offset == 0 or not case.repairs(case.wrong + offset):
        return None
    return Diagnosis("constant_offset", f"The formula is off by a constant: {spoken(offset)} must be added.",
                     case.wrong + offset, term=offset)


def whole_term(case):
    """A term with the wrong sign, a term of the right formula that is missing, or a term too many."""
    for term, terms in additive_terms(case.wrong):
        repaired = sp.Add(*terms, -2 * term)
        if case.repairs(repaired):
            return Diagnosis("sign_of_term", f"The term {plain(term)} has the wrong sign; it is {plain(-term)}.", repaired, term=term)
    for term, _ in additive_terms(case.right):
        repaired = case.wrong + term
        if case.repairs(repaired):
            return Diagnosis("missing_term", f"The term {plain(term)} is missing.", repaired, term=term)
    for term, terms in additive_terms(case.wrong):
        repaired = sp.Add(*terms, -term)
        if case.repairs(repaired):
            return Diagnosis("extra_term", f"The term {plain(term)} is too much.", repaired, term=term)
    for term, _ in additive_terms(case.right):
        repaired = case.wrong + 2 * term
        if case.repairs(repaired):
            return Diagnosis("sign_of_term", f"The term {plain(-term)} has the wrong sign; it is {plain(term)}.", repaired, term=-term)
    return None


def term_coefficient(case):
    """One term carries the wrong constant factor."""
    for term, terms in additive_terms(case.wrong):
        if term.is_number:
            continue
        excess = case.constant(lambda wrong, right, size: (right - wrong) / size, term)
        if excess is None or excess in (0, -1):
            continue
        repaired = sp.Add(*terms, excess * term)
        if case.repairs(repaired):
            belongs = (1 + excess) * term
            return Diagnosis("coefficient_of_term", f"The term {plain(term)} has the wrong factor; it is {plain(belongs)}.",
                             repaired, term=term, factor=1 / (1 + excess))
    return None


def wrong_term(case):
    """One term that should be another one, when both formulas are written as sums in the same way."""
    for terms, right in zip(decompositions(case.wrong), decompositions(case.right)):
        mine, theirs = [t for t in terms if t not in right], [t for t in right if t not in terms]
        if len(mine) == len(theirs) == 1 and case.repairs(sp.Add(*terms, -mine[0], theirs[0])):
            return Diagnosis("wrong_term", f"The term {plain(mine[0])} is wrong; it is {plain(theirs[0])}.",
                             sp.Add(*terms, -mine[0], theirs[0]), term=mine[0])
    return None


def two_signs(case):
    """Two terms with the wrong sign."""
    for terms in decompositions(case.wrong):
        for first, second in itertools.combinations(terms[:12], 2):
            repaired = sp.Add(*terms, -2 * first, -2 * second)
            if case.repairs(repaired):
                return Diagnosis("sign_of_term", f"The terms {plain(first)} and {plain(second)} have the wrong sign.", repaired,
                                 term=first + second)
    return None


def swapped_arguments(case):
    """Parameters of the same kind exchanged: first all of one subscript with the other, then pairs."""
    for swap in _swaps(case):
        both = {**swap, **{b: a for a, b in swap.items()}}
        repaired = case.wrong.xreplace(both)
        if repaired != case.wrong and case.repairs(repaired):
            pairs = ", ".join(f"{a} and {b}" for a, b in swap.items())
            return Diagnosis("swapped_arguments", f"The arguments are swapped: exchange {pairs}.", repaired)
    return None


def reciprocal(case):
    repaired = 1 / case.wrong
    if case.repairs(repaired):
        return Diagnosis("reciprocal", "The formula is upside down: it is the reciprocal of the right one.", repaired)
    return None


def variance_for_deviation(case):
    """A standard deviation squared or not: everywhere, only inside the logarithms, or only outside them."""
    for scales in _scales(case):
        shown = " and ".join(map(str, scales))
        for power, typed, belongs in ((2, "standard deviation", "variance"), (sp.Rational(1, 2), "variance", "standard deviation")):
            for where, repaired in _rescaled(case.wrong, {s: s**power for s in scales}):
                if repaired != case.wrong and case.repairs(repaired):
                    sentence = f"The {typed} of {shown} stands{where} where the {belongs} belongs."
                    return Diagnosis("variance_for_deviation", sentence, repaired)
    return None


def _rescaled(expr, change):
    whole = expr.xreplace(change)
    yield "", whole
    yield " inside the logarithm", expr.replace(sp.log, lambda x: sp.log(x.xreplace(change)))
    logs = {part: sp.Dummy() for part in expr.atoms(sp.log)}
    yield " outside the logarithm", expr.xreplace(logs).xreplace(change).xreplace({d: part for part, d in logs.items()})


def log_base(case):
    """Logarithms inside the formula to another base."""
    for base in (2, 10):
        for factor, typed, belongs in ((1 / sp.log(base), "natural", f"base-{base}"), (sp.log(base), f"base-{base}", "natural")):
            repaired = case.wrong.replace(lambda e: isinstance(e, sp.log) and not e.is_number, lambda e, f=factor: f * e)
            if repaired != case.wrong and case.repairs(repaired):
                return Diagnosis("log_base", f"The logarithms are {typed} where {belongs} ones belong.", repaired, factor=1 / factor)
    return None


def shifted_index(case):
    """t for t-1 in one array, everywhere or in one entry of it."""
    for source, target, rebuilt in ((case.wrong, case.right, True), (case.right, case.wrong, False)):
        entries = sorted(_entries(source), key=str)
        groups = [[e] for e in entries] + [[e for e in entries if _base(e) == b] for b in {_base(e): 0 for e in entries}]
        for group in groups:
            for shift in (-1, 1):
                change = {e: _moved(e, shift) for e in group}
                moved = source.xreplace(change)
                if moved != source and case.agree(moved, target):
                    olds, news = ", ".join(map(plain, change)), ", ".join(map(plain, change.values()))
                    typed, belongs = (olds, news) if rebuilt else (news, olds)
                    return Diagnosis("shifted_index", f"An index is shifted: {typed} stands where {belongs} belongs.",
                                     moved if rebuilt else case.right)
    return None


def one_place(case):
    """A single change at one place: a symbol for another, a square too many, a sign inside a bracket."""
    for source, target, rebuilt in ((case.wrong, case.right, True), (case.right, case.wrong, False)):
        for edit in single_edits(source, case.alike):
            if not case.agree(edit.result, target):
                continue
            typed, belongs = (edit.old, edit.new) if rebuilt else (edit.new, edit.old)
            sentence = f"{plain(typed)} stands where {plain(belongs)} belongs."
            return Diagnosis(edit.kind, sentence, edit.result if rebuilt else case.right)
    return None


def parameter_factor(case):
    """A power of one parameter too many or too few over the whole formula."""
    for symbol in case.free_entries:
        for k in (1, -1, 2, -2, sp.Rational(1, 2), -sp.Rational(1, 2)):
            repaired = case.wrong * symbol**k
            if case.repairs(repaired):
                verb = "missing" if k > 0 else "too much"
                return Diagnosis("parameter_factor", f"A factor {plain(symbol ** abs(k))} is {verb}.", repaired, factor=symbol**-k)
    return None


def extra_condition(case):
    """Equal only where two parameters are equal, or one is 0 or 1; at most two such conditions."""
    conditions = [(a, b) for a, b in itertools.combinations(case.symbols, 2) if case.alike(a, b)]
    conditions += [(a, sp.Integer(v)) for a in case.symbols for v in (0, 1)]
    for count in (1, 2):
        for chosen in itertools.combinations(conditions, count):
            fixed = dict(chosen)
            if len(fixed) < count or any(b in fixed for b in fixed.values()):
                continue
            if case.agree_where(fixed):
                said = " and ".join(f"{a} = {b}" for a, b in fixed.items())
                alone = len(fixed) == len(case.symbols) and all(b.is_number for b in fixed.values())
                if alone:
                    return Diagnosis("isolated_points", f"The formula is right only at the point {said}.", None, condition=said)
                return Diagnosis("extra_condition", f"The formula is right only when {said}.", None, condition=said)
    return None


def undefined(case):
    """No real value in a part of the domain where the right formula has one."""
    point = case.hole()
    if point is None:
        return None
    said = ", ".join(f"{s} = {v}" for s, v in point.items() if not isinstance(v, dict))
    return Diagnosis("undefined", f"The formula has no real value in part of the domain, such as at {said}.", condition=said)


def isolated_points(case):
    """Equal at some simple points and nowhere else that was tried."""
    if case.indexed:
        return None
    met, tried = case.coincidences()
    if not met:
        return None
    said = ", ".join(f"{s} = {v}" for s, v in met[0].items())
    return Diagnosis("isolated_points", f"The formula is right only at isolated points, such as {said} ({len(met)} of {tried} tried).",
                     condition=said)


def _swaps(case):
    families = {}
    for symbol in case.parameters:
        stem, digits = re.fullmatch(r"(.*?)_?(\d*)", str(symbol)).groups()
        families.setdefault(digits, {})[stem] = symbol
    numbered = [family for digits, family in sorted(families.items()) if digits]
    for first, second in itertools.combinations(numbered, 2):
        common = [stem for stem in first if stem in second]
        if len(common) > 1:
            yield {first[stem]: second[stem] for stem in common}
    for a, b in itertools.combinations(case.parameters + case.indexed, 2):
        if case.alike(a, b) and case.wrong.has(a) and case.wrong.has(b):
            yield {a: b}


def _scales(case):
    """The positive parameters: all whose name speaks of a scale together, then each alone."""
    positive = [s for s in case.entries if s.is_positive]
    named = tuple(s for s in positive if str(s).startswith(("sigma", "s", "std", "tau")))
    return dict.fromkeys(([named] if len(named) > 1 else []) + [(s,) for s in named] + [(s,) for s in positive])


def _entries(expr):
    return {e for e in expr.atoms(sp.Indexed, AppliedUndef) if len(e.args[1:] if isinstance(e, sp.Indexed) else e.args) == 1}


def _base(entry):
    return entry.base if isinstance(entry, sp.Indexed) else entry.func


def _moved(entry, shift):
    index = entry.indices[0] if isinstance(entry, sp.Indexed) else entry.args[0]
    return _base(entry)[index + shift] if isinstance(entry, sp.Indexed) else _base(entry)(index + shift)


REPAIRS = (opposite_sign, constant_factor, swapped_arguments, whole_term, constant_offset, variance_for_deviation, reciprocal,
           shifted_index, log_base, term_coefficient, one_place, parameter_factor, two_signs, undefined, extra_condition,
           wrong_term, isolated_points)
