"""The number of threads is the user's, or fits the machine."""

from app.engines.threads import resolve_threads, usable_cores


def test_chosen_number_is_kept() -> None:
    assert resolve_threads(3) == 3


def test_automatic_number_fits_the_machine() -> None:
    assert 1 <= resolve_threads(0) <= min(usable_cores(), 8)
