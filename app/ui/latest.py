"""Work of which only the newest answer matters: charts of a list, the list of runs, a large view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.jobs import Progressed

if TYPE_CHECKING:
    from app.core.jobs import Event, Work, Worker
    from app.ui.job_bridge import JobBridge, Listener


class Latest:
    """At most one job is with the worker. Belongs to the window's thread.

    Another question takes the place of the one before, whose answer nobody hears any more. The same question
    once more waits until it is answered: who asks every second gets answers, however long each takes.
    """

    def __init__(self, bridge: JobBridge, worker: Worker, priority: int = 0) -> None:
        self._bridge, self._worker, self._priority = bridge, worker, priority
        self._job = 0
        self._question: object = None
        self._again: tuple[Work, Listener] | None = None

    def ask(self, question: object, work: Work, listener: Listener) -> None:
        """Have `work` answer a question; `listener` hears of it, if it is not dropped before."""
        if self._job and question == self._question:
            self._again = work, listener
            return
        self.drop()
        self._question = question
        self._submit(work, listener)

    def _submit(self, work: Work, listener: Listener) -> None:
        def listen(event: Event) -> None:
            if not isinstance(event, Progressed):
                self._job = 0
            listener(event)
            again, waiting = self._again, not self._job
            if again is not None and waiting:
                self._again = None
                self._submit(*again)

        self._job = self._bridge.submit(self._worker, work, listen, self._priority)

    def drop(self) -> None:
        """Want no answer any more; work that has not begun is left out."""
        self._bridge.forget(self._job)
        self._worker.cancel(self._job)
        self._job, self._again = 0, None
