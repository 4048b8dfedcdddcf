"""The time left is told from what was timed, and the time asked for is what the whole run takes."""

import pytest

from app.bench.records import Plan
from app.bench.schedule import Schedule
from app.engines.selection import EnginesKey

KEY = EnginesKey("efficientnet_lite2", "cpu", 2)


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def schedule(clock: Clock, seconds: float = 60) -> Schedule:
    return Schedule(Plan(KEY, ("eager", "torchscript"), (), (1,), seconds=seconds), clock=clock)


def through(made: Schedule, clock: Clock, stage: str, seconds: float) -> None:
    for _ in range(2):
        with made.timed(stage):
            clock.now += seconds


def test_rounds_get_the_time_that_was_asked_for_however_long_checking_took() -> None:
    clock = Clock()
    made = schedule(clock)
    for stage in ("load", "compare", "warm_up"):
        through(made, clock, stage, 25)
    made.begin_rounds()
    assert made.prepared == 150
    assert made.left == pytest.approx(63)
    clock.now += 59
    assert made.rounds(0) < 1
    clock.now += 2
    assert made.rounds(0) == 1


def test_what_has_to_be_done_once_is_expected_from_the_start() -> None:
    clock = Clock()
    plan = Plan(KEY, ("eager", "torchscript"), (), (1,))
    known, new = (Schedule(plan, names, clock).left_before for names in ((), plan.engines))
    assert new > known + 30


def test_the_first_check_of_one_engine_is_no_measure_for_those_that_were_checked() -> None:
    clock = Clock()
    made = Schedule(Plan(KEY, ("eager", "torchscript"), (), (1,)), ("eager",), clock)
    with made.timed("compare", "eager"):
        clock.now += 300
    assert made.left_before < 60


def test_what_takes_longer_than_was_thought_is_never_about_to_end() -> None:
    clock = Clock()
    made = schedule(clock)
    with made.timed("load", "eager"):
        clock.now += 200
        left = made.left_before
        clock.now += 200
        assert made.left_before > left > 40


def test_a_counted_stage_says_how_long_it_and_the_next_engine_will_take() -> None:
    clock = Clock()
    made = schedule(clock)
    through(made, clock, "load", 1)
    with made.timed("compare"):
        clock.now += 10
        before = made.left
        made.part(9 / 108)
        assert made.left > 220 > before, "120 s for this engine, and as many for the next"
        assert made.share < 0.1


def test_the_share_only_grows() -> None:
    clock = Clock()
    made = schedule(clock)
    shares = []
    for stage, seconds in (("load", 1), ("compare", 40), ("warm_up", 1)):
        for _ in range(2):
            with made.timed(stage):
                clock.now += seconds
                shares.append(made.share)
    assert shares == sorted(shares)


def test_what_was_done_before_the_counting_is_not_taken_for_its_pace() -> None:
    clock = Clock()
    made = schedule(clock)
    with made.timed("compare"):
        clock.now += 30
        made.part(0)
        clock.now += 1
        made.part(0.1)
        assert made.left_before < 65, "9 s for the rest of this one, 40 for the next, and the others"
