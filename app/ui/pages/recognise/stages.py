"""Work that makes an engine ready: in the foot of the page, and among what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.core.language_in_use import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.kit.activities import Activities, Activity
    from app.ui.pages.recognise.foot import Foot


class Stages(QObject):
    """Shows the stages of one kind of work; `name` is a key of the section `tray`."""

    def __init__(
        self, name: str, stop: Callable[[], object] | None, activities: Activities, foot: Foot
    ) -> None:
        super().__init__(foot)
        self._name, self._stop = name, stop
        self._activities, self._foot = activities, foot
        self._activity: Activity | None = None

    def show(self, stage: str) -> None:
        """Show a stage, a key of the section `build`; empty for nothing."""
        self._foot.show_stage(self._name, stage)
        if not stage:
            if self._activity is not None:
                self._activity.end()
                self._activity = None
            return
        if self._activity is None:
            self._activity = self._activities.begin(
                lambda: tr(f"tray.{self._name}"), page="recognise", stop=self._stop, yields=True
            )
        self._activity.show(tr(f"build.{stage}"))
