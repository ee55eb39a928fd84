"""Mean and variance of a stream from sums about a reference value: float32 within a chunk, float64 across chunks.

Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance: analysis and recommendations", American
Statistician 37(3), section 3, on shifted data: with z = x - reference,
    mean = reference + (sum z)/n,    sum of squared deviations = sum z^2 - (sum z)^2/n.
A test has its reference at hand, the value it compares with. The variance loses the share 2^-21 (1 + g^2) to
rounding where the mean lies g standard deviations from the reference: nothing, wherever a test is close.
"""

import math
from dataclasses import dataclass

import numpy as np


def chunk_sums(z) -> dict:
    """Partial sums of z and z^2 over a chunk (m,); traceable."""
    from verify.monte_carlo.stream import partial_sums

    return {"sum": partial_sums(z), "squares": partial_sums(z * z)}


@dataclass
class Moments:
    """Count, sum and sum of squares of z = (x - reference) / scale so far, in float64."""

    reference: float = 0.0
    scale: float = 1.0
    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, count, sums):
        """Join `count` samples whose `chunk_sums` have arrived."""
        self.count += count
        self.total += float(sums["sum"].sum(dtype=np.float64))
        self.squares += float(sums["squares"].sum(dtype=np.float64))

    @property
    def mean(self) -> float:
        return self.reference + self.scale * self.total / self.count if self.count else math.nan

    @property
    def variance(self) -> float:
        """Unbiased; NaN below two samples."""
        if self.count < 2:
            return math.nan
        return self.scale**2 * max(0.0, self.squares - self.total**2 / self.count) / (self.count - 1)

    @property
    def standard_error(self) -> float:
        """Of the mean; NaN below two samples."""
        return math.sqrt(self.variance / self.count) if self.count else math.nan
