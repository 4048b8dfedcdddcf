"""Several runs, one after the other."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.batch.runner import BatchRunner
from app.batch.supervisor import Supervisor
from app.errors import CancelledError, ErrorCode, WanwuError
from app.store.database import Database
from app.store.records import RunState, Wanted
from app.store.runs import Runs, database_file

if TYPE_CHECKING:
    from collections.abc import Callable


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
    """Works through the runs that wait, the oldest first. `work` belongs to one thread, `close` to any."""

    def __init__(self, make_runner: Callable[[], object] = BatchRunner) -> None:
        self._make_runner = make_runner
        self._busy: set[int] = set()
        self._supervisor: Supervisor | None = None
        self._changing = threading.Lock()
        self._closed = False

    def work(self, report: Callable[[Any], None]) -> None:
        """Work until no run waits; `report` hears Began, Progress, stages, Ended. Raises CancelledError."""
        self._busy.clear()
        while (run := self._next()) is not None:
            report(Began(run))
            report(self._see_through(run, report))

    def _next(self) -> int | None:
        """A run that waits, or one whose process was killed; not one that another program works on."""
        with Database(database_file()) as database:
            waiting = [
                stored.id
                for stored in Runs(database).all()
                if stored.state in (RunState.WAITING, RunState.RUNNING)
                and stored.wanted is Wanted.RUN
                and stored.id not in self._busy
            ]
        return min(waiting, default=None)

    def _see_through(self, run: int, report: Callable[[Any], None]) -> Ended:
        with self._changing:
            if self._closed:
                raise CancelledError
            self._supervisor = supervisor = Supervisor(run, self._make_runner)
        try:
            return Ended(run, supervisor.work(report))
        except CancelledError:
            raise
        except WanwuError as error:
            if error.code is ErrorCode.RUN_BUSY:
                self._busy.add(run)
                return Ended(run, RunState.RUNNING)
            return Ended(run, RunState.FAILED, error)

    def close(self) -> None:
        """End at once; what is being done goes on the next time."""
        with self._changing:
            self._closed = True
            if self._supervisor is not None:
                self._supervisor.close()
