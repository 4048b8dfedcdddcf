"""Figures of a series."""

import math
from itertools import pairwise

import numpy as np
import pytest

from app.bench.statistics import Summary, summarise


def spread(count: int) -> list[float]:
    """A skewed series, as times are: most near 10, a few much longer."""
    return [float(10 + share**4) for share in np.linspace(0, 1, count)]


def test_percentiles_lie_between_samples() -> None:
    summary = summarise([float(value) for value in range(101)])
    assert summary == Summary(count=101, p50=50, p90=90, p95=95, p99=99, best=0, low=40, high=61)
    assert summarise([1.0, 2.0]).p50 == 1.5


def test_order_does_not_matter_and_one_sample_is_enough() -> None:
    assert summarise([3.0, 1.0, 2.0]) == summarise([1.0, 2.0, 3.0])
    assert summarise([4.0]) == Summary(1, 4, 4, 4, 4, 4, 4, 4)
    assert summarise([4.0]).p99 == pytest.approx(4)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 30, 31, 1000])
def test_median_lies_in_its_confidence_interval(count: int) -> None:
    summary = summarise(spread(count))
    assert summary.best <= summary.low <= summary.p50 <= summary.high <= max(spread(count))


def test_few_samples_say_nothing_about_their_median() -> None:
    assert [math.isinf(summarise([5.0] * count).uncertainty) for count in (1, 5, 6)] == [True, True, False]
    assert summarise([5.0] * 6).uncertainty == 0


def test_four_times_the_samples_are_twice_as_certain() -> None:
    uncertainties = [summarise(spread(count)).uncertainty for count in (100, 400, 1600)]
    for few, many in pairwise(uncertainties):
        assert many == pytest.approx(few / 2, rel=0.1)


def test_interval_holds_the_median_about_95_times_in_100() -> None:
    chance = np.random.default_rng(0)
    found = [summarise(chance.exponential(1, 50).tolist()) for _ in range(1000)]
    held = sum(summary.low <= math.log(2) <= summary.high for summary in found)
    assert 930 <= held <= 985
