"""The pictures of the list that wait for their answers, among what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.language_in_use import tr

if TYPE_CHECKING:
    from app.ui.kit.activities import Activities, Activity

# Fewer are answered before anybody has looked for them, or asked about them.
_WORTH_TELLING = 10


class Waiting:
    """An activity from when many wait until none does; it makes way for measurements (`Session.make_way`)."""

    def __init__(self, activities: Activities) -> None:
        self._activities = activities
        self._activity: Activity | None = None

    def show(self, ended: int, _failed: int, total: int) -> None:
        """Show how many of all have been answered."""
        left = total - ended
        if self._activity is None and left >= _WORTH_TELLING:
            self._activity = self._activities.begin(lambda: tr("tray.listed"), page="recognise", yields=True)
        if self._activity is None:
            return
        if not left:
            self._activity.end()
            self._activity = None
            return
        self._activity.ask(lambda: tr("closing.listed", count=left))
        self._activity.show(tr("notice.progress", done=ended, total=total), ended / total)
