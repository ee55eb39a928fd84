"""The error rates of one claim's Monte Carlo layer, counted.

False alarms: every test of the claim at one point of the domain, over many seeds at reduced size, at the stated level,
where none may come, and at 5%, where a threshold that is too small shows. Power: the same at an error of the size that
the test says it detects. Bounds are tested where they are attained. Mutants: at several points, statements wrong by 1%,
each tested once, by as many samples as show 1%.
"""

import random
import time
from dataclasses import asdict, dataclass, field

import derivations
from derivations.enclose import Unevaluable
from derivations.enclose.points import random_point
from derivations.instance import NoInstance
from verify.calibration.mutants import one_percent, tight
from verify.case import describe
from verify.layers import monte_carlo
from verify.monte_carlo.outcome import MISS
from verify.sampled_tests import NotALaw, tests_of
from verify.sampling import Unsampleable

SEEDS = 10_000
SAMPLES = 256  # of a test at reduced size
POINTS = 8  # at which mutants are made
VISIBLE = 0.05  # a level at which false alarms do come


@dataclass
class Found:
    """What was counted for one claim; `skipped` are the reasons why something was not.

    tests       of the claim's statements at one point that depend on chance, each run over `seeds` seeds
    alarms      rejections of true hypotheses at the stated level `level`, all tests together
    visible     the most rejections of any one test at the level 5%
    unseen      the most runs of any one test that missed an error of the size it says it detects
    invalid     runs that met a NaN or infinity
    mutants, detected  statements wrong by 1%, and how many of them were rejected
    missed      the others, in words
    failure     what went wrong while counting
    """

    claim: str
    seeds: int = 0
    level: float = monte_carlo.FALSE_ALARM
    tests: int = 0
    alarms: int = 0
    visible: int = 0
    unseen: int = 0
    invalid: int = 0
    mutants: int = 0
    detected: int = 0
    missed: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    failure: str = ""
    seconds: float = 0.0

    def problems(self) -> list[str]:
        """What must fail a calibration, a sentence each."""
        found = [self.failure] if self.failure else []
        if self.alarms:  # in all runs of all claims one is expected once in a thousand calibrations
            found.append(f"{self.alarms} false alarms at the level {self.level:g}")
        if self.visible > allowed(self.seeds, VISIBLE):
            found.append(f"{self.visible} false alarms in {self.seeds} runs at the level {VISIBLE:g}")
        if self.unseen > allowed(self.seeds, MISS):
            found.append(f"{self.unseen} of {self.seeds} runs missed an error of the size that is stated to be seen")
        if self.invalid:
            found.append(f"{self.invalid} runs met NaN or infinite samples")
        if self.detected < (1 - MISS) * self.mutants:
            found.append(f"{self.mutants - self.detected} of {self.mutants} statements wrong by 1% were not rejected")
        if not self.skipped and not self.mutants:
            found.append("nothing was measured")
        return found


def allowed(runs, rate, chance=1e-6):
    """The most events of probability `rate` in `runs` that do not come with a probability below `chance`."""
    from scipy.stats import binom

    return int(binom.isf(chance, runs, rate)) if runs else 0


def measure(name, seeds=SEEDS, points=POINTS, seed=0) -> dict:
    """Measure the claim `name`; the fields of `Found`, and its problems."""
    began, claim = time.perf_counter(), derivations.claim(name)
    found = Found(name)
    if not claim.holds:
        found.skipped.append(f"false on purpose: there is no true hypothesis to raise a false alarm; see {claim.truth}")
    elif reason := monte_carlo.applies(claim):
        found.skipped.append(reason)
    else:
        try:
            _count(found, claim, seeds, points, seed)
        except Exception as error:  # noqa: BLE001 - what crashes is a problem of this claim, and no end of the others
            found.failure = f"{type(error).__name__}: {error}"
    found.seconds = time.perf_counter() - began
    return {**asdict(found), "problems": found.problems()}


def _count(found, claim, seeds, points, seed):
    rng = random.Random(f"{seed}/{claim.name}/calibration")
    statements = [p.statement for p in claim.parts if not monte_carlo.unsampled(claim, p.statement)]
    _count_alarms(found, statements, random_point(claim, rng), seeds, seed)
    for _ in range(points):
        _try_mutants(found, claim, statements, random_point(claim, rng), rng)


def _count_alarms(found, statements, point, seeds, seed):
    for statement in statements:
        for prepare in tests_of(tight(statement, point), point):
            hypothesis = prepare()
            if hypothesis.certain:
                continue
            run = {"runs": seeds, "samples": SAMPLES, "seed": seed}
            stated = hypothesis.calibrate(delta=found.level, **run)
            visible = hypothesis.calibrate(delta=VISIBLE, **run)
            powered = hypothesis.calibrate(delta=found.level, error="detectable", **run)
            found.tests += 1
            found.seeds = stated.runs
            found.alarms += stated.rejected
            found.visible = max(found.visible, visible.rejected)
            found.unseen = max(found.unseen, powered.runs - powered.rejected - powered.invalid)
            found.invalid += stated.invalid


def _try_mutants(found, claim, statements, point, rng):
    tests = 2 * sum(len(tests_of(s, point)) for s in statements)  # the layer looks at two points
    for statement in statements:
        try:
            for what, wrong in one_percent(statement, point, rng):
                found.mutants += 1
                if _rejected(wrong, point, found.level / tests, rng):
                    found.detected += 1
                else:
                    found.missed.append(f"{what}, at {describe(claim, point)}")
        except (Unevaluable, Unsampleable, NoInstance) as reason:
            found.skipped.append(str(reason))


def _rejected(statement, point, delta, rng):
    """Does any test of the statement reject it?"""
    try:
        return any(prepare().thorough().test(delta, rng.getrandbits(32)).rejected for prepare in tests_of(statement, point))
    except NotALaw:
        return True
