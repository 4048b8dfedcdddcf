"""The database of the list, in a thread of its own: the window's thread never waits for SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.store.database import Database
from app.store.items import Items
from app.store.listing import Listing
from app.store.runs import Runs
from app.ui.tasks import Tasks

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

    Attributes:
        source: that run, and the labels that its answers are named by.

    Signals:
        failed(str): the database cannot be used; a sentence for the user.
    """

    failed = Signal(str)

    def __init__(self, database_file: Callable[[], Path]) -> None:
        super().__init__()
        self._connection = _Connection(database_file)
        self._tasks = Tasks("items", self._connection.close)
        self._tasks.failed.connect(self.failed)
        self.source: tuple[int, LabelSet] | None = None

    def use(self, run: int, labels: LabelSet) -> None:
        """Ask this run from now on."""
        self.source = run, labels

    def ask(
        self,
        query: Callable[[Tables], _T],
        tell: Callable[[_T], None],
        priority: int = 0,
        *,
        source: tuple[int, LabelSet] | None = None,
    ) -> int:
        """Run a query in the worker; `tell` hears its result here. The job, for `drop`.

        It is about the run that is asked now, or another `source`.
        """
        wanted = source or self.source
        assert wanted is not None, "a run is chosen before it is asked"
        return self._tasks.run(
            lambda _context: query(self._connection.tables(*wanted)), tell, priority=priority
        )

    def drop(self, job: int) -> None:
        """Leave a query out if it has not begun."""
        self._tasks.cancel(job)

    def shut_down(self) -> None:
        """Drop what waits, close the database, wait for the thread; what is asked later is not answered."""
        self._tasks.shut_down()


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
