"""Changed settings onto the disk, which may be slow, outside the window's thread."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.core import settings as store
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from app.core.jobs import JobContext
    from app.core.settings import Settings

log = logging.getLogger(__name__)


class Keeper(QObject):
    """Belongs to the window's thread; makes a worker, which `shut_down` ends once everything is kept.

    Signals:
        failed(str): why the newest settings are not kept.
    """

    failed = Signal(str)

    def __init__(self, kept: Settings) -> None:
        super().__init__()
        self._kept, self._newest = kept, kept
        self._tasks = Tasks("settings-keeper")
        self._busy = False

    def keep(self, settings: Settings) -> None:
        """Have them written; what is changed meanwhile is written once, afterwards."""
        self._newest = settings
        if not self._busy and self._newest != self._kept:
            self._busy = True
            self._tasks.run(partial(_save, self._newest, self._kept), partial(self._on_kept, self._newest))

    def _on_kept(self, settings: Settings, problem: str | None) -> None:
        self._busy = False
        if problem is None:
            self._kept = settings
        else:  # it is tried again with the next change, or at the end
            self.failed.emit(problem)
        if self._newest != settings:
            self.keep(self._newest)

    def shut_down(self) -> None:
        """Wait for the worker, and write what it has not."""
        self._tasks.shut_down()
        if self._newest != self._kept:
            _save(self._newest, self._kept)


def _save(settings: Settings, before: Settings, _context: JobContext | None = None) -> str | None:
    """Why it was not possible; None when it was."""
    try:
        store.save(settings, before)
    except OSError as error:
        log.warning("settings were not saved: %s", error)
        return error.strerror or str(error)
    return None
