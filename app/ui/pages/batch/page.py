"""The batch page, made when it is first shown: the start of the program does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.pages.batch.runs import BatchRuns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.core.settings import Settings
    from app.ui.pages.batch.content import Content


class BatchPage(QWidget):
    """Keeps runs going whether it is shown or not.

    Attributes:
        runs: the workers; shut down when the window closes.
        content: everything on the page; none before it was first shown.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.runs = BatchRuns()
        self.content: Content | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def use(self, settings: Settings) -> None:
        """Start runs with other settings from now on."""
        self._settings = settings

    def start(self, folders: Sequence[Path]) -> None:
        """Have folders recognised, one after the other, and show the first one's run."""
        self.runs.start(folders, self._settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.content is None:
            from app.ui.pages.batch.content import Content

            self.content = Content(self.runs)
            self.content.folder_chosen.connect(lambda folder: self.start([folder]))
            self._layout.addWidget(self.content)
            self.content.list.new.setFocus()
        self.runs.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.runs.watch(False)

    def shut_down(self) -> None:
        """Stop working and wait for the workers."""
        self.runs.shut_down()
        if self.content is not None:
            self.content.shut_down()
