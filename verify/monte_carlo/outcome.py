"""What a statistical test reports, and how its promises are worded."""

import math
from dataclasses import asdict, dataclass, field

DELTA = 1e-9
"""False-alarm probability of a test unless told otherwise."""

MISS = 1e-3
"""Probability with which an error of the stated detectable size may go unnoticed."""


@dataclass(frozen=True)
class Outcome:
    """The answer of one test. True in `if` only when samples were drawn, all were valid, and none contradicted.

    hypothesis    what was tested, in words
    rejected      the samples contradict the hypothesis; if it holds, this happens with probability <= `false_alarm`
    undecided     the reason why the test can say nothing, or None; an undecided test neither agrees nor rejects
    statistic     the number compared, in the units of the hypothesis (signed)
    threshold     rejected when the statistic passes it; holds the rounding allowance `rounding`
    detectable    an error at least this large is rejected with probability >= 1 - `miss`
    estimate      plain mean of the samples, for people; the verdict does not rest on it (NaN when undecided)
    standard_error  its estimated standard error, for people
    samples       samples drawn; `seconds` includes compilation; `device` as in "cpu x 1"
    """

    hypothesis: str
    rejected: bool
    undecided: str | None
    statistic: float
    threshold: float
    rounding: float
    detectable: float
    false_alarm: float
    miss: float
    estimate: float
    standard_error: float
    samples: int
    seed: int
    seconds: float
    device: str
    details: dict = field(default_factory=dict)

    def __post_init__(self):
        if self.rejected and self.undecided is not None:
            raise ValueError("an outcome is rejected or undecided, not both")

    @property
    def agrees(self) -> bool:
        return self.undecided is None and not self.rejected

    def __bool__(self) -> bool:
        return self.agrees

    def to_dict(self) -> dict:
        """Ready for JSON: NaN and infinity, which JSON lacks, become None."""
        return {"agrees": self.agrees, **_plain(asdict(self))}

    def __str__(self) -> str:
        if self.undecided is not None:
            return f"undecided: {self.hypothesis}: {self.undecided}"
        word = "rejected" if self.rejected else "agrees"
        return (
            f"{word}: {self.hypothesis}: statistic {self.statistic:.3g}, threshold {self.threshold:.3g} "
            f"({self.samples:,} samples on {self.device}, {self.seconds:.2f} s; false alarm <= {self.false_alarm:g}, "
            f"errors from {self.detectable:.3g} seen with probability >= {1 - self.miss:g})"
        )


def probability(name: str, value: float) -> float:
    """`value` as a float if it lies strictly between 0 and 1; ValueError naming it otherwise."""
    if not 0 < value < 1:
        raise ValueError(f"{name} = {value!r} must lie strictly between 0 and 1")
    return float(value)


def too_coarse(samples: int, detectable: float, coarsest: float) -> str:
    """The reason why a test that sees errors of size `detectable` only has nothing to say."""
    if not math.isfinite(detectable):
        return f"{samples:,} samples are too few to detect an error of any size"
    return f"{samples:,} samples are too few: they show errors of {detectable:.2g}, where {coarsest:.2g} is to be seen"


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
