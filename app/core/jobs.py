"""Worker threads: submit a callable, hear of its progress and its one end, cancel, shut down. No Qt.

Every job ends in exactly one of `Finished`, `Cancelled` or `Failed`. Events are announced from the
worker's thread; a window brings them to its own thread with `app.ui.tasks`.
"""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import CancelledError, ErrorCode, WanwuError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the job with this id."""

    job: int


@dataclass(frozen=True, slots=True)
class Progressed(Event):
    """The job reported `value` and goes on."""

    value: object


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The job returned `result`."""

    result: object


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """The job was cancelled, before it started or on the way."""


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The job raised. An exception that is no WanwuError is a bug: logged, and `internal` here."""

    error: WanwuError


class JobContext:
    """What a running job may use: report progress, and look whether it should stop."""

    def __init__(self, job: int, announce: Callable[[Event], None]) -> None:
        self.job = job
        self._announce = announce
        self._stop = threading.Event()

    def report(self, value: object) -> None:
        """Announce progress."""
        self._announce(Progressed(self.job, value))

    def cancel(self) -> None:
        """Ask the job to stop; any thread may."""
        self._stop.set()

    def check(self) -> None:
        """Raise CancelledError when the job should stop. Call it between pictures."""
        if self._stop.is_set():
            raise CancelledError


Work = Callable[[JobContext], object]


class Worker:
    """One thread that does one job at a time: the highest priority first, then in order.

    `announce` hears the events and `finish` runs last, both in the worker's thread.
    """

    def __init__(
        self, name: str, announce: Callable[[Event], None], finish: Callable[[], None] = lambda: None
    ) -> None:
        self._announce = announce
        self._finish = finish
        self._waiting: list[tuple[int, int, Work]] = []
        self._contexts: dict[int, JobContext] = {}
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Work, priority: int = 0) -> int:
        """Queue `work` and return its job's id; RuntimeError once the worker is shutting down."""
        with self._changed:
            if self._closing:
                raise RuntimeError("the worker is shutting down")
            job = next(_ids)
            self._contexts[job] = JobContext(job, self._announce)
            # No two have the same number, so that the heap never compares callables.
            heapq.heappush(self._waiting, (-priority, job, work))
            self._changed.notify()
        return job

    def cancel(self, job: int) -> None:
        """Stop a job where it next looks, or before it starts; nothing happens if it has ended."""
        with self._changed:
            context = self._contexts.get(job)
        if context is not None:
            context.cancel()

    def shut_down(self, timeout: float | None = None) -> bool:
        """Refuse new work, cancel all jobs, wait up to `timeout` seconds; whether the thread has ended."""
        with self._changed:
            self._closing = True
            for context in self._contexts.values():
                context.cancel()
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                # Not before, also while closing: jobs that wait have their one end as well, as Cancelled.
                if not self._waiting:
                    break
                _, job, work = heapq.heappop(self._waiting)
                context = self._contexts[job]
            self._announce(self._end_of(work, context))
            with self._changed:
                del self._contexts[job]
        self._finish()

    def _end_of(self, work: Work, context: JobContext) -> Event:
        try:
            context.check()
            return Finished(context.job, work(context))
        except CancelledError:
            return Cancelled(context.job)
        except WanwuError as error:
            return Failed(context.job, error)
        except Exception as error:  # the thread must outlive a bug in one job
            log.exception("job %d failed", context.job)
            return Failed(
                context.job, WanwuError(ErrorCode.INTERNAL, detail=f"{type(error).__name__}: {error}")
            )


# For all workers together: those who hear of several tell jobs by this number alone.
_ids = itertools.count(1)
