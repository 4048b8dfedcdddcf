"""What the page shows before the first run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from app.ui.kit.icons import Emblem
from app.ui.kit.widgets import Card, Text


class EmptyResults(Card):
    """Says what the page is for."""

    def __init__(self) -> None:
        super().__init__()
        title = Text("performance.empty_title", "title", wrap=True)
        sentence = Text("performance.empty", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 24, 40, 24)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(Emblem("gauge"))
        for label in (title, sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch()
