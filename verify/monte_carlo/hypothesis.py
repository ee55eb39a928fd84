"""What samples are asked, with all that a test of it needs, before one of them is drawn.

A hypothesis decides its number of samples from the error that it wants to see, so that nothing drawn can influence how
much is drawn. `test` asks once; `calibrate` asks ten thousand times, of few samples each.
"""

import math
from dataclasses import dataclass, replace

from verify.monte_carlo.law import law_test
from verify.monte_carlo.mean import TERM_ROUNDINGS, mean_test, samples_to_detect, usual_rounding
from verify.monte_carlo.outcome import MISS, Outcome
from verify.monte_carlo.stream import SAMPLES, SUM_ROUNDINGS

AIM = 0.01
"""The share of a quantity's scale that a test is to see."""

LIMIT = 0.05
"""The share of it that a test must see if it is to agree."""

ENOUGH = 2**27
"""Scalars beyond which a test is content to see what lies between the two, as much as these show: half a second."""

SPREAD = 1 / 32
"""A number far below the standard deviation of its samples is not asked for to 1%: its scale is this share of theirs."""

BUDGET = 2**31
"""Scalars that one test may draw at most, to see `LIMIT`: ten seconds."""


@dataclass(frozen=True)
class MeanHypothesis:
    """E[X] is (or is at most, or at least) `expected`, for the sampler `draw` with Var X <= `variance`.

    Fields as the arguments of `mean_test`; `enough` is the most scalars it draws to see an error of `AIM`, `budget` the
    most that it may draw at all, and `of_left_side` says whether the mean is the value of a statement's left side.
    """

    draw: object
    expected: float
    variance: float
    relation: str = "=="
    dimension: int = 1
    parameters: tuple = ()
    rounding: float | None = None
    enough: int = ENOUGH
    budget: int = BUDGET
    of_left_side: bool = False

    @property
    def scale(self) -> float:
        """The size that errors are measured by: |expected|, the samples' spread where that is 0, never far below it."""
        spread = math.sqrt(self.variance)
        return max(abs(self.expected), SPREAD * spread) if self.expected else spread

    @property
    def allowed(self) -> float:
        """The rounding error allowed for in each sample."""
        return usual_rounding(self.expected, self.variance) if self.rounding is None else self.rounding

    @property
    def certain(self) -> bool:
        """Does X vary by less than its rounding, so that no test of it depends on chance?"""
        return self.variance <= self.allowed**2

    def samples(self, delta: float) -> int:
        """As many as show an error of `AIM` times the scale, if these are enough, or of `LIMIT`, if more are needed for that.

        Never fewer than usual, nor more than the budget.
        """
        usual, enough, most = max(SAMPLES // self.dimension, 2**18), self.enough // self.dimension, self.budget // self.dimension
        if self.certain:
            return min(usual, most)
        needed = min(self._showing(AIM, delta, most), max(enough, self._showing(LIMIT, delta, most)))
        return min(max(usual, needed), most)

    def _showing(self, share, delta, most):
        """The fewest samples that show an error of `share` times the scale; `most` if none do."""
        return samples_to_detect(
            share * self.scale, self.variance, delta=delta, sides=2 if self.relation == "==" else 1, most=most,
            rounding=self.allowed, roundings=TERM_ROUNDINGS + SUM_ROUNDINGS,
        )  # fmt: skip

    def thorough(self):
        """The same, drawing as many samples as show an error of `AIM` if the budget allows them."""
        return replace(self, enough=self.budget)

    def test(self, delta: float, seed: int, samples: int | None = None, limit: float = LIMIT) -> Outcome:
        """Draw, and judge; undecided if an error of `limit` times the scale would not be seen."""
        return mean_test(
            self.draw, self.expected, self.variance, relation=self.relation, seed=seed,
            samples=samples or self.samples(delta), dimension=self.dimension, parameters=self.parameters,
            delta=delta, miss=MISS, rounding=self.allowed, coarsest=limit * self.scale if limit < math.inf else limit,
        )  # fmt: skip

    def calibrate(self, **options):
        """How often the test rejects, over many seeds; options as in `verify.monte_carlo.calibrate`."""
        from verify.monte_carlo.calibration import calibrate

        return calibrate(
            self.draw, self.expected, self.variance, relation=self.relation, parameters=self.parameters,
            rounding=self.allowed, **options,
        )  # fmt: skip


@dataclass(frozen=True)
class LawHypothesis:
    """X, sampled by `draw`, has the distribution function `cdf`; fields as the arguments of `law_test`."""

    draw: object
    cdf: object
    dimension: int = 1
    parameters: tuple = ()
    rounding: float = 0.0
    usual: int = 2**20
    of_left_side: bool = False
    certain: bool = False

    def thorough(self):
        """The same: a test of a law is of one size."""
        return self

    def test(self, delta: float, seed: int, samples: int | None = None, limit: float = LIMIT) -> Outcome:
        """Draw, and judge; undecided if a distance of `limit` between distribution functions would not be seen."""
        return law_test(
            self.draw, self.cdf, seed=seed, samples=samples or self.usual, dimension=self.dimension,
            parameters=self.parameters, delta=delta, miss=MISS, rounding=self.rounding, coarsest=min(limit, 1.0),
        )  # fmt: skip

    def calibrate(self, **options):
        """How often the test rejects, over many seeds; options as in `verify.monte_carlo.calibrate_law`."""
        from verify.monte_carlo.calibration import calibrate_law

        return calibrate_law(self.draw, self.cdf, parameters=self.parameters, rounding=self.rounding, **options)
