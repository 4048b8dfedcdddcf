"""The only crossing from worker threads to Qt."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from app.core.jobs import Event, Progressed, Work, Worker

Listener = Callable[[Event], None]

# How long events may be handled in one go before the window gets its turn.
_BUDGET_MS = 8


class JobBridge(QObject):
    """Brings the events of jobs to the window's thread, in order, a few milliseconds at a time.

    Worker threads only append to a deque and emit one signal without arguments: no Python object
    crosses inside Qt.
    """

    _woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._events: deque[Event] = deque()
        self._listeners: dict[int, Listener] = {}
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def announce(self, event: Event) -> None:
        """Take an event from any thread."""
        self._events.append(event)
        self._woken.emit()

    def submit(self, worker: Worker, work: Work, listener: Listener, priority: int = 0) -> int:
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
