"""What takes long and is about one run's answers: exports and charts, in a worker of their own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.batch.control import labels_of_run
from app.core.errors import ErrorCode, StoreError
from app.core.jobs import Work
from app.core.language_in_use import tr
from app.export.files import write_answers
from app.organise.keywords import Written, write_keywords
from app.store.database import Database
from app.store.listing import Filter, Listing, Order
from app.store.rows import answers
from app.store.runs import Runs, database_file
from app.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.core.jobs import JobContext
    from app.core.results import Answer
    from app.labels import LabelSet
    from app.store.records import StoredRun

_REPORT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of one run, as they were asked for: what the page shows later changes nothing about them.

    Attributes:
        wanted, order: which ones, and in which order.
        only: these and no others, in this order, whatever is `wanted`; None where none were selected.
    """

    run: StoredRun
    wanted: Filter = field(default_factory=Filter)
    order: Order = field(default_factory=Order)
    only: tuple[int, ...] | None = None

    def labels(self) -> LabelSet:
        """The names of their answers. Raises ModelError."""
        return labels_of_run(self.run)

    def check(self, database: Database) -> None:
        """Raise StoreError `run_unknown` if the run was deleted: what is left looks like its answers."""
        if Runs(database).get(self.run.id) is None:
            raise StoreError(ErrorCode.RUN_UNKNOWN, run=self.run.id)

    def ids(self, database: Database, labels: LabelSet) -> list[int] | None:
        """Their ids; None for all of the run, in the order in which they were found. Raises as `check`."""
        self.check(database)
        if self.only is not None:
            return list(self.only)
        if self.wanted == Filter():
            return None
        return list(map(int, Listing(database, self.run.id, labels).ids(self.wanted, self.order)))


class RunFiles(QObject):
    """Asks two workers, one of them for the charts alone.

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
        self._tasks = Tasks("batch-files")
        # Apart from the other one, so that charts do not wait for an export.
        self._charts = Tasks("batch-charts")
        self._summary = Latest(self._charts)
        for tasks in (self._tasks, self._charts):
            tasks.failed.connect(self.failed)

    def export(self, pictures: Pictures, target: Path) -> None:
        """Write the answers for pictures in the form that the name's ending says, in the language of now."""
        translator = tr.now

        def work(database: Database, context: JobContext) -> Path:
            labels = pictures.labels()
            items = pictures.ids(database, labels)

            def checked() -> Iterator[Answer]:
                for answer in answers(database, pictures.run.id, labels, items):
                    context.check()
                    yield answer
                pictures.check(database)

            write_answers(checked(), target, translator)
            return target

        self.submit(work, self.exported.emit)

    def summarise(self, pictures: Pictures) -> None:
        """Have `summarised` bring what charts show of pictures, unless others are asked for meanwhile."""

        def work(database: Database, _context: JobContext) -> object:
            labels = pictures.labels()
            return Listing(database, pictures.run.id, labels).summary(pictures.wanted), labels

        question = pictures.run.id, pictures.wanted
        self._summary.ask(question, _with_database(work), lambda result: self.summarised.emit(*result))

    def drop_summary(self) -> None:
        """The charts are about something else from now on."""
        self._summary.drop()

    def write_keywords(self, pictures: Pictures) -> None:
        """Write a sidecar beside each picture, in the language of now."""
        translator = tr.now

        def work(database: Database, context: JobContext) -> Written:
            labels = pictures.labels()
            items = pictures.ids(database, labels)
            report, run = seldom(context.report), pictures.run.id
            return write_keywords(database, run, labels, translator, report, context.check, items)

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

        failed = (lambda error: fail(tr.describe(error))) if fail is not None else None
        return self._tasks.run(_with_database(work), tell, failed=failed, progress=progress)

    def cancel(self, job: int) -> None:
        """Stop a job where it next looks, and hear nothing more of it."""
        self._tasks.cancel(job)

    def shut_down(self) -> None:
        """Stop; what is being exported is left as it was."""
        for tasks in (self._tasks, self._charts):
            tasks.stop()
        for tasks in (self._tasks, self._charts):
            tasks.shut_down()


def _with_database(work: Callable[[Database, JobContext], object]) -> Work:
    """Give a job a connection of its own."""

    def run(context: JobContext) -> object:
        with Database(database_file()) as database:
            return work(database, context)

    return run


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
