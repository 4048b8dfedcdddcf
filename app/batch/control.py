"""What a user can do with runs: start, pause, go on, cancel, do again, try failed files again, forget.

A run is worked on by whichever program holds its lock; it reads in the database what is wanted of it. So a
run that the command line works on is paused from the window, and the other way round.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from app.batch.options import latest_run
from app.core.errors import ErrorCode, StoreError
from app.core.files import is_folder
from app.models.library import labels_of, labels_to_run
from app.store.items import Items
from app.store.locks import held
from app.store.records import RunState, Wanted
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from app.labels import LabelSet
    from app.store.database import Database
    from app.store.records import StoredRun

# Somebody who only looks whether a run is worked on holds its lock for a moment.
_PATIENCE_SECONDS = 0.5


def holding(run: int, patience: float = _PATIENCE_SECONDS) -> AbstractContextManager[None]:
    """Keep all other programs from working on a run. Raises StoreError `run_busy` when one already does.

    And `store_unwritable` where there can be no lock.
    """
    return held(_lock_file(run), StoreError(ErrorCode.RUN_BUSY, run=run), patience)


def is_held(run: int) -> bool:
    """Whether another program works on a run just now."""
    try:
        with holding(run, patience=0):
            return False
    except StoreError as error:
        return error.code is ErrorCode.RUN_BUSY


def _lock_file(run: int) -> Path:
    return database_file().with_name(f"run-{run}.lock")


def labels_of_run(stored: StoredRun) -> LabelSet:
    """The labels that a run was made with; before its first answer, its model's. Raises ModelError."""
    return stored.labels or labels_of(stored.model)


def is_wanted(run: StoredRun) -> bool:
    """Whether a run is to be worked on: it waits, was killed, or a pause was taken back just as it began."""
    return run.wanted is Wanted.RUN and run.state not in (RunState.DONE, RunState.FAILED)


class Control:
    """Changes runs through one connection; belongs to its thread."""

    def __init__(self, database: Database) -> None:
        self._database, self._runs = database, Runs(database)

    def start(self, folder: Path, options: dict[str, Any]) -> int:
        """Have a folder recognised; its run's id.

        A folder that was recognised before with the same options is looked through again for new, changed and
        missing files, also when that is just being done; what has its answer keeps it.
        """
        before = latest_run(self._runs, folder, options)
        run = before.id if before else self._runs.create(folder, options)
        # First: a run that just comes to its end sees that it is to go on.
        self._runs.ask_scan(run)
        self.want(run, Wanted.RUN)
        return run

    def want(self, run: int, wanted: Wanted) -> None:
        """Have a run go on, pause, or end with what is done; one that nobody works on obeys at once.

        One that is done is looked through again when it is to go on; nothing else changes it.
        """
        # The wish first, then the lock: whoever holds it finds the wish; the other way round it could end
        # in between, and nobody would.
        self._runs.want(run, wanted)
        try:
            with holding(run, patience=0):
                if wanted is Wanted.RUN:
                    self._runs.set_state(run, RunState.WAITING)
                else:
                    self._runs.end(run)
        except StoreError as error:
            if error.code is not ErrorCode.RUN_BUSY:
                raise

    def lay_down(self, run: int) -> RunState:
        """Have a run wait that is not done, or be what else is wanted of it; its state then.

        Raises StoreError `run_busy`, and what keeps this from being written down.
        """
        with holding(run):
            self._runs.set_state(run, RunState.WAITING)
            return self._runs.end(run) or RunState.WAITING

    def start_again(self, run: int) -> int:
        """Throw a run's answers away and begin anew as a new run; its id.

        What a person has said of a file stays, as long as its content does. Raises StoreError `run_busy` and
        `run_unknown`; ModelError, before anything is thrown away, when its model is gone or not trusted.
        """
        stored = self._runs.get(run)
        if stored is None:
            raise StoreError(ErrorCode.RUN_UNKNOWN, run=run)
        labels = labels_to_run(stored.model)
        with holding(run):
            # The old one goes last: a kill in between leaves two runs, and loses nothing.
            new = self._runs.create(stored.folder, stored.options)
            Items(self._database, new).take_corrections(run, stored.labels or labels, labels)
            self._delete(run)
        return new

    def retry_failed(self, run: int) -> None:
        """Try the files again that have failed. Raises StoreError `run_busy`."""
        with holding(run):
            Items(self._database, run).retry_failed()
        self.want(run, Wanted.RUN)

    def can_go_on(self, stored: StoredRun) -> bool:
        """Whether nothing is in the way of a run; one that was paused as its folder was gone waits for that.

        The folder is back when its files are: where a drive was, there may be an empty folder.
        """
        if stored.error != ErrorCode.FOLDER_GONE:
            return True
        return is_folder(stored.folder) and Items(self._database, stored.id).any_there(stored.folder)

    def hide(self, run: int) -> None:
        """Delete a run so that it can be had back: nobody lists it. Raises StoreError `run_busy`."""
        with holding(run):
            self._runs.set_deleted(run, time.time())

    def bring_back(self, run: int) -> bool:
        """Have back what was hidden; whether it was still there."""
        self._runs.set_deleted(run, None)
        return not self._runs.is_deleted(run)

    def clear_away(self, older_than: float) -> None:
        """Delete for good what was hidden so many seconds ago: a program that was killed could not."""
        for run in self._runs.deleted_before(time.time() - older_than):
            with suppress(StoreError):  # busy: whoever looks at it is quick, and there is a next time
                self.forget(run)

    def forget(self, run: int) -> None:
        """Delete a run and its answers; the pictures stay. Raises StoreError `run_busy`."""
        with holding(run):
            self._delete(run)

    def _delete(self, run: int) -> None:
        self._runs.delete(run)
        with suppress(OSError):  # Windows removes no file that is open
            _lock_file(run).unlink()
