"""Seeing a run through, whatever happens to the process that works on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.batch.control import holding
from app.batch.runner import BatchRunner
from app.core.child_process import Remote
from app.core.errors import CancelledError, ErrorCode, WanwuError
from app.store.database import Database
from app.store.items import Items
from app.store.records import RunState, Wanted
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

# A process that dies again and again without an answer in between is broken itself.
_MOST_DEATHS_IN_A_ROW = 5
# A process that is told to stop, and loads a model or waits for a slow drive, is not waited for longer.
_STOP_SECONDS = 0.8
_LOOK_SECONDS = 0.2


class Supervisor:
    """Works on one run in a child process, and starts the next one when that dies.

    `work` belongs to one thread; `close` may be called from any.
    """

    def __init__(self, run: int, make_runner: Callable[[], object] = BatchRunner) -> None:
        self._run, self._make_runner = run, make_runner
        self._remote = self._new_remote()
        self._closed = False
        self._ended = threading.Event()

    def _new_remote(self) -> Remote:
        return Remote(self._make_runner, f"batch-{self._run}", background=True)

    def close(self) -> None:
        """End the child process at once; the run can go on later."""
        # First: the call that ends by this must know that it was not the user's stop (`_hasten`).
        self._closed = True
        self._remote.close()

    def work(self, report: Callable[[Any], None]) -> RunState:
        """See the run through until it is done, paused or cancelled.

        Files at which a process has died get the blame; at the second time they are put aside. Raises
        WanwuError when the run cannot go on, `folder_gone` when it can as soon as its folder is back, and
        CancelledError after `close`.
        """
        with holding(self._run):
            threading.Thread(target=self._hasten, name=f"stop-{self._run}", daemon=True).start()
            try:
                return self._see_through(report)
            except (CancelledError, KeyboardInterrupt):
                # First the process, which would begin more files; then those that it had begun.
                self.close()
                self._put_back()
                raise
            finally:
                self._ended.set()
                self.close()

    def _hasten(self) -> None:
        """End a process that goes on when the user wants it to stop: what it has told is on disk."""
        overdue = 0.0
        try:
            with Database(database_file()) as database:
                runs = Runs(database)
                while not self._ended.wait(_LOOK_SECONDS):
                    overdue = overdue + _LOOK_SECONDS if runs.wanted(self._run) is not Wanted.RUN else 0.0
                    if overdue >= _STOP_SECONDS:
                        self._remote.close()
        except WanwuError as error:
            log.warning("nobody can hasten the end of run %d: %s", self._run, error)

    def _see_through(self, report: Callable[[Any], None]) -> RunState:
        deaths = 0
        while True:
            before = self._answered()
            try:
                return RunState(str(self._remote.call("run", self._run, report=report)))
            except CancelledError:
                if self._closed:
                    raise
                # Closed by `_hasten`, not by us: the user wanted a stop, or takes that back just now.
                self._put_back()
                state = self._stopped()
                if state is not None:
                    return state
                self._remote = self._new_remote()
                if self._closed:  # just now
                    self._remote.close()
            except WanwuError as error:
                if error.code != ErrorCode.PROCESS_DIED:
                    self._fail(error)
                    raise
                suspects = self._blame()
                log.warning("the process has died; it was at %s", ", ".join(map(str, suspects)) or "no file")
                deaths = deaths + 1 if self._answered() == before else 0
                # With one suspect the next death puts it aside, and the run goes on without it.
                if deaths >= _MOST_DEATHS_IN_A_ROW and len(suspects) != 1:
                    self._fail(error)
                    raise

    def _answered(self) -> int:
        with Database(database_file()) as database:
            return Runs(database).counts(self._run).answered

    def _stopped(self) -> RunState | None:
        """What a run has come to whose process was ended; None when it is to go on after all."""
        with Database(database_file()) as database:
            return Runs(database).end(self._run)

    def _put_back(self) -> None:
        """The process was ended on purpose: the files that it was at are not to blame."""
        with Database(database_file()) as database:
            Items(database, self._run).put_back()

    def _blame(self) -> list[Path]:
        with Database(database_file()) as database:
            return Items(database, self._run).blame()

    def _fail(self, error: WanwuError) -> None:
        """Write down why it does not go on; a folder that is gone may return, so that run is only paused."""
        state = RunState.PAUSED if error.code is ErrorCode.FOLDER_GONE else RunState.FAILED
        # What a process has died at stays marked: the next go tries that alone.
        if error.code is not ErrorCode.PROCESS_DIED:
            self._put_back()
        with Database(database_file()) as database:
            Runs(database).set_state(self._run, state, error.code)
