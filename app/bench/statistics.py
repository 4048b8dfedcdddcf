"""Figures of a series of times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles of a series, in its own unit; linear interpolation between samples."""

    count: int
    p50: float
    p90: float
    p95: float
    p99: float
    best: float


def summarise(samples: Sequence[float]) -> Summary:
    """The figures of a series with at least one sample."""
    p50, p90, p95, p99 = (float(value) for value in np.percentile(samples, (50, 90, 95, 99)))
    return Summary(len(samples), p50, p90, p95, p99, float(min(samples)))
