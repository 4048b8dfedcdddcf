"""What stands in the place of the picture: an invitation at first, a sign for a file that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.core import paths
from app.core.language_in_use import tr
from app.ui.kit.cards import line
from app.ui.kit.empty import Empty
from app.ui.kit.texts import Text, TextButton

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QEvent

_SAMPLE_SIDE = 104


class EmptyState(QWidget):
    """An invitation.

    Signals:
        open_requested(): the user wants to choose files.
        sample_chosen(Path): the user wants to try a sample.
    """

    open_requested = Signal()
    sample_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = TextButton("action.open", self.open_requested.emit)
        self._open.setObjectName("primary")
        samples = Text("empty.samples", "muted")
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addWidget(Empty("image-plus", "empty.title", "empty.hint", (self._open,)), 3)
        layout.addWidget(samples, 0, Qt.AlignmentFlag.AlignHCenter)
        buttons = [self._sample(path) for path in sorted(paths.resource("samples").glob("*.jpg"))]
        row = line(*buttons, spacing=12)
        row.insertStretch(0)
        row.addStretch()
        layout.addLayout(row)
        layout.addStretch(1)
        self.retranslate()

    def _sample(self, path: Path) -> QToolButton:
        button = QToolButton()
        button.setObjectName("toolButton")
        button.setIcon(QIcon(_square(path)))
        button.setIconSize(QSize(_SAMPLE_SIDE, _SAMPLE_SIDE))
        button.setProperty("sample", path.stem)
        button.clicked.connect(lambda: self.sample_chosen.emit(path))
        return button

    def retranslate(self) -> None:
        """Set the texts in the language in use."""
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(tr(f"sample.{button.property('sample')}"))
            button.setToolTip(tr(f"sample.{button.property('sample')}"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.LanguageChange:
            self.retranslate()


def _square(path: Path) -> QPixmap:
    """The middle of a picture."""
    picture = QPixmap(str(path))
    side = min(picture.width(), picture.height())
    return picture.copy((picture.width() - side) // 2, (picture.height() - side) // 2, side, side)
