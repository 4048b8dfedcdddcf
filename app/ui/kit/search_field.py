"""A field to search a list with, and the keys that lead from it to the list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.core.language_in_use import tr
from app.store.search import LONGEST_TEXT
from app.ui.kit.icons import icon

_TO_HITS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchField(QLineEdit):
    """Escape clears it. The keys are those of its name, shown while it is empty, and of its tool tip.

    Signals:
        hits_wanted(): Down or Enter: the keyboard is to be on the first hit.
        left(): Escape with nothing to clear: it is to be on the list again.
    """

    hits_wanted = Signal()
    left = Signal()

    def __init__(self, name: str, tip: str = "") -> None:
        super().__init__()
        self._name, self._tip = name, tip
        self.setObjectName("search")
        self.setMaxLength(LONGEST_TEXT)
        self.addAction(QAction(icon("search", "muted"), "", self), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(icon("x", "muted"), "", self)
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self._retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
        elif event.key() in _TO_HITS:
            self.hits_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _retranslate(self) -> None:
        self._clear.setToolTip(tr("items.clear_text"))
        self.setPlaceholderText(tr(self._name))
        self.setAccessibleName(tr(self._name))
        self.setToolTip(tr(self._tip) if self._tip else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
