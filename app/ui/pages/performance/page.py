"""The performance page, made when it is first shown: the start of the program does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea

if TYPE_CHECKING:
    from app.core.settings import Settings
    from app.ui.pages.performance.content import Content
    from app.ui.pages.recognise.session import Session


class PerformancePage(QScrollArea):
    """Scrolls its content.

    Attributes:
        content: everything on the page; none before it was first shown.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self._session, self._settings = session, settings
        self.content: Content | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def use(self, settings: Settings) -> None:
        """Measure with other settings from the next run on."""
        self._settings = settings
        if self.content is not None:
            self.content.use(settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.content is None:
            from app.ui.pages.performance.content import Content

            self.content = Content(self._session, self._settings)
            self.setWidget(self.content)
            self.content.start_bar.button.setFocus()
        self.content.choices.pictures.refresh()

    def shut_down(self) -> None:
        """Stop measuring and wait for the worker."""
        if self.content is not None:
            self.content.measuring.shut_down()
