"""Large views of pictures, in a process of their own: of many that are asked for only the last one counts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from app.core.child_process import Remote
from app.ui.pictures.loader import PictureLoader, Pixels
from app.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.core.jobs import JobContext

# About what a new process takes to start: a view that nobody wants any more may have so long before it is
# ended. Some pictures take half a minute.
_PATIENCE_SECONDS = 0.5


class Views(QObject):
    """Loads one picture at a time. Belongs to the window's thread; makes a worker, which `shut_down` ends."""

    def __init__(self, make_loader: Callable[[], object] = PictureLoader) -> None:
        super().__init__()
        self._make_loader = make_loader
        self._remote = Remote(make_loader, "views")
        self._tasks = Tasks("views")
        self._latest = Latest(self._tasks)
        self._wish: object = None
        self._begun: tuple[object, float] | None = None  # set by the worker
        self._impatience = QTimer(self, singleShot=True)
        self._impatience.timeout.connect(self._look)

    def load(self, path: Path, tell: Callable[[QImage | None], None]) -> None:
        """Have `tell` get a picture, or None if it cannot be shown; what was asked before is not told."""
        self._wish = wish = object()

        def work(context: JobContext) -> object:
            self._begun = wish, time.monotonic()
            try:
                return self._remote.call("view", path, report=context.report)
            finally:
                self._begun = None

        self._latest.ask(wish, work, lambda pixels: tell(image_of(pixels)), lambda _error: tell(None))
        self._look()

    def _look(self) -> None:
        """End the process if it is still at a picture that nobody wants any more."""
        begun = self._begun
        if begun is None or begun[0] is self._wish:
            return
        left = _PATIENCE_SECONDS - (time.monotonic() - begun[1])
        if left > 0:
            self._impatience.start(round(left * 1000) + 1)
            return
        old, self._remote = self._remote, Remote(self._make_loader, "views")
        old.close()

    def shut_down(self) -> None:
        """End the process and wait for the thread."""
        self._impatience.stop()
        self._tasks.stop()
        self._remote.close()
        self._tasks.shut_down()


def image_of(pixels: Pixels) -> QImage:
    """A picture for Qt; it keeps the bytes that it is made of."""
    return QImage(pixels.data, pixels.width, pixels.height, QImage.Format.Format_RGB32)
