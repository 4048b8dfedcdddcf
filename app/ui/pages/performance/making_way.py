"""What else the program does makes way for a measurement, and goes on after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.kit.activities import Activities


class MakingWay(QObject):
    """Waits until nothing else runs, and keeps it so. What can go on later is paused meanwhile.

    Signals:
        free(): nothing else runs any more.
        held_back(str): what this is called has begun since, and waits.
    """

    free = Signal()
    held_back = Signal(str)

    def __init__(self, activities: Activities) -> None:
        super().__init__()
        self._activities = activities
        self._paused: dict[object, Callable[[], object]] = {}  # what each is taken up again by
        self.is_waiting = self._keeps = False
        activities.changed.connect(self._look)

    @property
    def can_pause(self) -> bool:
        """Whether anything of what runs can be paused."""
        return any(activity.go_on is not None for activity in self._activities)

    def wait(self) -> None:
        """Pause what can be paused, and wait for the rest."""
        self.is_waiting = True
        self._look()

    def keep(self) -> None:
        """What begins from now on waits, too."""
        self._keeps = True

    def _look(self) -> None:
        if not (self.is_waiting or self._keeps):
            return
        for activity in self._activities:
            # Where one is paused, the next one that waits may begin: it is paused as well.
            if activity.go_on is not None and activity.stop is not None and activity not in self._paused:
                self._paused[activity] = activity.go_on
                activity.stop()
                if self._keeps:
                    self.held_back.emit(activity.name)
        if self.is_waiting and all(activity.yields for activity in self._activities):
            self.is_waiting = False
            self.free.emit()

    def go_on(self) -> None:
        """Wait no longer; what was paused goes on."""
        self.is_waiting = self._keeps = False
        paused, self._paused = self._paused, {}
        for take_up in paused.values():
            take_up()
