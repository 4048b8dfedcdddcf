"""Several runs, one after the other."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.batch.control import Control, is_held, is_wanted
from app.batch.recovery import Supervisor
from app.batch.runner import BatchRunner
from app.core.errors import CancelledError, ErrorCode, WanwuError
from app.store.database import Database
from app.store.records import RunState
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.store.records import StoredRun

# How often is looked whether a folder is back, or another program has let a run go.
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
    """Works through the runs that wait, the oldest first.

    Those whose folder is gone when it is back, and those that another program works on when it has let them
    go: it may have been killed.

    `work` belongs to one thread, `close` to any.
    """

    def __init__(self, make_runner: Callable[[], object] = BatchRunner) -> None:
        self._make_runner = make_runner
        self._supervisor: Supervisor | None = None
        self._changing = threading.Lock()
        self._closing = threading.Event()

    def work(self, report: Callable[[Any], None]) -> None:
        """Work until no run waits; `report` hears Began, Progress, stages, Ended. Raises CancelledError."""
        while wanted := self._wanted():
            run = next((stored.id for stored in wanted if self._can_go_on(stored)), None)
            if run is not None:
                report(Began(run))
                report(self._see_through(run, report))
            elif self._closing.wait(_LOOK_SECONDS):
                raise CancelledError

    def _wanted(self) -> list[StoredRun]:
        """Runs that are to go on, the oldest first."""
        with Database(database_file()) as database:
            return [run for run in Runs(database).all() if is_wanted(run)][::-1]

    def _can_go_on(self, run: StoredRun) -> bool:
        with Database(database_file()) as database:
            return not is_held(run.id) and Control(database).can_go_on(run)

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
                return Ended(run, RunState.RUNNING)
            gone = error.code is ErrorCode.FOLDER_GONE
            return Ended(run, RunState.PAUSED if gone else RunState.FAILED, error)

    def close(self) -> None:
        """End at once; what is being done goes on the next time."""
        with self._changing:
            self._closing.set()
            if self._supervisor is not None:
                self._supervisor.close()
