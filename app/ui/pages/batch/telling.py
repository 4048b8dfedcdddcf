"""What the window tells of runs while they are worked on, whichever page it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.batch.control import is_wanted
from app.core.language_in_use import tr
from app.core.printable import printable
from app.core.results import Failure
from app.store.records import RunState, Wanted
from app.ui.pages.batch.texts import counts_line, file_name, is_scanning, share, standings, time_left

if TYPE_CHECKING:
    from app.batch.queue import Ended
    from app.batch.runner import Progress
    from app.store.records import Counts, StoredRun
    from app.ui.current import Current
    from app.ui.kit.activities import Activity
    from app.ui.pages.batch.runs import BatchRuns


def about(run: int) -> tuple[str, int]:
    """What notices about a run are about: they are taken back when it goes on, or is looked at no more."""
    return "run", run


class Telling(QObject):
    """Makes an activity of the run that is worked on, and notices of what happens to it."""

    def __init__(self, current: Current, runs: BatchRuns) -> None:
        super().__init__()
        self._current, self._runs = current, runs
        self._activity: tuple[int, Activity] | None = None
        self._failed = ""
        self._fallbacks: set[tuple[int, str, str]] = set()
        runs.changed.connect(self._on_changed)
        runs.progressed.connect(self._on_progressed)
        runs.ended.connect(self._on_ended)
        runs.started.connect(self._on_started)
        runs.failed.connect(self._on_failed)

    def _on_changed(self, runs: list[StoredRun]) -> None:
        self._failed = ""
        current = self._runs.current
        if self._activity is not None and self._activity[0] != current:
            self._end()
        for standing in standings(runs, current, held=self._runs.held):
            if standing.is_current and self._activity is None:
                self._activity = standing.run.id, self._begin(standing.run.id, standing.title)
                self._show(standing.run.counts, scanning=is_scanning(standing.run))
                self._current.notices.withdraw(about(standing.run.id))

    def _begin(self, run: int, title: str) -> Activity:
        return self._current.activities.begin(
            lambda: tr("batch.activity_run", folder=title),
            page="batch",
            question=lambda: tr("batch.activity_run_question", folder=title),
            stop=lambda: self._runs.want(run, Wanted.PAUSE),
            can_wait=True,
        )

    def _end(self) -> None:
        if self._activity is not None:
            self._activity[1].end()
            self._activity = None

    def _on_progressed(self, progress: Progress) -> None:
        last = progress.last
        if not isinstance(last, Failure) and last.fallback is not None:
            self._tell_fallback(progress.run, last.fallback.wanted, last.engine.name)
        if self._activity is None or self._activity[0] != progress.run:
            return
        left = "" if progress.seconds_left is None else time_left(progress.seconds_left)
        self._show(progress.counts, scanning=progress.scanning, left=left)

    def _show(self, counts: Counts, *, scanning: bool, left: str = "") -> None:
        if self._activity is not None:
            parts = filter(None, (counts_line(counts, so_far=scanning), left))
            # While files are still being found, nobody knows of how many these are.
            self._activity[1].show(tr.join(list(parts), "facts"), None if scanning else share(counts))

    def _tell_fallback(self, run: int, wanted: str, used: str) -> None:
        """Say that another engine stands in: once, it is in every answer from then on."""
        if (run, wanted, used) not in self._fallbacks:
            self._fallbacks.add((run, wanted, used))
            names = {"wanted": tr(f"engine.{wanted}"), "used": tr(f"engine.{used}")}
            self._current.notices.warn(tr("batch.fallback", **names), about=("fallback", wanted, used))

    def _on_ended(self, ended: Ended) -> None:
        self._end()
        if ended.error is not None and ended.state is RunState.FAILED:
            self._current.notices.warn(tr.describe(ended.error), about=about(ended.run))

    def _on_failed(self, sentence: str) -> None:
        """Tell it once, until the database can be read again: it is looked at every second."""
        if sentence != self._failed:
            self._failed = sentence
            self._current.notices.warn(sentence)

    def _on_started(self, started: StoredRun) -> None:
        """A folder that has to wait is said to: nothing else would show that it was taken."""
        folder = printable(file_name(started))
        if self._runs.held:
            self._current.notices.tell(tr("batch.held_back", folder=folder), about=about(started.id))
            return
        waiting = {run.id for run in self._runs.known if is_wanted(run) and run.id < started.id}
        ahead = (waiting | {self._runs.current}) - {None, started.id}
        if self._runs.current not in (None, started.id):
            self._current.notices.tell(
                tr("batch.queued", folder=folder, ahead=f"{len(ahead):,}"),
                about=about(started.id),
            )
