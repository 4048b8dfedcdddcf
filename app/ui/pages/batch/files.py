"""Pictures of one run, and the workers that do something with them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.batch.control import labels_of_run
from app.core.errors import ErrorCode, StoreError
from app.core.jobs import Work
from app.store.database import Database
from app.store.listing import Filter, Listing, Order
from app.store.runs import Runs, database_file
from app.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.errors import WanwuError
    from app.core.jobs import JobContext
    from app.labels import LabelSet
    from app.store.records import StoredRun

_REPORT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of one run, as they were asked for: what the page shows later changes nothing about them.

    Attributes:
        wanted, order: which ones, and in which order.
        only: these and no others, in this order, whatever is `wanted`; None for all that are.
        is_selection: whether the user has selected `only` these.
        count: how many the user saw that they are; None while that is being found out.
    """

    run: StoredRun
    wanted: Filter = field(default_factory=Filter)
    order: Order = field(default_factory=Order)
    only: tuple[int, ...] | None = None
    is_selection: bool = False
    count: int | None = field(default=None, compare=False)

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
    """Asks three workers: what takes long, what dialogs look up, and charts do not wait for each other.

    Signals:
        summarised(Summary, LabelSet): what charts show.
        failed(str): the sentence for something that went wrong.
    """

    summarised = Signal(object, object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._tasks = Tasks("batch-files")
        self._looks, self._charts = Tasks("batch-looks"), Tasks("batch-charts")
        self._summary = Latest(self._charts)
        for tasks in (self._tasks, self._looks, self._charts):
            tasks.failed.connect(self.failed)

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

    def submit(
        self,
        work: Callable[[Database, JobContext], object],
        done: Callable[..., object],
        *,
        progress: Callable[[object], object] | None = None,
        failed: Callable[[WanwuError], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        ended: Callable[[], object] | None = None,
    ) -> int:
        """Have the worker do what may take long, after what it does already; the task. See `Tasks.run`."""
        return self._tasks.run(
            _with_database(work), done, progress=progress, failed=failed, cancelled=cancelled, ended=ended
        )

    def cancel(self, task: int, *, listen: bool = False) -> None:
        """Stop what was submitted where it next looks; see `Tasks.cancel`."""
        self._tasks.cancel(task, listen=listen)

    def look(
        self,
        work: Callable[[Database, JobContext], object],
        done: Callable[..., object],
        *,
        failed: Callable[[WanwuError], object] | None = None,
        owner: QObject,
    ) -> int:
        """Look something up for a dialog, beside what takes long; nobody hears of it once that is gone."""
        return self._looks.run(_with_database(work), done, failed=failed, owner=owner)

    def drop(self, task: int) -> None:
        """Want no answer of `look` any more."""
        self._looks.cancel(task)

    def shut_down(self) -> None:
        """Stop; what is being exported is left as it was."""
        everything = self._tasks, self._looks, self._charts
        for tasks in everything:
            tasks.stop()
        for tasks in everything:
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
