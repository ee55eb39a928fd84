"""Layer 1: the derivation is replayed by the rules, and every step attacked."""

import time

from derivations.checker import check_claim
from verify.layers.enclosure import compare
from verify.verdict import Evidence, counted

LAYER = "derivation"


def applies(claim):
    """Every claim has a derivation."""
    return ""


def run(case):
    """Proved when every step is replayed and the ends meet; for what they do not meet, see below.

    A derivation whose steps all hold but which arrives elsewhere than the statement says refutes the
    statement where the two ends differ by certain numbers; a step that fails leaves it undecided.
    """
    began = time.perf_counter()
    replay = check_claim(case.claim, seed=case.seed)
    details = {
        "steps": len(replay.steps),
        "replayed": sum(s.replayed for s in replay.steps),
        "attacked": sum(s.attack is not None and s.attack.agreed is True for s in replay.steps),
        "axioms": [a.name for a in case.claim.axioms],
    }
    if replay.ok:
        status = "proved"
        axioms = f", from {counted(len(case.claim.axioms), 'axiom')}" if case.claim.axioms else ""
        summary = f"{counted(details['steps'], 'step')}, all replayed by their rules; {details['attacked']} also confirmed by numbers{axioms}"
    elif all(s.ok for s in replay.steps) and _ends_differ(case):
        status, summary = "refuted", f"every step holds, but {replay.failure}"
    else:
        status, summary = "undecided", replay.failure
    return Evidence(LAYER, status, summary, details, time.perf_counter() - began)


def _ends_differ(case):
    """Does what a derivation arrives at certainly differ from what the statement says?

    Either its last expression from the right side, or the statement itself is seen to fail although every step of a
    derivation that leads the other way holds.
    """
    from derivations.enclose import Unevaluable, precision

    for part in case.claim.parts:
        with precision(128):
            for point in case.points:
                try:
                    last, right = point.evaluate(part.derivation.last), point.evaluate(part.statement.rhs)
                    if not (last - right).contains(0):
                        return True
                    if part.derivation.relation != "=" and compare(part.statement, point.evaluate(part.statement.lhs), right)[0] is False:
                        return True
                except Unevaluable:
                    continue
    return False
