"""Figures of a series."""

import pytest

from app.bench.statistics import Summary, summarise


def test_percentiles_lie_between_samples() -> None:
    summary = summarise([float(value) for value in range(101)])
    assert summary == Summary(count=101, p50=50, p90=90, p95=95, p99=99, best=0)
    assert summarise([1.0, 2.0]).p50 == 1.5


def test_order_does_not_matter_and_one_sample_is_enough() -> None:
    assert summarise([3.0, 1.0, 2.0]) == summarise([1.0, 2.0, 3.0])
    assert summarise([4.0]) == Summary(1, 4, 4, 4, 4, 4)
    assert summarise([4.0]).p99 == pytest.approx(4)
