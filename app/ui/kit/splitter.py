"""Parts side by side or below each other, whose shares the user drags, or puts back by a double click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QSplitter, QWidget


class Splitter(QSplitter):
    """Nothing in it can be dragged away; its part number `rest` takes what is left.

    At first each part has its place in `sizes`, or what it asks for. The shell keeps
    sizes by the name, if there is one.
    """

    def __init__(
        self,
        name: str,
        orientation: Qt.Orientation,
        parts: tuple[QWidget, ...],
        *,
        rest: int = 0,
        sizes: tuple[int, ...] = (),
    ) -> None:
        super().__init__(orientation)
        self._rest, self._first = rest, sizes
        self.setObjectName(name)
        self.setChildrenCollapsible(False)
        for place, part in enumerate(parts):
            self.addWidget(part)
            self.handle(place).installEventFilter(self)
        self.setStretchFactor(rest, 1)
        if sizes:
            self.setSizes(sizes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._put_back()
            return True
        return super().eventFilter(watched, event)

    def _put_back(self) -> None:
        """Give every part the size that it has at a first start."""
        is_row = self.orientation() == Qt.Orientation.Horizontal
        parts = [part for part in map(self.widget, range(self.count())) if part is not None]
        hints = [part.sizeHint() for part in parts]
        sizes = list(self._first) or [hint.width() if is_row else hint.height() for hint in hints]
        # Qt would share out what is over: one part takes it.
        sizes[self._rest] = 0
        taken = sum(size for part, size in zip(parts, sizes, strict=True) if not part.isHidden())
        sizes[self._rest] = max(sum(self.sizes()) - taken, 0)
        self.setSizes(sizes)
