"""Every job ends exactly once, and closing the window leaves no thread behind."""

import logging
import threading
from collections.abc import Iterator

import pytest

from app.core.errors import ErrorCode, PictureError
from app.core.jobs import Cancelled, Event, Failed, Finished, JobContext, Progressed, Worker


class Listener:
    """Keeps the events that a worker announces, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def end_of(self, job: int) -> Event:
        """Wait until a job has ended, and return how."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._ends(job), timeout=20)
            return self._ends(job)[0]

    def _ends(self, job: int) -> list[Event]:
        return [event for event in self.events if event.job == job and not isinstance(event, Progressed)]


class Gate:
    """A job that holds the worker until it is opened."""

    def __init__(self) -> None:
        self.entered, self._opened = threading.Event(), threading.Event()

    def __call__(self, context: JobContext) -> None:
        self.entered.set()
        assert self._opened.wait(20)
        context.check()

    def open(self) -> None:
        self._opened.set()


@pytest.fixture
def heard() -> Listener:
    return Listener()


@pytest.fixture
def worker(heard: Listener) -> Iterator[Worker]:
    worker = Worker("test worker", heard)
    yield worker
    assert worker.shut_down(20)
    assert "test worker" not in [thread.name for thread in threading.enumerate()]
    ended = [event.job for event in heard.events if not isinstance(event, Progressed)]
    assert len(set(ended)) == len(ended), "a job ended twice"


@pytest.fixture
def gate(worker: Worker) -> Iterator[Gate]:
    """The worker is busy with this."""
    gate = Gate()
    worker.submit(gate)
    assert gate.entered.wait(20)
    yield gate
    gate.open()


def test_job_reports_and_finishes_with_its_result(worker: Worker, heard: Listener) -> None:
    def work(context: JobContext) -> str:
        context.report("half way")
        return "done"

    job = worker.submit(work)
    assert heard.end_of(job) == Finished(job, "done")
    assert heard.events == [Progressed(job, "half way"), Finished(job, "done")]


def test_work_is_done_in_the_workers_thread(worker: Worker, heard: Listener) -> None:
    job = worker.submit(lambda _: threading.current_thread().name)
    assert heard.end_of(job) == Finished(job, "test worker")


def test_known_error_fails_the_job_with_its_code(worker: Worker, heard: Listener) -> None:
    error = PictureError(ErrorCode.TRUNCATED)

    def work(_: JobContext) -> None:
        raise error

    job = worker.submit(work)
    assert heard.end_of(job) == Failed(job, error)


def test_bug_in_a_job_is_logged_and_the_next_job_runs(
    worker: Worker, heard: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        failed, fine = worker.submit(lambda _: 1 / 0), worker.submit(lambda _: 1)
        event = heard.end_of(failed)
        assert heard.end_of(fine) == Finished(fine, 1)
    assert isinstance(event, Failed)
    assert event.error.code is ErrorCode.INTERNAL
    assert "ZeroDivisionError" in str(event.error.facts["detail"])
    assert "ZeroDivisionError" in caplog.text


def test_cancelled_before_it_starts_never_runs(worker: Worker, heard: Listener, gate: Gate) -> None:
    ran = threading.Event()
    job = worker.submit(lambda _: ran.set())
    worker.cancel(job)
    gate.open()
    assert heard.end_of(job) == Cancelled(job)
    assert not ran.is_set()


def test_cancelled_between_steps_stops_there(worker: Worker, heard: Listener) -> None:
    gate = Gate()
    job = worker.submit(gate)
    assert gate.entered.wait(20)
    worker.cancel(job)
    gate.open()
    assert heard.end_of(job) == Cancelled(job)


def test_cancelling_one_job_leaves_the_others(worker: Worker, heard: Listener, gate: Gate) -> None:
    jobs = [worker.submit(lambda _: None) for _ in range(3)]
    worker.cancel(jobs[1])
    gate.open()
    assert [type(heard.end_of(job)) for job in jobs] == [Finished, Cancelled, Finished]


def test_cancelling_what_has_ended_or_never_was_is_harmless(worker: Worker, heard: Listener) -> None:
    job = worker.submit(lambda _: None)
    heard.end_of(job)
    worker.cancel(job)
    worker.cancel(-1)
    assert heard.events == [Finished(job, None)]


def test_urgent_jobs_come_first_and_equal_ones_in_order(worker: Worker, heard: Listener, gate: Gate) -> None:
    jobs = [worker.submit(lambda _: None, priority) for priority in (0, 0, 1, 1)]
    gate.open()
    for job in jobs:
        heard.end_of(job)
    assert [event.job for event in heard.events[-4:]] == [jobs[2], jobs[3], jobs[0], jobs[1]]


def test_shut_down_cancels_what_runs_and_what_waits_and_refuses_more() -> None:
    heard, finished, gate = Listener(), threading.Event(), Gate()
    worker = Worker("closing worker", heard, finished.set)
    jobs = [worker.submit(gate), *(worker.submit(lambda _: None) for _ in range(50))]
    assert gate.entered.wait(20)
    assert not worker.shut_down(0)
    gate.open()
    assert worker.shut_down(20)
    assert finished.is_set()
    assert heard.events == [Cancelled(job) for job in jobs]
    with pytest.raises(RuntimeError, match="shutting down"):
        worker.submit(lambda _: None)
    assert "closing worker" not in [thread.name for thread in threading.enumerate()]


def test_jobs_of_two_workers_never_share_an_id(worker: Worker) -> None:
    other = Worker("other worker", lambda _: None)
    jobs = [any_worker.submit(lambda _: None) for any_worker in (worker, other) * 10]
    assert len(set(jobs)) == 20
    assert other.shut_down(20)
