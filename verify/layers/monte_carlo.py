"""Layer 3: samples from the laws on the left side, streamed, against the right side.

The test and its error rates are `verify.monte_carlo`'s: a mean test whose variance bound is proven by ball
arithmetic. The false-alarm probability and the smallest detectable error are fixed before a sample is drawn.
"""

import time

from derivations.enclose import Unevaluable, precision
from derivations.instance import NoInstance, concretise
from derivations.language.normal import NormalDensity, UniformDensity
from verify.case import arrays_of, describe, in_float32
from verify.sampling import Unsampleable, draws, sampler, variance_bound
from verify.verdict import Evidence

LAYER = "monte_carlo"
FALSE_ALARM = 1e-9


def applies(claim):
    """Why there is nothing to sample in the claim's left sides; empty where there is."""
    reasons = [_reason(claim, p.statement) for p in claim.parts]
    return "" if any(not r for r in reasons) else reasons[0]


def _reason(claim, statement):
    """Why the left side of one statement cannot be sampled; empty where it can."""
    try:
        import random

        from derivations.enclose.points import random_point

        point = random_point(claim, random.Random(0))
        _, found = draws(concretise(statement.lhs, point.instance))
    except (Unsampleable, NoInstance) as reason:
        return f"the left side cannot be sampled: {reason}"
    return "" if found else "nothing on the left side is random"


def run(case, samples=None):
    """Supported when no test rejects; the false-alarm probability is shared out over the tests (Bonferroni)."""
    began = time.perf_counter()
    statements = [s for s in case.statements if not _reason(case.claim, s)]
    if not statements:
        return Evidence(LAYER, "undecided", applies(case.claim), {}, time.perf_counter() - began)
    points = case.points[:1] if case.arguments.given and not case.arguments.shape else case.points[:2]
    tests = [(s, p) for s in statements for p in points]
    outcomes = []
    for number, (statement, point) in enumerate(tests):
        try:
            outcome = test(case, statement, point, FALSE_ALARM / len(tests), case.seed + number, samples)
        except (Unevaluable, Unsampleable, NoInstance) as reason:
            return Evidence(LAYER, "undecided", f"could not be prepared: {reason}", {}, time.perf_counter() - began)
        outcomes.append(outcome)
        if outcome.undecided:
            return Evidence(LAYER, "undecided", outcome.undecided, _details(outcomes), time.perf_counter() - began)
        if outcome.rejected:
            details = _details(outcomes)
            details["counterexample"] = {
                "at": describe(case.claim, point),
                "left": f"{outcome.estimate:.6g} ± {outcome.standard_error:.2g}",
                "right": f"{outcome.details['expected']:.10g}",
            }
            summary = f"{outcome.samples:,} samples give {outcome.estimate:.6g} ± {outcome.standard_error:.2g}, not {outcome.details['expected']:.6g}"
            return Evidence(LAYER, "refuted", summary, details, time.perf_counter() - began)
    first = outcomes[0]
    summary = (
        f"{sum(o.samples for o in outcomes):,} samples agree; an error of {first.detectable:.2g} would be seen, "
        f"a false alarm has probability at most {FALSE_ALARM:g}"
    )
    return Evidence(LAYER, "supported", summary, _details(outcomes), time.perf_counter() - began)


def test(case, statement, point, delta, seed, samples=None):
    """One mean test of one statement at one point."""
    from sympy import Eq, Le

    from verify.monte_carlo import mean_test

    point = in_float32(point)
    relation = "==" if isinstance(statement, Eq) else "<=" if isinstance(statement, Le) else ">="
    constant, found = draws(concretise(statement.lhs, point.instance))
    with precision(96):
        variance = sum(variance_bound(d, point.evaluate) for d in found)
        expected = float(point.evaluate(statement.rhs).real.mid())
    symbols, numbers, whole = arrays_of(point)
    return mean_test(
        sampler(constant, found, symbols, whole), expected, variance, relation=relation, seed=seed, samples=samples,
        dimension=_dimension(found, point), parameters=numbers, delta=delta,
    )  # fmt: skip


def _dimension(found, point):
    """Normals per sample: one for a scalar law, the length for a vector."""
    whole = [v for v in point.values.values() if isinstance(v, int)]
    vectors = sum(not isinstance(density, (NormalDensity, UniformDensity)) for d in found for _, density in d.laws)
    scalars = sum(len(d.laws) for d in found) - vectors
    return max(scalars + vectors * max(whole, default=1), 1)


def _details(outcomes):
    last = outcomes[-1]
    return {
        "samples": sum(o.samples for o in outcomes),
        "tests": len(outcomes),
        "false_alarm": FALSE_ALARM,
        "detectable": max(o.detectable for o in outcomes),
        "estimate": outcomes[0].estimate,
        "standard_error": outcomes[0].standard_error,
        "expected": outcomes[0].details.get("expected"),
        "statistic": last.statistic,
        "threshold": last.threshold,
        "device": last.device,
    }
