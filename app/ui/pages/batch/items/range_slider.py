"""A slider with two handles for a range of percent.

superqt's knows no keys (0.9.0), has no focus that is seen, and brings pygments and qtpy along.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.language_in_use import tr
from app.ui.kit.keyboard import shows_ring
from app.ui.kit.theme import theme

_SIDE, _TRACK = 22, 4
_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10, Qt.Key.Key_Home: -100, Qt.Key.Key_End: 100,
}  # fmt: skip


class RangeSlider(QWidget):
    """Two handles from 0 to 100 that never pass each other; each can be reached with Tab.

    Signals:
        changed(): the user has moved a handle.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._low, self._high = _Handle(self, "items.lowest"), _Handle(self, "items.highest")
        self._low.value, self._high.value = 0, 100
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._place()

    @property
    def handles(self) -> tuple[QWidget, QWidget]:
        """The lower and the higher one."""
        return self._low, self._high

    @property
    def values(self) -> tuple[int, int]:
        """The lowest and the highest percentage that are wanted."""
        return self._low.value, self._high.value

    def show_values(self, low: int, high: int) -> None:
        """Set both handles, without a signal."""
        self._low.value, self._high.value = low, high
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(132, _SIDE)

    def move_handle(self, handle: _Handle, value: int) -> None:
        """Take a handle as near to a value as the other one allows."""
        first, last = (0, self._high.value) if handle is self._low else (self._low.value, 100)
        value = min(max(value, first), last)
        if value != handle.value:
            handle.value = value
            self._place()
            self.changed.emit()

    def value_at(self, x: float) -> int:
        """The percentage at a place."""
        return round((x - _SIDE / 2) / (self.width() - _SIDE) * 100)

    def _place(self) -> None:
        for handle in (self._low, self._high):
            handle.move(round(handle.value / 100 * (self.width() - _SIDE)), 0)
        # Of two at the same place the one that can still be moved is on top.
        (self._low if self._low.value > 50 else self._high).raise_()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        value = self.value_at(event.position().x())
        nearer_low = abs(value - self._low.value) <= abs(value - self._high.value)
        handle = self._low if nearer_low else self._high
        handle.setFocus()
        self.move_handle(handle, value)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top, length = (_SIDE - _TRACK) / 2, self.width() - _SIDE
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(QRectF(_SIDE / 2, top, length, _TRACK), 2, 2)
        left, right = (_SIDE / 2 + value / 100 * length for value in self.values)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(left, top, right - left, _TRACK), 2, 2)
        painter.end()


class _Handle(QWidget):
    """One end of the range; arrows, Page Up and Down, Home and End move it."""

    def __init__(self, slider: RangeSlider, name: str) -> None:
        super().__init__(slider)
        self._slider, self._name = slider, name
        self._value = 0
        self.setFixedSize(_SIDE, _SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def value(self) -> int:
        """Percent."""
        return self._value

    @value.setter
    def value(self, value: int) -> None:
        self._value = value
        self._retranslate()

    def _retranslate(self) -> None:
        self.setAccessibleName(f"{tr(self._name)} {self._value}%")
        self.setToolTip(self.accessibleName())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._slider.move_handle(self, self._value + step)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            place = self.mapTo(self._slider, event.position()).x()
            self._slider.move_handle(self, self._slider.value_at(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = QPointF(_SIDE / 2, _SIDE / 2)
        if shows_ring(self):
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.setBrush(theme.color("accent_soft"))
            painter.drawEllipse(center, 10, 10)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(center, 7, 7)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
