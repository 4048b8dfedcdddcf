"""Thumbnails, loaded in processes of their own; one huge picture holds up no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.child_process import Remote
from app.core.errors import ErrorCode
from app.ui.pictures.loader import PictureLoader
from app.ui.pictures.views import image_of
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QImage

    from app.core.errors import WanwuError
    from app.core.jobs import JobContext

    Tell = Callable[[QImage | None], None]

# What takes longer in the first process is left to the second one, where it may take this long.
_QUICK_SECONDS, _SLOW_SECONDS = 1.5, 60.0
_PATIENCE = 4  # with processes that others go before


@dataclass(slots=True, eq=False)
class Load:
    """A thumbnail that was asked for; `task` is another one from when it takes long."""

    task: int = 0


class ThumbnailLoader:
    """Two threads, `name` and `slow-` before it, each with its process. Belongs to the window's thread.

    With `background` these processes leave the processor to others.
    """

    def __init__(
        self,
        name: str,
        make_loader: Callable[[], object] = PictureLoader,
        *,
        background: bool = False,
    ) -> None:
        quick = _QUICK_SECONDS * (_PATIENCE if background else 1)
        self._quick, self._slow = (
            _Lane(Tasks(lane), Remote(make_loader, lane, background=background), seconds)
            for lane, seconds in ((name, quick), (f"slow-{name}", _SLOW_SECONDS))
        )

    def load(self, path: Path, tell: Tell, delayed: Callable[[], None] = lambda: None) -> Load:
        """Have `tell` get a thumbnail, or None if there can be none; `delayed` hears that it takes long."""
        load = Load()

        def on_quick_failed(error: WanwuError) -> None:
            if error.code == ErrorCode.HUNG:
                load.task = self._run(self._slow, path, tell, lambda _error: tell(None))
                delayed()
            else:
                tell(None)

        load.task = self._run(self._quick, path, tell, on_quick_failed)
        return load

    def _run(self, lane: _Lane, path: Path, tell: Tell, failed: Callable[[WanwuError], None]) -> int:
        def work(context: JobContext) -> object:
            lane.remote.call("ready", report=context.report)  # starting takes its time, and is no picture's
            return lane.remote.call("thumbnail", path, report=context.report, timeout=lane.seconds)

        return lane.tasks.run(work, lambda pixels: tell(image_of(pixels)), failed=failed)

    def cancel(self, load: Load) -> None:
        """Give up a thumbnail: nothing more is told of it."""
        for lane in (self._quick, self._slow):
            lane.tasks.cancel(load.task)

    def shut_down(self) -> None:
        """Drop what waits, end the processes, wait for the threads."""
        for lane in (self._quick, self._slow):
            lane.tasks.stop()
            lane.remote.close()
        for lane in (self._quick, self._slow):
            lane.tasks.shut_down()


@dataclass(frozen=True, slots=True, eq=False)
class _Lane:
    """A thread and the process that it asks; what takes longer than `seconds` is given up."""

    tasks: Tasks
    remote: Remote
    seconds: float
