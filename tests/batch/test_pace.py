"""The rate and the time left of a run."""

import pytest

from app.batch.pace import Pace


class Clock:
    """Seconds, turned by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def paced(clock: Clock, pace: Pace, seconds: float, pictures: int) -> None:
    """Some seconds with so many pictures a second, in four announcements a second."""
    for _ in range(round(seconds * 4)):
        clock.now += 0.25
        pace.count(pictures // 4)


def test_rate_is_right_from_the_beginning_and_nothing_is_promised_before() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.rate == 0
    assert pace.seconds_for(10) is None
    paced(clock, pace, 1, 40)
    assert pace.rate == pytest.approx(40)
    assert pace.seconds_for(400) == pytest.approx(10)


def test_one_slow_second_hardly_moves_the_time_left_and_slow_minutes_do() -> None:
    clock = Clock()
    pace = Pace(clock)
    paced(clock, pace, 60, 40)
    paced(clock, pace, 1, 4)
    assert pace.rate > 37
    paced(clock, pace, 120, 4)
    assert pace.rate < 5
