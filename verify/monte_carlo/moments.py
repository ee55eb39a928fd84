"""Mean and variance of a stream: float32 within a chunk, float64 across chunks.

Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", equation 2.1: for two parts with counts
n, means a and sums of squared deviations S,
    mean = a1 + (a2 - a1) n2/n,    S = S1 + S2 + (a2 - a1)^2 n1 n2 / n.
Sums of squares are never subtracted, so a variance far below the squared mean keeps its digits.
"""

import math
from dataclasses import dataclass


def chunk_moments(x) -> dict:
    """Mean and sum of squared deviations of (m,) float32, m a power of two; traceable."""
    from verify.monte_carlo.stream import pairwise_sum

    mean = pairwise_sum(x) / len(x)
    return {"mean": mean, "squares": pairwise_sum((x - mean) ** 2)}


@dataclass
class Moments:
    """Count, mean and sum of squared deviations so far, in float64."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, count, means, squares):
        """Join parts of `count` samples each, in order; returns self."""
        for a, s in zip(map(float, means), map(float, squares), strict=True):
            n = self.count + count
            gap = a - self.mean
            self.mean += gap * count / n
            self.squares += s + gap * gap * self.count * count / n
            self.count = n
        return self

    @property
    def standard_error(self) -> float:
        """Of the mean: sqrt(S / (n (n - 1))); NaN below two samples."""
        if self.count < 2:
            return math.nan
        return math.sqrt(self.squares / self.count / (self.count - 1))
