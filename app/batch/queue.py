"""Several runs, one after the other."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.batch.control import Control, is_wanted
from app.batch.recovery import Supervisor
from app.batch.runner import BatchRunner
from app.core.errors import CancelledError, ErrorCode, WanwuError
from app.store.database import Database
from app.store.records import RunState
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.store.records import StoredRun

# How often is looked whether a folder is back.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Began:
    """A run is worked on from now on."""

    run: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is not worked on any more: it has come to `state`, or `error` has ended it."""

    run: int
    state: RunState
    error: WanwuError | None = None


class RunQueue:
    """Works through the runs that wait, the oldest first; those whose folder is gone, when it is back.

    `work` belongs to one thread, `close` to any.
    """

    def __init__(self, make_runner: Callable[[], object] = BatchRunner) -> None:
        self._make_runner = make_runner
        self._busy: set[int] = set()
        self._supervisor: Supervisor | None = None
        self._changing = threading.Lock()
        self._closing = threading.Event()

    def work(self, report: Callable[[Any], None]) -> None:
        """Work until no run waits; `report` hears Began, Progress, stages, Ended. Raises CancelledError."""
        self._busy.clear()
        while wanted := self._wanted():
            run = next((stored.id for stored in wanted if self._can_go_on(stored)), None)
            if run is not None:
                report(Began(run))
                report(self._see_through(run, report))
            elif self._closing.wait(_LOOK_SECONDS):
                raise CancelledError

    def _wanted(self) -> list[StoredRun]:
        """Runs that are to go on, the oldest first; not those that another program works on."""
        with Database(database_file()) as database:
            wanted = [run for run in Runs(database).all() if is_wanted(run) and run.id not in self._busy]
        return wanted[::-1]

    def _can_go_on(self, run: StoredRun) -> bool:
        with Database(database_file()) as database:
            return Control(database).can_go_on(run)

    def _see_through(self, run: int, report: Callable[[Any], None]) -> Ended:
        # Together: `close` finds the supervisor, or this finds that it is closing.
        with self._changing:
            if self._closing.is_set():
                raise CancelledError
            self._supervisor = supervisor = Supervisor(run, self._make_runner)
        try:
            return Ended(run, supervisor.work(report))
        except CancelledError:
            raise
        except WanwuError as error:
            if error.code is ErrorCode.RUN_BUSY:
                # Or it would be begun again at once, for as long as the other program works on it.
                self._busy.add(run)
                return Ended(run, RunState.RUNNING)
            gone = error.code is ErrorCode.FOLDER_GONE
            return Ended(run, RunState.PAUSED if gone else RunState.FAILED, error)

    def close(self) -> None:
        """End at once; what is being done goes on the next time."""
        with self._changing:
            self._closing.set()
            if self._supervisor is not None:
                self._supervisor.close()
