"""Walking over what is on the screen by Tab."""

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_MOST = 200


def stops(first: QWidget, within: QWidget) -> list[QWidget]:
    """Where Tab leads from here on, until it comes back or out of `within`."""
    first.setFocus()
    found: list[QWidget] = []
    while len(found) < _MOST:
        widget = QApplication.focusWidget()
        if widget is None or not within.isAncestorOf(widget) or widget in found:
            break
        found.append(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    return found


def against_reading(widgets: list[QWidget]) -> list[tuple[str, str]]:
    """Neighbours of which the second stands above the first, or before it on the same line."""
    pairs = pairwise(widgets)
    return [(_called(one), _called(two)) for one, two in pairs if _is_backwards(_place(one), _place(two))]


def _is_backwards(one: QRect, two: QRect) -> bool:
    if two.bottom() < one.top():
        return two.left() <= one.right()  # the next column may begin further up
    return two.top() <= one.bottom() and two.right() < one.left()


def _place(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


def _called(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.property('text') or ''}"
