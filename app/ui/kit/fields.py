"""Lists, menus and numbers to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


class DropDown(QComboBox):
    """A list that drops down, and knows afterwards that the mouse is elsewhere: Qt does not tell it."""

    def hidePopup(self) -> None:
        super().hidePopup()
        here = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, here)
        self.update()


class _RightAligned(QObject):
    """Puts a menu below its button so that both end at the same place, if it is wider."""

    def __init__(self, menu: QMenu, button: QPushButton) -> None:
        super().__init__(menu)
        self._menu, self._button = menu, button
        menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            right = self._button.mapToGlobal(self._button.rect().bottomRight()).x()
            over = self._menu.geometry().right() - right
            if over > 0:
                screen = self._button.screen().availableGeometry()
                self._menu.move(max(self._menu.x() - over, screen.left()), self._menu.y())
        return super().eventFilter(watched, event)


def set_menu(button: QPushButton, menu: QMenu) -> None:
    """Have a button at the right of the window open a menu, which does not stick out of it."""
    button.setMenu(menu)
    _RightAligned(menu, button)


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
