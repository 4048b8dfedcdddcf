"""The keyboard everywhere: Enter presses a button, and the focus has a ring where keys moved it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QScrollArea, QToolButton, QWidget
from shiboken6 import isValid

_RING = "ring"  # a property, for the style sheet
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TAB = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


def shows_ring(widget: QWidget) -> bool:
    """Whether the ring of the focus is around a widget, or to be painted by it."""
    return bool(widget.property(_RING))


def show_ring(widget: QWidget, wanted: bool) -> None:
    """Draw the ring of the focus around a widget, or not."""
    if shows_ring(widget) != wanted:
        widget.setProperty(_RING, wanted)
        widget.style().polish(widget)
        widget.update()


class Keyboard(QObject):
    """Watches windows and what has the focus; the application has one.

    Not all events of the application: to look at each in Python takes longer than the whole start does.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._is_used = False  # until the first key: a window that is opened by the mouse has no ring
        self._followed: QWidget | None = None
        app.focusWindowChanged.connect(self._watch_window)
        app.focusChanged.connect(lambda: self._follow())

    def _watch_window(self, window: QWindow | None) -> None:
        # Where Python still holds a layout's item that Qt has deleted, a window at its address passes for it.
        if isinstance(window, QWindow):
            window.installEventFilter(self)  # more than once is once

    def _follow(self) -> None:
        """What has the focus has the ring, alone. A menu, which takes it for a while, is not told of here."""
        widget = QApplication.focusWidget()
        if self._followed is not None and widget is not self._followed and isValid(self._followed):
            self._followed.removeEventFilter(self)
            show_ring(self._followed, False)
        self._followed = widget
        if widget is not None:
            widget.installEventFilter(self)
            # What holds much has one where the keys went to it, not where it was the first that was found.
            if not isinstance(widget, QScrollArea):
                show_ring(widget, self._is_used)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWindow):
            self._is_used = False
        elif kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(event, QKeyEvent):
            self._is_used = self._is_used or event.key() not in _MODIFIERS
            if kind == QEvent.Type.ShortcutOverride and _has_no_use_for(watched, event):
                event.ignore()
                return True
            if kind == QEvent.Type.KeyPress and isinstance(watched, QWidget):
                return _on_key(watched, event)
        return False


def _has_no_use_for(watched: QObject, event: QKeyEvent) -> bool:
    """Whether Ctrl+Z, which a field keeps for itself, is not for what was typed into it: nothing was."""
    if not isinstance(watched, QLineEdit):
        return False
    undo, redo = (
        event.matches(key) for key in (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    )
    return (undo and not watched.isUndoAvailable()) or (redo and not watched.isRedoAvailable())


def _on_key(watched: QWidget, event: QKeyEvent) -> bool:
    """Whether the key was for a button, which has been pressed by it."""
    if event.key() not in (*_MODIFIERS, *_TAB):
        show_ring(watched, True)
    if event.key() not in _ENTER or not isinstance(watched, QPushButton | QToolButton):
        return False
    if isinstance(watched.window(), QDialog):
        return False  # Qt does it, or presses the default button
    if not event.isAutoRepeat():
        watched.click()
    return True
