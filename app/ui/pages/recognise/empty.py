"""What stands in the place of the picture: an invitation at first, a sign for a file that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QPushButton, QToolButton, QVBoxLayout, QWidget

from app.core import paths
from app.core.language_in_use import tr
from app.ui.kit.icons import Emblem
from app.ui.kit.widgets import Text, line

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
        title, hint, samples = (
            Text("empty.title", "title"),
            Text("empty.hint", "subtitle"),
            Text("empty.samples", "muted"),
        )
        self._open = QPushButton()
        self._open.setObjectName("primary")
        self._open.clicked.connect(self.open_requested)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(2)
        for widget in (Emblem("image-plus", side=64), title, hint):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(8)
        layout.addWidget(self._open, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
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
        self._open.setText(tr("action.open"))
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
