"""The batch page, made when it is first shown: the start of the program does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.language_in_use import tr
from app.ui.kit.page import Page
from app.ui.pages.batch.runs import BatchRuns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.ui.current import Current
    from app.ui.kit.activities import Activity
    from app.ui.pages.batch.content import Content


class BatchPage(Page):
    """Keeps runs going whether it is shown or not.

    Attributes:
        runs: the workers; shut down when the window closes.
        content: everything on the page; none before it was first shown.
    """

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.runs = BatchRuns()
        self.content: Content | None = None
        self._activity: Activity | None = None
        current.folders_taken.connect(self.start)
        self.runs.changed.connect(self._show_activity)

    def begin(self) -> None:
        """Go on with what was going on when the program was closed."""
        self.runs.go_on()

    def start(self, folders: Sequence[Path]) -> None:
        """Have folders recognised, one after the other, and show the first one's run."""
        self.runs.start(folders, self.current.settings)

    def make(self) -> QWidget:
        """Import and make everything on the page."""
        from app.ui.pages.batch.content import Content

        self.content = Content(self.runs, self.current.loader)
        self.content.folder_chosen.connect(lambda folder: self.start([folder]))
        self.content.setFocusProxy(self.content.list.new)
        return self.content

    def _show_activity(self) -> None:
        activities = self.current.activities
        if self.runs.is_working and self._activity is None:
            question = tr("batch.close_question")
            self._activity = activities.begin(tr("page.batch"), page="batch", question=question)
        elif not self.runs.is_working and self._activity is not None:
            self._activity.end()
            self._activity = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.runs.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.runs.watch(False)

    def shut_down(self) -> None:
        """Stop working and wait for the workers."""
        self.runs.shut_down()
        if self.content is not None:
            self.content.shut_down()
