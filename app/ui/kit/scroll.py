"""An area that scrolls up and down what is as wide as it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.core.language_in_use import tr


class Scroll(QScrollArea):
    """The keyboard scrolls it where it has a name, a key of `resources/i18n`, which a screen reader says.

    Without one it leaves the keyboard to what is in it.
    """

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name else Qt.FocusPolicy.NoFocus)
        if name:
            self.setAccessibleName(tr(name))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._name:
            self.setAccessibleName(tr(self._name))
