"""What stands where there is nothing yet: an icon, what it is, what to do next, and the buttons for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.ui.kit.cards import line
from app.ui.kit.icons import Emblem
from app.ui.kit.texts import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

# Longer lines are hard to follow in the middle of a wide page.
_WIDEST_PX = 560


class Empty(QFrame):
    """An empty state: `title` and `hint` are keys of `resources/i18n`, `buttons` offer the next step."""

    def __init__(
        self, icon: str, title: str, hint: str, buttons: tuple[QWidget, ...] = (), *, on_card: bool = False
    ) -> None:
        super().__init__()
        if on_card:
            self.setObjectName("card")
        self.title, self.hint = Text(title, "title", wrap=True), Text(hint, "subtitle", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 16, 24, 16)
        self.column.setSpacing(10)
        self.column.addStretch(1)
        self.emblem = Emblem(icon)
        self.column.addWidget(self.emblem)
        for text in (self.title, self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            text.setMaximumWidth(_WIDEST_PX)
            row = line()
            row.addStretch(1)
            # Wide before the stretches are, so that a text breaks only where it must.
            row.addWidget(text, 100)
            row.addStretch(1)
            self.column.addLayout(row)
        if buttons:
            row = line(*buttons)
            row.insertStretch(0)
            row.addStretch()
            self.column.addSpacing(6)
            self.column.addLayout(row)
        self.column.addStretch(1)
