"""Working on a stored run, in a process of its own: see `app.batch.recovery`."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.batch.options import looks_below, options_of
from app.batch.pace import Pace
from app.batch.pipeline import Answered, Pipeline
from app.batch.scan import Place, Scan
from app.batch.watch import Watch
from app.core.errors import CancelledError, ErrorCode, ModelError, StoreError, WanwuError
from app.core.results import Failure, Recognition
from app.recognition.predictor import Predictor
from app.store.database import Database
from app.store.items import Items
from app.store.records import Counts, FoundFile, RunState, StoredRun, Task, Wanted
from app.store.runs import Runs, database_file

log = logging.getLogger(__name__)

# Files that the scan writes in one transaction: workers wait while it writes.
_SCAN_CHUNK = 500
# How often the user's wish is looked up and progress is told; a stop is to be obeyed within a second.
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    `rate` is pictures a second; `seconds_left` is None while that cannot be known, as during the scan.
    """

    run: int
    counts: Counts
    scanning: bool
    rate: float
    seconds_left: float | None
    last: Recognition | Failure


class BatchRunner:
    """Called in a child process. Progress is reported as `Progress`, everything else as stages."""

    def run(self, run: int, report: Callable[[Any], None]) -> RunState:
        """Work on a run until it is done, paused or cancelled; what it has come to.

        Raises WanwuError: the run is gone, or its folder (`folder_gone`: it can go on when that is back), the
        model cannot be loaded, the database cannot be written.
        """
        with Database(database_file()) as database:
            return _Work(database, run, report).do()


class _Work:
    """One go at a run."""

    def __init__(self, database: Database, run: int, report: Callable[[Any], None]) -> None:
        self._runs, self._items = Runs(database), Items(database, run)
        stored = self._runs.get(run)
        if stored is None:
            raise StoreError(ErrorCode.RUN_UNKNOWN, run=run)
        self._stored, self._report = stored, report
        self._options = options_of(stored)  # before the folder is looked through as damaged ones would say
        self._place = Place(stored.folder)
        self._scanner = _Scanner(stored, self._place)
        self._looked, self._wanted = 0.0, stored.wanted
        self._watch = Watch(self._give_up)
        self._start, self._shown = self._watch.now(), 0.0
        self._predictor, self._pace, self._engine = Predictor(), Pace(self._watch.now), stored.engine

    def do(self) -> RunState:
        run = self._stored.id
        self._runs.set_state(run, RunState.RUNNING)
        self._items.begin()
        # Before the scan: a folder that is given again from here on asks for another one.
        self._runs.begin_scan(run)
        self._watch.start()
        self._scanner.start()
        pipeline = Pipeline(self._predictor, self._options, self._items, self._watch)
        try:
            pipeline.prepare(self._report)
            self._check_model()
            self._start, self._pace = self._watch.now(), Pace(self._watch.now)
            pipeline.work(self, self._announce)
            # Between the last answer and the end the folder may have been given again, or a pause taken back:
            # `Runs.end` decides in one transaction, and the work goes on.
            while (state := self._end()) is None:
                pipeline.work(self, self._announce)
        finally:
            self._scanner.stop()
            self._watch.stop()
            self._runs.add_seconds(run, self._watch.now() - self._start)
        return state

    def _give_up(self, task: Task) -> None:
        """Name a file at which a worker hangs, and end the process; the supervisor goes on in a new one.

        Nothing else ends such a thread. Called in the watch's thread.
        """
        try:
            with Database(database_file()) as database:
                items = Items(database, self._stored.id)
                items.finish([(task, Failure(task.path, ErrorCode.HUNG, (("path", task.path),)))])
                items.put_back()  # nobody else is to blame
                Runs(database).add_seconds(self._stored.id, self._watch.now() - self._start)
        finally:
            # Also when the database cannot be written: the process would hang for ever.
            os._exit(1)

    def _check_model(self) -> None:
        """Half of a run must not be answered by another model, or in other names, than the rest."""
        model, before = self._predictor.model, self._stored.model_hash
        # Earlier versions wrote one of the other two.
        if before not in ("", model.answering, model.sha256, model.weights_sha256):
            raise ModelError(ErrorCode.RUN_MODEL_DIFFERS, model=model.card.id)
        self._model_hash = model.answering
        if self._stored.labels is None:
            self._items.name_corrections(model.labels)  # first: a kill in between has it done again
            self._runs.set_labels(self._stored.id, model.labels)
        else:
            self._predictor.use_labels(self._stored.labels)

    def _end(self) -> RunState | None:
        """What the run has come to; None when it goes on after all: a pause was taken back, or the folder was
        given again while it was being looked through."""
        # First: a scan that ended early has found nothing more, which looks like a run that is done.
        if self._scanner.failure is not None:
            raise self._scanner.failure
        self._items.pass_on_corrections()
        # Or a pause that was taken back would end the next round of work at once.
        self._looked = 0.0
        run = self._stored.id
        state = self._runs.end(run)
        if state is None and self._runs.wants_scan(run) and not self._scanner.is_alive():
            self._runs.begin_scan(run)
            self._scanner = _Scanner(self._stored, self._place)
            self._scanner.start()
        return state

    def wanted(self) -> Wanted:
        """What the user wants, looked up a few times a second."""
        if self._scanner.failure is not None:
            raise self._scanner.failure
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._looked = time.monotonic()
            self._wanted = self._runs.wanted(self._stored.id)
        return self._wanted

    def scanning(self) -> bool:
        """Whether the folder is still being looked through."""
        return self._scanner.is_alive()

    def check_folder(self) -> None:
        """Raise WanwuError `folder_gone` when the folder is not there any more."""
        self._place.check()

    def _announce(self, answered: Answered) -> None:
        self._pace.count(len(answered.answers))
        last = answered.answers[-1]
        engines = (each.engine for each in reversed(answered.answers) if isinstance(each, Recognition))
        engine = next(engines, self._engine)
        if engine is not None and engine != self._engine:
            self._engine = engine
            self._runs.set_engine(self._stored.id, self._model_hash, engine)
        if time.monotonic() - self._shown < _LOOK_SECONDS:
            return
        self._shown = time.monotonic()
        counts, scanning = self._runs.counts(self._stored.id), self.scanning()
        left = None if scanning else self._pace.seconds_for(counts.waiting)
        self._report(Progress(self._stored.id, counts, scanning, self._pace.rate, left, last))


