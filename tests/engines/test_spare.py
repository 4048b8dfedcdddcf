"""Fewer threads are used while other programs are busy, and all of them again afterwards."""

from collections.abc import Iterator, Sequence

import pytest

from app.engines.spare import Look, Spare, fitting, look


def told(cores: int, taken: Sequence[float]) -> Iterator[Look]:
    """A look each second at a machine of so many cores; this process uses none of it."""
    idle = 0.0
    for second, share in enumerate((0.0, *taken)):
        idle += cores - share
        yield Look(float(second), idle, 0.0)


def chosen(cores: int, *taken: float) -> list[int]:
    """The number of threads in each second, given how many cores others take in it."""
    looks = told(cores, taken)
    spare = Spare(cores, lambda: next(looks))
    return [spare.threads() for _ in taken]


def test_an_idle_machine_gives_all_its_cores() -> None:
    assert chosen(2, 0.0, 0.1, 0.2) == [2, 2, 2]


def test_beside_a_busy_program_one_of_two_cores_is_used_until_it_ends() -> None:
    assert chosen(2, 1.0, 1.0, 1.0, 0.0, 0.0) == [2, 1, 1, 1, 2]


def test_what_is_busy_for_a_moment_changes_nothing() -> None:
    assert chosen(2, 1.0, 0.0, 1.0, 0.0) == [2, 2, 2, 2]


def test_on_the_border_the_number_stays() -> None:
    assert chosen(2, 0.4, 0.4, 0.6, 0.6, 0.4, 0.4, 0.4) == [2, 2, 2, 1, 1, 1, 1]


def test_several_busy_programs_leave_fewer_threads() -> None:
    assert chosen(8, 1.0, 1.0, 4.0, 4.0, 7.0, 7.0, 9.0, 9.0) == [8, 4, 4, 4, 4, 1, 1, 1]


def test_more_cores_than_threads_make_room_for_others() -> None:
    assert [fitting(8, cores) for cores in (16.0, 8.0, 7.9, 3.0, 0.2)] == [8, 8, 4, 2, 1]


@pytest.mark.parametrize(("setting", "device"), [(2, "cpu"), (1, "cpu"), (0, "cuda")])
def test_a_number_that_the_user_chose_and_a_gpu_are_left_alone(setting: int, device: str) -> None:
    assert Spare.of(setting, device) is None


def test_what_this_process_computes_is_not_taken_by_others() -> None:
    before = look()
    while look().own - before.own < 0.2:
        pass
    after = look()
    assert after.own - before.own >= 0.2
    assert after.idle >= before.idle
