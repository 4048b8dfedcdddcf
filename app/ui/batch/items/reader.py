"""The database of the list, in a thread of its own: the window's thread never waits for SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QObject, Signal

from app.core.jobs import Event, Failed, Finished, JobContext, Worker
from app.core.language_in_use import tr
from app.store.database import Database
from app.store.items import Items
from app.store.listing import Listing
from app.store.runs import Runs
from app.ui.job_bridge import JobBridge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.labels import LabelSet

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Tables:
    """What a query may use; only in the worker's thread."""

    listing: Listing
    items: Items
    runs: Runs


class Reader(QObject):
    """Runs queries on one run.

    Signals:
        failed(str): the database cannot be used; a sentence for the user.
    """

    failed = Signal(str)

    def __init__(self, database_file: Callable[[], Path]) -> None:
        super().__init__()
        self._connection = _Connection(database_file)
        self._bridge = JobBridge()
        self._worker = Worker("items", self._bridge.announce, self._connection.close)
        self._source: tuple[int, LabelSet] | None = None
        self._closed = False

    def use(self, run: int, labels: LabelSet) -> None:
        """Ask this run from now on."""
        self._source = run, labels

    def ask(self, query: Callable[[Tables], _T], tell: Callable[[_T], None], priority: int = 0) -> int:
        """Run a query in the worker; `tell` hears its result here. The job, for `drop`."""
        if self._closed:
            return 0
        source = self._source
        assert source is not None, "a run is chosen before it is asked"

        def work(_context: JobContext) -> _T:
            return query(self._connection.tables(*source))

        def listen(event: Event) -> None:
            if isinstance(event, Finished):
                tell(cast("_T", event.result))
            elif isinstance(event, Failed):
                self.failed.emit(tr.describe(event.error))

        return self._bridge.submit(self._worker, work, listen, priority)

    def drop(self, job: int) -> None:
        """Leave a query out if it has not begun."""
        self._worker.cancel(job)

    def shut_down(self) -> None:
        """Drop what waits, close the database, wait for the thread; what is asked later is not answered."""
        self._closed = True
        self._bridge.forget_all()
        self._worker.shut_down()


class _Connection:
    """Opened with the first query, in the thread of the queries."""

    def __init__(self, database_file: Callable[[], Path]) -> None:
        self._file = database_file
        self._database: Database | None = None
        self._tables: tuple[int, LabelSet, Tables] | None = None

    def tables(self, run: int, labels: LabelSet) -> Tables:
        if self._database is None:
            self._database = Database(self._file())
        if self._tables is None or self._tables[:2] != (run, labels):
            database = self._database
            tables = Tables(Listing(database, run, labels), Items(database, run), Runs(database))
            self._tables = run, labels, tables
        return self._tables[2]

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
