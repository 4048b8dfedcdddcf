"""A decoder that hangs is noticed, and time in which the process did not run is nobody's."""

import threading
import time
from pathlib import Path

import pytest

from app.batch import watch
from app.batch.watch import Watch
from app.images import memory
from app.store.records import Task


def test_file_at_which_a_worker_hangs_is_named_and_one_that_is_done_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "_HANG_SECONDS", 0.2)
    named: list[Task] = []
    told = threading.Event()

    def tell(task: Task) -> None:
        named.append(task)
        told.set()

    watching = Watch(tell)
    watching.begin(Task(1, Path("good.jpg"), 0))
    watching.end()
    watching.begin(hanging := Task(2, Path("hangs.jpg"), 0))
    watching.start()
    assert told.wait(30)
    watching.join()
    assert named == [hanging]


def test_file_that_waits_for_the_memory_of_another_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_HANG_SECONDS", 0.2)
    monkeypatch.setattr(watch, "_TICK_SECONDS", 0.02)
    named: list[Task] = []
    told = threading.Event()

    def tell(task: Task) -> None:
        named.append(task)
        told.set()

    def wait_for_memory() -> None:
        watching.begin(Task(1, Path("waits.jpg"), 0))
        with memory.PIXELS.share(1):
            watching.end()

    watching = Watch(tell)
    with memory.PIXELS.share(memory.PIXELS.total):
        worker = threading.Thread(target=wait_for_memory)
        worker.start()
        while not memory.waiting():
            pass
        watching.begin(hanging := Task(2, Path("hangs.jpg"), 0))
        watching.start()
        assert told.wait(30)
    worker.join()
    watching.join()
    assert named == [hanging]


def test_time_in_which_the_process_was_stopped_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    watching, before = Watch(lambda _task: None), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: before + 3600)
    assert watching.now() < 10
