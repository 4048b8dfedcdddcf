"""What the batch page asks of its workers: the runs, and what is to become of them."""

from __future__ import annotations

import logging
import os
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.batch.control import Control
from app.batch.options import stored_options
from app.batch.queue import Began, Ended, RunQueue
from app.batch.runner import Progress
from app.core.errors import StoreError
from app.core.files import is_there
from app.core.jobs import JobContext, Work
from app.core.language_in_use import tr
from app.core.model_card import load_card, model_ids
from app.labels import load_labels
from app.recognition.predictor import Options
from app.store.database import Database
from app.store.records import RunState, Wanted
from app.store.runs import Runs, database_file
from app.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from app.core.errors import WanwuError
    from app.core.settings import Settings
    from app.store.records import StoredRun

log = logging.getLogger(__name__)

_T = TypeVar("_T")

_LOOK_MS = 1000
# Another window may still have back what it deleted a while ago.
_LEFT_SECONDS = 24 * 3600.0
# What the page needs below the window.
_BEHIND_PAGE = ("app.store.listing", "app.export.files", "app.organise.planning", "app.organise.keywords")


class BatchRuns(QObject):
    """The window's thread asks; one worker sees runs through, another one looks into the database.

    Signals:
        prepared(): what the page needs below the window is there.
        changed(list[StoredRun]): the runs as they are now, the newest first.
        started(StoredRun): folders were given; the run of the first.
        progressed(Progress): how far the run is that is worked on.
        stage(str): what it does before the first picture; empty when nothing.
        ended(Ended): a run is not worked on any more.
        failed(str): the sentence for something that went wrong.

    Attributes:
        current: the run that this program works on, or None.
        known: the runs as they were when they were last looked at, the newest first.
        held: whether runs wait until they are held back no more.
        hidden: those that were deleted here and can be had back, until the program is closed.
    """

    prepared = Signal()
    changed = Signal(object)
    started = Signal(object)
    progressed = Signal(object)
    stage = Signal(str)
    ended = Signal(object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.current: int | None = None
        self.known: list[StoredRun] = []
        self.held = False
        self.hidden: dict[int, StoredRun] = {}
        self._queue = RunQueue()
        self._tasks, self._store = Tasks("batch"), Tasks("batch-store")
        self._list = Latest(self._store)
        for tasks in (self._tasks, self._store):
            tasks.failed.connect(self.failed)
        self._working = False
        self._asked_again = False
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.refresh)

    def go_on(self) -> None:
        """Continue what was going on when the program was closed; nothing if there never was a run."""
        # What the page needs, so that showing it does not take a tenth of a second.
        self._store.run(lambda _context: _prepare(), ended=self.prepared.emit)
        if is_there(database_file()):
            self._store.run(_with_database(lambda database: Control(database).clear_away(_LEFT_SECONDS)))
            self._work()

    def hold(self, held: bool) -> None:
        """Have no run worked on, or no longer; what is wanted of each stays, and can be changed."""
        self.held = held
        self._queue.hold(held)
        if not held and is_there(database_file()):
            self._work()
        if self.known:  # else they are yet to be looked at
            self._take(self.known)

    def watch(self, watching: bool) -> None:
        """Look every second for what other programs do, or leave it."""
        if watching:
            self.refresh()
            self._timer.start()
        else:
            self._timer.stop()

    def refresh(self) -> None:
        """Have `changed` bring the runs as they are now; once, however often that is asked meanwhile."""
        self._list.ask(None, _with_database(_look), self._take)

    def _take(self, runs: list[StoredRun]) -> None:
        self.known = [run for run in runs if run.id not in self.hidden]  # it may have been asked before
        self.changed.emit(self.known)

    def hide(self, runs: Collection[int]) -> None:
        """Delete runs, so that they can be had back until the program is closed; the pictures stay.

        Nobody lists them from now on, in no program. Deleting a million answers takes a while, and nothing
        brings them back: it is done in the end. One that is worked on is told of, and stays.
        """
        self.hidden |= {run.id: run for run in self.known if run.id in runs}
        self._take(self.known)
        for run in runs:
            self._store.run(
                _with_database(partial(_hide, run)),
                failed=partial(self._on_not_hidden, run),
            )

    @property
    def folders(self) -> set[Path]:
        """The folders of all runs, also of those that can be had back."""
        return {run.folder for run in (*self.known, *self.hidden.values())}

    def _on_not_hidden(self, run: int, error: WanwuError) -> None:
        self.hidden.pop(run, None)
        self.failed.emit(tr.describe(error))
        self.refresh()

    def bring_back(self, runs: Collection[int]) -> None:
        """Have back what was hidden; one that waits goes on."""
        back = [self.hidden.pop(run) for run in runs if run in self.hidden]
        self._take(sorted([*back, *self.known], key=lambda run: -run.id))
        self._ask(
            lambda database: [Control(database).bring_back(run) for run in runs],
            lambda _found: self._work_and_look(),
        )

    def start(self, folders: Sequence[Path], settings: Settings) -> None:
        """Have folders recognised with the user's settings; `started` brings the first one's run."""
        options = stored_options(Options.of(settings), recursive=settings.recursive)

        def ask(database: Database) -> StoredRun | None:
            real = [Path(os.path.realpath(folder)) for folder in folders]  # resolve() fails for circles
            first, *_ = [Control(database).start(folder, options) for folder in real]
            return Runs(database).get(first)

        self._ask(ask, self._on_started)

    def _on_started(self, run: StoredRun | None) -> None:
        self._work_and_look()
        if run is not None:
            # Known from now on: what is told of runs before they are looked at again is about this one, too.
            others = (other for other in self.known if other.id != run.id)
            self._take(sorted([run, *others], key=lambda each: -each.id))
            self.started.emit(run)

    def want(self, run: int, wanted: Wanted) -> None:
        """Have a run go on, pause or end."""
        self._change(lambda database: Control(database).want(run, wanted))

    def start_again(self, run: int) -> None:
        """Throw a run's answers away and begin anew; `started` brings the new run."""
        self._ask(lambda database: Runs(database).get(Control(database).start_again(run)), self._on_started)

    def retry_failed(self, run: int) -> None:
        """Try failed files again."""
        self._change(lambda database: Control(database).retry_failed(run))

    def _change(self, change: Callable[[Database], None]) -> None:
        self._ask(change, lambda _none: self._work_and_look())

    def _work_and_look(self) -> None:
        self._work()
        self.refresh()

    def _ask(self, ask: Callable[[Database], _T], tell: Callable[[_T], object]) -> None:
        self._store.run(_with_database(ask), tell)

    def _work(self) -> None:
        """Have the worker look for runs that wait; once more when it is just ending."""
        self._asked_again = self._working
        if not self._working:
            self._working = True
            self._tasks.run(
                lambda context: self._queue.work(context.report),
                progress=self._on_progress,
                ended=self._on_idle,
            )

    def _on_idle(self) -> None:
        self._working, self.current = False, None
        self.stage.emit("")
        self.refresh()  # also where it has ended with an error of its own
        if self._asked_again:
            self._work()

    def _on_progress(self, value: object) -> None:
        if isinstance(value, Progress):
            self.stage.emit("")
            self.progressed.emit(value)
        elif isinstance(value, Began):
            self.current = value.run
            self.refresh()
        elif isinstance(value, Ended):
            self.current = None
            self.stage.emit("")
            self.refresh()
            self.ended.emit(value)
        elif isinstance(value, str):
            self.stage.emit(value)

    def shut_down(self) -> None:
        """Stop working; what is being done goes on the next time, what was deleted is gone from now on."""
        self._timer.stop()
        self._tasks.stop()
        self._store.stop()
        self._queue.close()
        for tasks in (self._tasks, self._store):
            tasks.shut_down()
        _delete(self.hidden)


def _with_database(ask: Callable[[Database], object]) -> Work:
    def work(_context: JobContext) -> object:
        with Database(database_file()) as database:
            return ask(database)

    return work


def _look(database: Database) -> list[StoredRun]:
    """All runs. One that was to stop and whose process was ended before it could has stopped."""
    runs = Runs(database)
    active = RunState.RUNNING, RunState.WAITING
    stopping = [run for run in runs.all() if run.state in active and run.wanted is not Wanted.RUN]
    for run in stopping:
        Control(database).want(run.id, run.wanted)
    return runs.all()


def _hide(run: int, database: Database) -> None:
    Control(database).hide(run)


def _delete(hidden: Collection[int]) -> None:
    for run in hidden:
        try:
            with Database(database_file()) as database:
                Control(database).forget(run)
        except StoreError as error:  # it is there again the next time, and can be deleted once more
            log.warning("run %d was not deleted: %s", run, error)


def _prepare() -> None:
    """Import what the page needs besides Qt, and have its labels read."""
    for module in _BEHIND_PAGE:
        import_module(module)
    load_labels(load_card(model_ids()[0]).labels)
