"""Texts that follow the language: labels, cut labels, buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from app.core.language_in_use import tr

if TYPE_CHECKING:
    from collections.abc import Callable


class Text(QLabel):
    """A label whose text follows the language: `key` of `resources/i18n`, or none for set texts."""

    def __init__(self, key: str | None = None, name: str = "", *, wrap: bool = False) -> None:
        super().__init__(tr(key) if key else "")
        self._key = key
        self.setObjectName(name)
        self.setWordWrap(wrap)
        # Names of files and labels are shown as they are, never as markup.
        self.setTextFormat(Qt.TextFormat.PlainText)

    def say(self, key: str) -> None:
        """Another text from now on."""
        self._key = key
        self.setText(tr(key))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._key:
            self.setText(tr(self._key))


class Elided(Text):
    """One line that gives way to its neighbours: what has no room is cut off, and is in the tool tip.

    It is cut where `mode` says: names and paths in the middle, since both their ends tell them apart.
    """

    def __init__(self, name: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(name=name)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class TextButton(QPushButton):
    """A button whose text follows the language: `key` of `resources/i18n`."""

    def __init__(self, key: str, press: Callable[[], object]) -> None:
        super().__init__(tr(key))
        self.key = key
        self.clicked.connect(lambda: press())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setText(tr(self.key))
