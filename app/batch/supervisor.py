"""Seeing a run through, whatever happens to the process that works on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.batch.control import holding
from app.batch.runner import BatchRunner
from app.errors import CancelledError, ErrorCode, WanwuError
from app.remote import Remote
from app.store.database import Database
from app.store.items import Items
from app.store.records import RunState
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

# A process that dies again and again without an answer in between is broken itself.
_MOST_DEATHS_IN_A_ROW = 5


class Supervisor:
    """Works on one run in a child process, and starts the next one when that dies.

    `work` belongs to one thread; `close` may be called from any.
    """

    def __init__(self, run: int, make_runner: Callable[[], object] = BatchRunner) -> None:
        self._run = run
        self._remote = Remote(make_runner, f"batch-{run}", background=True)

    def close(self) -> None:
        """End the child process at once; the run can go on later."""
        self._remote.close()

    def work(self, report: Callable[[Any], None]) -> RunState:
        """See the run through until it is done, paused or cancelled.

        Files at which a process has died get the blame; at the second time they are put aside. Raises
        WanwuError when the run cannot go on, CancelledError after `close`.
        """
        with holding(self._run):
            try:
                return self._see_through(report)
            finally:
                self.close()

    def _see_through(self, report: Callable[[Any], None]) -> RunState:
        deaths = 0
        while True:
            before = self._answered()
            try:
                return RunState(str(self._remote.call("run", self._run, report=report)))
            except CancelledError:
                raise
            except WanwuError as error:
                if error.code != ErrorCode.PROCESS_DIED:
                    self._fail(error)
                    raise
                suspects = self._blame()
                log.warning("the process has died; it was at %s", ", ".join(map(str, suspects)) or "no file")
                deaths = deaths + 1 if self._answered() == before else 0
                if deaths >= _MOST_DEATHS_IN_A_ROW and len(suspects) != 1:
                    self._fail(error)
                    raise

    def _answered(self) -> int:
        with Database(database_file()) as database:
            return Runs(database).counts(self._run).answered

    def _blame(self) -> list[Path]:
        with Database(database_file()) as database:
            return Items(database, self._run).blame()

    def _fail(self, error: WanwuError) -> None:
        with Database(database_file()) as database:
            Runs(database).set_state(self._run, RunState.FAILED, error.code)
