"""Parts side by side or below each other, whose shares the user drags, or puts back by a double click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QSplitter, QWidget


class Splitter(QSplitter):
    """Nothing in it can be dragged away; its first part takes what is left.

    The shell keeps its sizes by its name.
    """

    def __init__(self, name: str, orientation: Qt.Orientation, parts: tuple[QWidget, ...]) -> None:
        super().__init__(orientation)
        self.setObjectName(name)
        self.setChildrenCollapsible(False)
        for place, part in enumerate(parts):
            self.addWidget(part)
            self.handle(place).installEventFilter(self)
        self.setStretchFactor(0, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._put_back()
            return True
        return super().eventFilter(watched, event)

    def _put_back(self) -> None:
        """Give every part the size that it asks for, as at a first start."""
        is_row = self.orientation() == Qt.Orientation.Horizontal
        hints = [part.sizeHint() for part in map(self.widget, range(1, self.count())) if part is not None]
        sizes = [hint.width() if is_row else hint.height() for hint in hints]
        # Qt would share out what is over: the first part takes it.
        self.setSizes([max(sum(self.sizes()) - sum(sizes), 0), *sizes])
