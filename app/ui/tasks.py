"""The one way to run work outside the window's thread, and the only way back into it.

Work is a callable that takes a `JobContext`, in a thread of `app.core.jobs`; many a thread only asks a child
process and waits. What it tells is heard in the window's thread, a few milliseconds at a time, and by an
owner that still lives. Nothing else in the window makes a thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from app.core.jobs import Cancelled, Event, Failed, Finished, Progressed, Work, Worker
from app.core.language_in_use import tr

if TYPE_CHECKING:
    from app.core.errors import WanwuError
    from app.core.jobs import JobContext

_Listener = Callable[[Event], None]

# How long events may be handled in one go before the window gets its turn.
_BUDGET_MS = 8


class _Bridge(QObject):
    """Brings the events of jobs to the window's thread, in order, a few milliseconds at a time.

    Worker threads only append to a deque and emit one signal without arguments: no Python object
    crosses inside Qt.
    """

    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._events: deque[Event] = deque()
        self._listeners: dict[int, _Listener] = {}
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def announce(self, event: Event) -> None:
        """Take an event from any thread."""
        self._events.append(event)
        self._woken.emit()

    def submit(self, worker: Worker, work: Work, listener: _Listener, priority: int = 0) -> int:
        """Give `work` to a worker; `listener` hears its events in the window's thread."""
        job = worker.submit(work, priority)
        self._listeners[job] = listener
        return job

    def forget(self, job: int) -> None:
        """Stop listening to one job."""
        self._listeners.pop(job, None)

    def forget_all(self) -> None:
        """Stop listening: later events are dropped. For shutting down."""
        self._listeners.clear()
        self._events.clear()

    @Slot()
    def _deliver(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        while self._events:
            event = self._events.popleft()
            ended = not isinstance(event, Progressed)
            listener = self._listeners.pop(event.job, None) if ended else self._listeners.get(event.job)
            if listener is not None:
                listener(event)
            if clock.hasExpired(_BUDGET_MS):
                QTimer.singleShot(0, self._deliver)
                return


class Tasks(QObject):
    """One thread that does one task at a time. Belongs to the window's thread.

    Signals:
        failed(str): the sentence for what went wrong in a task that has no `failed` of its own.
    """

    failed = Signal(str)

    def __init__(self, name: str, finish: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._bridge = _Bridge()
        self._worker = Worker(name, self._bridge.announce, finish)
        self._closed = False

    def run(
        self,
        work: Work,
        done: Callable[..., object] | None = None,
        *,
        progress: Callable[..., object] | None = None,
        failed: Callable[[WanwuError], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        ended: Callable[[], object] | None = None,
        owner: QObject | None = None,
        priority: int = 0,
    ) -> int:
        """Have the thread do `work`; the task, for `cancel`. 0, and nothing is done, after `shut_down`.

        `progress` hears what it reports, then exactly one of these: `done` what it returned, `failed` its
        error, `cancelled` that it came to nothing. `ended` hears, before them, that it is over in whichever
        way. Nobody hears anything once `owner` is gone, and the task is cancelled.
        """
        if self._closed:
            return 0

        def listen(event: Event) -> None:
            if isinstance(event, Progressed):
                if progress is not None:
                    progress(event.value)
                return
            if ended is not None:
                ended()
            if isinstance(event, Failed):
                self._tell_failed(event.error, failed)
            elif isinstance(event, Finished) and done is not None:
                done(event.result)
            elif isinstance(event, Cancelled) and cancelled is not None:
                cancelled()

        task = self._bridge.submit(self._worker, work, listen, priority)
        if owner is not None:
            owner.destroyed.connect(lambda: self.cancel(task))
        return task

    def _tell_failed(self, error: WanwuError, failed: Callable[[WanwuError], object] | None) -> None:
        if failed is not None:
            failed(error)
        else:
            self.failed.emit(tr.describe(error))

    def cancel(self, task: int, *, listen: bool = False) -> None:
        """Stop a task where it next looks, or before it begins.

        Nothing more is heard of it, unless `listen`: then `cancelled` tells when it is over.
        """
        if not listen:
            self._bridge.forget(task)
        self._worker.cancel(task)

    def stop(self) -> None:
        """Hear and begin nothing more; does not wait, since a task may wait for a child process."""
        self._closed = True
        self._bridge.forget_all()
        self._worker.shut_down(0)

    def shut_down(self) -> None:
        """Stop and wait for the thread."""
        self.stop()
        self._worker.shut_down()


class Latest:
    """At most one task of a kind is with the thread, of which only the newest answer counts.

    Another question takes the place of the one before, whose answer nobody hears any more. The same question
    once more waits until it is answered: who asks every second gets answers, however long each takes.
    """

    def __init__(self, tasks: Tasks, priority: int = 0) -> None:
        self._tasks, self._priority = tasks, priority
        self._task = 0
        self._question: object = None
        self._again: tuple[Work, Callable[..., object], Callable[[WanwuError], object] | None] | None = None

    def ask(
        self,
        question: object,
        work: Callable[[JobContext], object],
        done: Callable[..., object],
        failed: Callable[[WanwuError], object] | None = None,
    ) -> None:
        """Have `work` answer a question; `done` or `failed` hear of it, if it is not dropped before."""
        if self._task and question == self._question:
            self._again = work, done, failed
            return
        self.drop()
        self._question = question
        self._run(work, done, failed)

    def _run(
        self,
        work: Work,
        done: Callable[..., object],
        failed: Callable[[WanwuError], object] | None,
    ) -> None:
        def go_on() -> None:
            self._task = 0
            again, self._again = self._again, None
            if again is not None:
                self._run(*again)

        self._task = self._tasks.run(work, done, failed=failed, ended=go_on, priority=self._priority)

    def drop(self) -> None:
        """Want no answer any more; work that has not begun is left out."""
        self._tasks.cancel(self._task)
        self._task, self._again = 0, None
