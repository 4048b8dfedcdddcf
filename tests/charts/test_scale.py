"""Numbers along axes are round, few enough to be read, and never a power that somebody has to multiply by."""

import pytest

from app.charts.scale import Axis, even_ticks, log_ticks


def texts(ticks: tuple[tuple[float, str], ...]) -> list[str]:
    return [text for _, text in ticks]


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (30.0, ["0", "5", "10", "15", "20", "25", "30"]),
        (0.004, ["0", "0.001", "0.002", "0.003", "0.004"]),
        (1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (47000.0, ["0", "10000", "20000", "30000", "40000"]),
        (0.0, ["0"]),
    ],
)
def test_even_steps_are_round_and_few(high: float, expected: list[str]) -> None:
    assert texts(even_ticks(high)) == expected


@pytest.mark.parametrize(
    ("low", "high"), [(7.2, 31.0), (20.0, 24.5), (0.5, 900.0), (0.001, 20000.0), (1.0, 1.1)]
)
def test_logarithmic_axes_have_a_few_numbers_whatever_their_range(low: float, high: float) -> None:
    ticks = log_ticks(low, high)
    assert 2 <= len(ticks) <= 9
    assert all(low <= value <= high * 1.001 for value, _ in ticks)


def test_logarithmic_axis_puts_the_geometric_mean_in_the_middle() -> None:
    assert Axis(1, 100, log=True).share(10) == pytest.approx(0.5)
    assert Axis(0, 100).share(10) == pytest.approx(0.1)
    assert Axis(5, 5).share(5) == 0.5, "one value is in the middle"
