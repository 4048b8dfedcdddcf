"""Several runs, one after the other."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.batch.control import Control, is_held, is_wanted
from app.batch.recovery import Supervisor
from app.batch.runner import BatchRunner
from app.core.errors import CancelledError, ErrorCode, StoreError, WanwuError
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

    `work` belongs to one thread, `hold` and `close` to any.
    """

    def __init__(self, make_runner: Callable[[], object] = BatchRunner) -> None:
        self._make_runner = make_runner
        self._supervisor: Supervisor | None = None
        self._changing = threading.Lock()
        self._closing = threading.Event()
        self._held = False

    def work(self, report: Callable[[Any], None]) -> None:
        """Work until no run waits, or they are held; raises CancelledError after `close`.

        `report` hears Began, Progress, stages, Ended. A run about which nothing can be written down is told
        of once, and tried again as soon as something can.
        """
        stuck: set[int] = set()
        while not self._held and (wanted := self._wanted()):
            stuck = set(filter(self._is_stuck, stuck))
            ready = (stored.id for stored in wanted if stored.id not in stuck and self._can_go_on(stored))
            run = next(ready, None)
            if run is not None:
                report(Began(run))
                ended = self._see_through(run, report)
                report(ended)
                if ended.error is not None and self._asks_again(ended):
                    stuck.add(run)
            elif self._closing.wait(_LOOK_SECONDS):
                raise CancelledError

    def _wanted(self) -> list[StoredRun]:
        """Runs that are to go on, the oldest first."""
        with Database(database_file()) as database:
            return [run for run in Runs(database).all() if is_wanted(run)][::-1]

    def _can_go_on(self, run: StoredRun) -> bool:
        with Database(database_file()) as database:
            return not is_held(run.id) and Control(database).can_go_on(run)

    def _asks_again(self, ended: Ended) -> bool:
        """Whether a run is as it was before it ended: what ended it could not be written down."""
        error = ended.error.code if ended.error is not None else ""
        return any(run.id == ended.run and run.error != error for run in self._wanted())

    def _is_stuck(self, run: int) -> bool:
        try:
            self._lay_down(run)
        except StoreError:
            return True
        return False

    def _lay_down(self, run: int) -> RunState:
        with Database(database_file()) as database:
            return Control(database).lay_down(run)

    def _see_through(self, run: int, report: Callable[[Any], None]) -> Ended:
        # Together: `close` and `hold` find the supervisor, or this finds what they want.
        with self._changing:
            if self._closing.is_set():
                raise CancelledError
            if self._held:
                return Ended(run, RunState.WAITING)
            self._supervisor = supervisor = Supervisor(run, self._make_runner)
        try:
            return Ended(run, self._work_on(run, supervisor, report))
        except CancelledError:
            raise
        except WanwuError as error:
            if error.code is ErrorCode.RUN_BUSY:  # another program has begun it since it was looked at
                return Ended(run, RunState.RUNNING)
            gone = error.code is ErrorCode.FOLDER_GONE
            return Ended(run, RunState.PAUSED if gone else RunState.FAILED, error)

    def _work_on(self, run: int, supervisor: Supervisor, report: Callable[[Any], None]) -> RunState:
        try:
            return supervisor.work(report)
        except CancelledError:
            if self._closing.is_set():
                raise
            return self._lay_down(run)  # held; or not any more by now

    def hold(self, held: bool) -> None:
        """Have nothing worked on at once, or no longer. What was begun waits, and `work` ends.

        Nothing of it is kept: a program that is killed meanwhile goes on with everything the next time.
        """
        with self._changing:
            self._held = held
            if held and self._supervisor is not None:
                self._supervisor.close()

    def close(self) -> None:
        """End at once; what is being done goes on the next time."""
        with self._changing:
            self._closing.set()
            if self._supervisor is not None:
                self._supervisor.close()
