"""What takes long and is about one run's answers: exports and charts, in a worker of their own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.export.files import write_answers
from app.i18n import tr
from app.jobs import Event, Failed, Finished, Progressed, Worker
from app.models import labels_of
from app.sorting.keywords import Written, write_keywords
from app.store.database import Database
from app.store.listing import Listing
from app.store.rows import answers
from app.store.runs import database_file
from app.ui.job_bridge import JobBridge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from app.jobs import JobContext
    from app.results import Answer
    from app.store.listing import Filter
    from app.store.records import StoredRun


_REPORT_SECONDS = 0.1


class RunFiles(QObject):
    """Asks one worker, which has its own connection to the database.

    Signals:
        exported(Path): the file is whole.
        summarised(Summary, LabelSet): what charts show.
        keywords_progressed(Progress), keywords_written(Written): how far the sidecars are.
        failed(str): the sentence for something that went wrong.
    """

    exported = Signal(object)
    summarised = Signal(object, object)
    keywords_progressed = Signal(object)
    keywords_written = Signal(object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._bridge = JobBridge()
        self._worker = Worker("batch-files", self._bridge.announce)

    def export(self, stored: StoredRun, items: Collection[int] | None, target: Path) -> None:
        """Write the answers of a run, or of some of its items, in the form that the name's ending says."""

        def work(database: Database, context: JobContext) -> Path:
            labels = labels_of(stored.options["shelf"]["model"])

            def checked() -> Iterator[Answer]:
                for answer in answers(database, stored.id, labels, items):
                    context.check()
                    yield answer

            write_answers(checked(), target)
            return target

        self.submit(work, self.exported.emit)

    def summarise(self, stored: StoredRun, wanted: Filter) -> None:
        """Have `summarised` bring what is in a list."""

        def work(database: Database, _context: JobContext) -> object:
            labels = labels_of(stored.options["shelf"]["model"])
            return Listing(database, stored.id, labels).summary(wanted), labels

        self.submit(work, lambda result: self.summarised.emit(*result))

    def write_keywords(self, stored: StoredRun, items: Collection[int] | None) -> None:
        """Write a sidecar beside each picture of a run, or of some of its items."""

        def work(database: Database, context: JobContext) -> Written:
            labels = labels_of(stored.options["shelf"]["model"])
            return write_keywords(database, stored.id, labels, seldom(context.report), context.check, items)

        self.submit(work, self.keywords_written.emit, progress=self.keywords_progressed.emit)

    def submit(
        self,
        work: Callable[[Database, JobContext], object],
        tell: Callable[..., None],
        *,
        fail: Callable[[str], None] | None = None,
        progress: Callable[[object], None] | None = None,
    ) -> int:
        """Have the worker do something with the database; its job.

        `tell` hears the result, `progress` what is reported meanwhile, `fail` the sentence for an error
        (without it, `failed` is emitted).
        """

        def run(context: JobContext) -> object:
            with Database(database_file()) as database:
                return work(database, context)

        def listen(event: Event) -> None:
            if isinstance(event, Progressed) and progress is not None:
                progress(event.value)
            elif isinstance(event, Finished):
                tell(event.result)
            elif isinstance(event, Failed):
                (fail or self.failed.emit)(tr.describe(event.error))

        return self._bridge.submit(self._worker, run, listen)

    def cancel(self, job: int) -> None:
        """Stop a job where it next looks, and hear nothing more of it."""
        self._bridge.forget(job)
        self._worker.cancel(job)

    def shut_down(self) -> None:
        """Stop; what is being exported is left as it was."""
        self._bridge.forget_all()
        self._worker.shut_down()


def seldom(report: Callable[[object], None]) -> Callable[[object], None]:
    """Pass reports on at most ten times a second: nobody can read more, and drawing them takes time."""
    last = 0.0

    def tell(progress: object) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _REPORT_SECONDS:
            last = now
            report(progress)

    return tell
