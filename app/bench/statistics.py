"""Figures of a series of times."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles of a series, in its own unit; linear interpolation between samples.

    Attributes:
        low, high: the 95% confidence interval of the median.
    """

    count: int
    p50: float
    p90: float
    p95: float
    p99: float
    best: float
    low: float
    high: float

    @property
    def uncertainty(self) -> float:
        """Half the confidence interval as a share of the median; infinite for too few samples."""
        return math.inf if self.is_short else (self.high - self.low) / 2 / self.p50

    @property
    def is_short(self) -> bool:
        """Whether there are too few samples for the interval to mean anything."""
        return self.count < FEWEST


# Fewer samples cannot hold the median between their ends with 95% confidence.
FEWEST = 6


def summarise(samples: Sequence[float]) -> Summary:
    """The figures of a series with at least one sample.

    The interval is the one of order statistics, which assumes nothing about how times are distributed: the
    ranks n/2 ± 1.96 √n/2 (normal approximation of the binomial; Conover, Practical Nonparametric Statistics).
    """
    ordered = np.sort(np.asarray(samples, float))
    p50, p90, p95, p99 = (float(value) for value in np.percentile(ordered, (50, 90, 95, 99)))
    count, spread = len(ordered), 1.96 * math.sqrt(len(ordered)) / 2
    low = ordered[max(math.floor(count / 2 - spread), 0)]
    high = ordered[min(math.ceil(count / 2 + spread), count - 1)]
    return Summary(count, p50, p90, p95, p99, float(ordered[0]), float(low), float(high))
