"""Layer 3: samples from the laws on the left side, streamed, against the right side.

The tests and their error rates are `verify.monte_carlo`'s, and `verify.sampled_tests` reads off a left side which
of them it calls for. The false-alarm probability, the smallest detectable error and with it the number of samples are
fixed before one is drawn. A test that could not see an error of 5% of the quantity's scale does not support it.
"""

import random
import time

from derivations.enclose import Unevaluable
from derivations.enclose.points import random_point
from derivations.instance import NoInstance
from verify.case import describe
from verify.float64 import NoFloat64
from verify.monte_carlo.hypothesis import LIMIT
from verify.sampled_tests import NotALaw, tests_of
from verify.sampling import Unsampleable
from verify.verdict import Evidence, counted

LAYER = "monte_carlo"
FALSE_ALARM = 1e-9


def applies(claim):
    """Why there is nothing to sample in the claim's left sides; empty where there is."""
    reasons = [unsampled(claim, p.statement) for p in claim.parts]
    return "" if any(not r for r in reasons) else reasons[0]


def unsampled(claim, statement):
    """Why the left side of one statement cannot be sampled; empty where it can."""
    try:
        tests_of(statement, random_point(claim, random.Random(0)))
    except (Unsampleable, NoInstance) as reason:
        return f"the left side cannot be sampled: {reason}"
    return ""


def run(case, samples=None, limit=LIMIT):
    """Supported when no test rejects; the false-alarm probability is shared out over the tests (Bonferroni).

    Args:
        samples: of every test, where it is not to decide for itself.
        limit: the share of a quantity's scale that a test must be able to see if it is to support anything.
    """
    began = time.perf_counter()
    points = case.points[:1] if case.arguments.given and not case.arguments.shape else case.points[:2]
    sampled = [s for s in case.statements if not unsampled(case.claim, s)]
    tests = [(s, p, t) for s in sampled for p in points for t in tests_of(s, p)]
    outcomes, estimate = [], {}

    def evidence(status, summary, **details):
        return Evidence(LAYER, status, summary, {**_details(outcomes), **estimate, **details}, time.perf_counter() - began)

    for number, (statement, point, prepare) in enumerate(tests):
        where = {"at": describe(case.claim, point)}
        try:
            hypothesis = prepare()
            outcome = hypothesis.test(FALSE_ALARM / len(tests), case.seed + number, samples, limit)
        except NotALaw as reason:
            return evidence("refuted", str(reason), counterexample={**where, "left": "1", "right": str(reason)})
        except (Unevaluable, Unsampleable, NoInstance, NoFloat64) as reason:
            return evidence("undecided", f"could not be prepared: {reason}")
        outcomes.append(outcome)
        if not estimate and statement is case.statements[0] and hypothesis.of_left_side:
            estimate = {"estimate": outcome.estimate, "standard_error": outcome.standard_error, "expected": outcome.details["expected"]}
        if outcome.undecided:
            return evidence("undecided", outcome.undecided)
        if outcome.rejected:
            found = f"{outcome.estimate:.6g} ± {outcome.standard_error:.2g}"
            expected = f"{outcome.estimate - outcome.statistic:.6g}" if "expected" not in outcome.details else f"{outcome.details['expected']:.10g}"
            summary = f"{counted(outcome.samples, 'sample')} give {found}, not {expected}"
            return evidence("refuted", summary, counterexample={**where, "left": found, "right": expected})
    if not outcomes:
        return evidence("undecided", applies(case.claim) or "no test was made")
    seen = max(o.detectable for o in outcomes)
    return evidence(
        "supported",
        f"{counted(sum(o.samples for o in outcomes), 'sample')} in {counted(len(outcomes), 'test')} agree; "
        f"an error of {seen:.2g} would be seen, a false alarm has probability at most {FALSE_ALARM:g}",
    )


def _details(outcomes):
    """What the tests measured, together."""
    if not outcomes:
        return {}
    return {
        "samples": sum(o.samples for o in outcomes),
        "tests": len(outcomes),
        "false_alarm": FALSE_ALARM,
        "detectable": max(o.detectable for o in outcomes),
        "kinds": sorted({o.details["test"] for o in outcomes}),
        "device": outcomes[-1].device,
    }
