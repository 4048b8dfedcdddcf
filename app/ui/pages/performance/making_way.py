"""What else the program does makes way for a measurement, and goes on after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.ui.current import Current


class MakingWay(QObject):
    """Has what works in the background held back, and waits until nothing else runs.

    Signals:
        free(): nothing else runs any more.
    """

    free = Signal()

    def __init__(self, current: Current) -> None:
        super().__init__()
        self._current = current
        self.is_waiting = False
        current.activities.changed.connect(self._look)

    @property
    def can_pause(self) -> bool:
        """Whether anything of what runs can be held back."""
        return any(activity.can_wait for activity in self._current.activities)

    def wait(self) -> None:
        """Hold back what can be, and wait for the rest."""
        self.is_waiting = True
        self.keep()
        self._look()

    def keep(self) -> None:
        """Hold back what can be, also what is yet to begin."""
        self._current.background_held.emit(True)

    def _look(self) -> None:
        if self.is_waiting and all(activity.yields for activity in self._current.activities):
            self.is_waiting = False
            self.free.emit()

    def go_on(self) -> None:
        """Wait no longer; what was held back goes on."""
        self.is_waiting = False
        self._current.background_held.emit(False)
