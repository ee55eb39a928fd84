"""Layer 1: the derivation is replayed by the rules, and every step attacked."""

import time
from contextlib import contextmanager

from derivations.checker import check_claim
from verify.layers.enclosure import compare
from verify.verdict import Evidence, counted

LAYER = "derivation"


def applies(claim):
    """Every claim has a derivation."""
    return ""


_KEPT = None  # while replays are kept: those there are, as [(claim, seed, replay), ...]


@contextmanager
def replays_kept():
    """Within, a claim is replayed once for each seed, however often it is asked for: while no claim and no rule changes."""
    global _KEPT
    before, _KEPT = _KEPT, []
    try:
        yield
    finally:
        _KEPT = before


def replayed(claim, seed=0):
    """The replay of the claim's derivation, with the attack on every step."""
    for known, its_seed, replay in _KEPT or ():
        if known is claim and its_seed == seed:
            return replay
    replay = check_claim(claim, seed=seed)
    if _KEPT is not None:
        _KEPT.append((claim, seed, replay))
    return replay


def run(case):
    """Proved when every step is replayed and the ends meet; for what they do not meet, see below.

    A derivation whose steps all hold but which arrives elsewhere than the statement says refutes the
    statement where the two ends differ by certain numbers; a step that fails leaves it undecided.
    """
    began = time.perf_counter()
    replay = replayed(case.claim, case.seed)
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
