"""Layer 2: both sides enclosed in balls with proven radius, at exact points of the domain."""

import time

from sympy import Eq, Ge, Le

from derivations.enclose import Unevaluable, interval, precision
from derivations.language.density import Density
from derivations.language.optimum import Optimum
from verify.case import describe
from verify.verdict import Evidence, counted

LAYER = "enclosure"
BITS = 128
DIGITS = 25  # agreement to fewer digits than this says nothing and is undecided


def applies(claim):
    """Why no part of the claim has a value to enclose; empty where one has."""
    return "" if any(not _over_laws(p.statement) for p in claim.parts) else "an optimum over all laws has no value to enclose"


def _over_laws(statement):
    """Does a statement speak of an optimum over all laws, which no finite computation encloses?"""
    return any(isinstance(o.variable, Density) for o in statement.atoms(Optimum))


def run(case):
    """Enclosed when both sides agree to `DIGITS` digits at every point; refuted at the first that certainly differs."""
    began = time.perf_counter()
    worst, count, encloses, counterexample, obstacle = float("inf"), 0, [], None, ""
    statements = [s for s in case.statements if not _over_laws(s)]
    points = case.points + case.edges
    for point in points:
        for statement in statements:
            agrees, digits, left, right, reason = _at(point, statement)
            if agrees is False:
                counterexample = {"at": describe(case.claim, point), "left": _show(left), "right": _show(right)}
                break
            if agrees is None:
                obstacle = obstacle or reason
                continue
            worst, count = min(worst, digits), count + 1
            encloses.append((left, right))
        if counterexample:
            break
    details = {"points": len(points), "edges": len(case.edges), "comparisons": count, "bits": BITS}
    if counterexample:
        at = ", ".join(f"{k} = {v}" for k, v in counterexample["at"].items())
        summary = f"certainly different at {at or 'its only point'}: left {counterexample['left']}, right {counterexample['right']}"
        details["counterexample"] = counterexample
        return Evidence(LAYER, "refuted", summary, details, time.perf_counter() - began)
    exact = case.claim.exact_replay and case.claim.exact_replay()
    if exact:
        details["exact_replay"] = exact.summary
        if not exact.ok:
            return Evidence(LAYER, "refuted", exact.summary, details, time.perf_counter() - began)
    if not count or obstacle:
        summary = obstacle or "no point was drawn"
        return Evidence(LAYER, "undecided", summary, details, time.perf_counter() - began)
    details["digits"] = worst
    details["width"] = max(_width(left) for left, _ in encloses)
    summary = f"both sides agree to at least {worst:.0f} digits at {counted(len(points), 'point')}, by proven enclosures"
    if len(statements) < len(case.statements):
        details["without_value"] = len(case.statements) - len(statements)
        summary += f"; {details['without_value']} of {len(case.statements)} parts speak of all laws at once and have no value to enclose"
    if exact:
        summary += f"; {exact.summary}"
    return Evidence(LAYER, "enclosed", summary, details, time.perf_counter() - began)


def _at(point, statement):
    """(agrees, digits, left, right, reason) at one point, with more bits where the enclosures are too wide."""
    for bits in (BITS, 2 * BITS, 4 * BITS):
        with precision(bits):
            try:
                left, right = point.evaluate(statement.lhs), point.evaluate(statement.rhs)
            except (Unevaluable, ZeroDivisionError) as error:
                reason = str(error)
                continue
            agrees, digits = compare(statement, left, right)
            if agrees is not None:
                return agrees, digits, left, right, ""
            reason = f"the enclosures are too wide: {left} and {right}"
    return None, 0, None, None, reason


def compare(statement, left, right):
    """(True, digits), (False, 0) or (None, 0): does the relation hold between the two enclosures?"""
    difference = left - right
    if not difference.is_finite():
        return None, 0
    size = float((difference.abs_upper() / (left.abs_lower() + 1)).upper())
    digits = _digits(size)
    if isinstance(statement, Eq):
        if not difference.contains(0):
            return False, 0
        return (True, digits) if digits >= DIGITS else (None, 0)
    if not difference.imag.contains(0):
        return False, 0  # no number, so no inequality
    gap = {Le: -difference.real, Ge: difference.real}[type(statement)]
    if gap >= 0:
        return True, DIGITS
    if gap < 0:
        return False, 0
    return (True, digits) if digits >= DIGITS else (None, 0)


def value_enclosure(case, limit=10_000):
    """(low, high) at each point, as floats rounded outwards, of the left side, or of the claim's named values.

    NaN where there is no enclosure.
    """
    expressions = tuple(case.claim.value.values()) or (case.statements[0].lhs,)
    found = []
    with precision(BITS):
        for point in case.points[:limit]:
            pairs = [_interval_at(point, e) for e in expressions]
            found.append(pairs[0] if len(pairs) == 1 else tuple(zip(*pairs)))
    return found


def _interval_at(point, expr):
    try:
        return interval(point.evaluate(expr))
    except (Unevaluable, ZeroDivisionError):
        return float("nan"), float("nan")


def _digits(size):
    from math import log10

    return -log10(size) if size != 0 else BITS * 0.30103


def _show(ball):
    return ball.real.str(10, radius=False)


def _width(ball):
    low, high = ball.real.lower(), ball.real.upper()
    return float(high - low)
