"""The performance page, made when it is first shown: the start of the program does not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.ui.kit.page import Page

if TYPE_CHECKING:
    from app.core.settings import Settings
    from app.ui.current import Current
    from app.ui.pages.performance.content import Content


class PerformancePage(Page):
    """Scrolls its content.

    Attributes:
        content: everything on the page; none before it was first shown.
    """

    def __init__(self, current: Current) -> None:
        super().__init__()
        self.current = current
        self.content: Content | None = None

    def make(self) -> QWidget:
        """Import and make everything on the page."""
        from app.ui.pages.performance.content import Content

        self.content = Content(self.current)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.content)
        area.setFocusProxy(self.content.start_bar.button)
        return area

    def use(self, before: Settings, settings: Settings) -> None:
        """Measure with other settings from the next run on."""
        if self.content is not None:
            self.content.use(before, settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.content is not None:
            self.content.choices.pictures.refresh()

    def shut_down(self) -> None:
        """Stop measuring and wait for the worker."""
        if self.content is not None:
            self.content.measuring.shut_down()