class _Scanner(threading.Thread):
    """Puts the files of a run's folder into the database, beside the work on those already found.

    Attributes:
        failure: why it ended early.
    """

    def __init__(self, stored: StoredRun, place: Place) -> None:
        super().__init__(name="scan", daemon=True)
        self._stored, self._place, self._stopped = stored, place, threading.Event()
        self.failure: WanwuError | None = None

    def stop(self) -> None:
        """Stop soon, and wait for that."""
        self._stopped.set()
        self.join()

    def run(self) -> None:
        try:
            with Database(database_file()) as database:
                self._scan(Items(database, self._stored.id), Runs(database))
        except CancelledError:
            return
        except WanwuError as error:
            self.failure = error
        except Exception as error:  # what ended in silence would look like a folder without files
            log.exception("looking through %s failed", self._stored.folder)
            self.failure = WanwuError(ErrorCode.INTERNAL, detail=f"{type(error).__name__}: {error}")

    def _check(self) -> None:
        if self._stopped.is_set():
            raise CancelledError

    def _scan(self, items: Items, runs: Runs) -> None:
        scan = Scan(self._stored.folder, recursive=looks_below(self._stored), check=self._check)
        items.begin_scan()
        found = iter(scan)
        while chunk := list(islice(found, _SCAN_CHUNK)):
            failures = [each for each in chunk if isinstance(each, Failure)]
            # Where the folder itself has gone, they say nothing of its files.
            if failures:
                self._place.check()
            items.add([each for each in chunk if isinstance(each, FoundFile)])
            items.add_failures(failures)
        self._place.check()
        # Asked before, since an empty mount point would have all files gone; and after, since a drive may
        # go meanwhile: the scan does not count then, and the next one finds the files again.
        items.end_scan(scan.is_gone)
        self._place.check()
        runs.finish_scan(self._stored.id, scan.skipped)
