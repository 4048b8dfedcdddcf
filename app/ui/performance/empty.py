"""What the page shows before the first run."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from app.ui.icons import icon
from app.ui.widgets import Card, Text

_ICON_PX = 56


class EmptyResults(Card):
    """Says what the page is for."""

    def __init__(self) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(icon("gauge", "accent").pixmap(QSize(_ICON_PX, _ICON_PX)))
        title = Text("performance.empty_title", "title", wrap=True)
        sentence = Text("performance.empty", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 24, 40, 24)
        column.setSpacing(12)
        column.addStretch()
        for label in (picture, title, sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch()
