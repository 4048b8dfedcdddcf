"""A watch over the workers of a run: it notices a decoder that hangs, however busy everything else is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.images import memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.store.records import Task

# No picture within the limits takes a minute: a decoder that does hangs.
_HANG_SECONDS = 60.0
_TICK_SECONDS = 0.25
# Between two ticks more time passes only when the process is stopped (Ctrl+Z) or the machine is asleep.
_LONGEST_TICK_SECONDS = 2.0


@dataclass(slots=True)
class _Work:
    task: Task
    since: float


class Watch(threading.Thread):
    """Counts the time for which the process really runs, and how long each worker is at a file.

    `on_hung` is called in this thread with a file at which a worker has been for a minute. Only the end of
    the process ends that.
    """

    def __init__(self, on_hung: Callable[[Task], None]) -> None:
        super().__init__(name="watch", daemon=True)
        self._on_hung = on_hung
        self._begun: dict[int, _Work] = {}
        self._ended = threading.Event()
        self._counted, self._last = 0.0, time.monotonic()

    def now(self) -> float:
        """Seconds for which the process has run since this was made."""
        return self._counted + min(time.monotonic() - self._last, _LONGEST_TICK_SECONDS)

    def begin(self, task: Task) -> None:
        """The calling worker begins with a file."""
        self._begun[threading.get_ident()] = _Work(task, self.now())

    def end(self) -> None:
        """The calling worker has an answer."""
        self._begun.pop(threading.get_ident())

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def run(self) -> None:
        while not self._ended.wait(_TICK_SECONDS):
            self._counted, self._last = self.now(), time.monotonic()
            waiting = memory.waiting()
            # A copy: workers begin and end meanwhile.
            for worker, work in list(self._begun.items()):
                if worker in waiting:  # for memory that others have: not the fault of its file
                    work.since = self._counted
                elif self._counted - work.since > _HANG_SECONDS:
                    self._on_hung(work.task)
                    return
