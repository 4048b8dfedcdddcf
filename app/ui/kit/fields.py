"""Lists and numbers to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


def offer(box: QComboBox, items: Sequence[tuple[str, object]], chosen: object) -> None:
    """Have a list offer these texts and values, and show the chosen one; without a signal to its owner.

    Items are changed where they are: the list may be telling just now that one of them was chosen.
    """
    for row, (text, value) in enumerate(items):
        if row == box.count():
            box.addItem(text, value)
        else:
            box.setItemText(row, text)
            box.setItemData(row, value)
    while box.count() > len(items):
        box.removeItem(box.count() - 1)
    values = [value for _, value in items]
    box.setCurrentIndex(values.index(chosen) if chosen in values else -1)


class _WheelFilter(QObject):
    """Passes the wheel on to what the field stands on."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def leave_wheel(field: QWidget) -> None:
    """Leave the wheel over a list or a number to the page, which scrolls; else it would change the value."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelFilter(field))
