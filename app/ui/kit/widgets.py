"""The names that other branches still import from here; see the files below for what is new."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from app.ui.kit.bars import Bar, Dot
from app.ui.kit.cards import Card, line
from app.ui.kit.fields import leave_wheel, offer
from app.ui.kit.segments import Segments
from app.ui.kit.texts import Elided, Text, TextButton

__all__ = [
    "Bar", "Card", "Dot", "Elided", "Notice", "Segments", "Text", "TextButton", "leave_wheel", "line",
    "offer",
]  # fmt: skip

_NEWS_MS = 10_000


class Notice(Text):
    """One sentence for the user, a warning or a piece of news; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(name="notice", wrap=True)
        self._timer = QTimer(self, interval=_NEWS_MS, singleShot=True)
        self._timer.timeout.connect(self.clear)
        self.hide()

    def warn(self, sentence: str) -> None:
        """Say what went wrong."""
        self._show(sentence, "notice")

    def tell(self, sentence: str) -> None:
        """Say what was done, for a while."""
        self._show(sentence, "news")
        self._timer.start()

    def _show(self, sentence: str, name: str) -> None:
        self._timer.stop()
        self.setObjectName(name)
        self.style().polish(self)
        self.setText(sentence)
        self.show()

    def clear(self) -> None:
        super().clear()
        self.hide()
