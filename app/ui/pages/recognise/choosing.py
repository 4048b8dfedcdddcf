"""The fastest engine, found once on each machine while nobody needs the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QObject, QTimer, Signal

from app.bench.automatic import Chooser
from app.core.language_in_use import tr
from app.recognition.fastest import remembered
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.core.jobs import JobContext
    from app.engines.selection import EnginesKey
    from app.recognition.fastest import Choice

# How often it is looked whether the machine is idle, and how much of it others may use meanwhile, in percent.
_LOOK_MS, _IDLE_PERCENT = 4000, 25


class Choosing(QObject):
    """Belongs to the window's thread; makes a worker, which `shut_down` ends.

    Signals:
        stage(str): how far it is; empty when it has ended.
        ended(): it has ended, in whichever way.
        chosen(Choice): what was found.
        failed(str): a sentence for the user.
    """

    stage = Signal(str)
    ended = Signal()
    chosen = Signal(object)
    failed = Signal(str)

    def __init__(self, is_free: Callable[[], bool]) -> None:
        """`is_free` tells whether this program itself has nothing to do."""
        super().__init__()
        self._is_free = is_free
        self._tasks = Tasks("choosing")
        self._key: EnginesKey | None = None
        self._chooser: Chooser | None = None
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_running(self) -> bool:
        """Whether engines are being measured."""
        return self._chooser is not None

    def want(self, key: EnginesKey | None, *, now: bool = False) -> None:
        """Find the fastest for `key`, unless that is known, as soon as the machine is idle or at once.

        None is nothing any more.
        """
        self.stop()
        self._key = key
        if key is None or remembered(key) is not None:
            return
        if now:
            self._begin(key)
        else:
            self._wait()

    def make_way(self) -> None:
        """Somebody needs the processor: begin anew when it is free."""
        if self._chooser is not None:
            self._end()
            self._wait()

    def _wait(self) -> None:
        psutil.cpu_percent()  # the next call tells what has been used since this one
        self._timer.start()

    def stop(self) -> None:
        """Find nothing, until it is wanted again."""
        self._timer.stop()
        self._key = None
        self._end()

    def _end(self) -> None:
        if self._chooser is not None:
            self._chooser.cancel()
            self._chooser = None

    def _look(self) -> None:
        used = psutil.cpu_percent()
        if self._key is not None and used < _IDLE_PERCENT and self._is_free():
            self._begin(self._key)

    def _begin(self, key: EnginesKey) -> None:
        self._timer.stop()
        self._chooser = chooser = Chooser(key)

        def choose(context: JobContext) -> Choice:
            return chooser.choose(context.report)

        def on_ended() -> None:
            if self._chooser is chooser:
                self._chooser = None
            self.stage.emit("")
            self.ended.emit()

        self._tasks.run(
            choose,
            self.chosen.emit,
            progress=lambda stage: self.stage.emit(str(stage)),
            ended=on_ended,
            failed=lambda error: self.failed.emit(tr.describe(error)),
        )

    def shut_down(self) -> None:
        """Wait for the worker."""
        self._tasks.shut_down()
