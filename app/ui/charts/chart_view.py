"""A chart in the window: tells values under the mouse and with the keys, and is pressed by both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.charts.scene import Scene
from app.ui.charts.painter import chart_lettering, paint
from app.ui.kit.keyboard import shows_ring
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from app.charts.parts import Chart
    from app.charts.scene import Lettering, Mark

_LEAST_WIDTH = 200
# Around the drawing, for the ring that shows the focus: where names begin it keeps off them.
MARGIN_PX = 8
_BESIDE_MARK, _BESIDE_NAMES = 3, MARGIN_PX - 2
_RESTYLING = (QEvent.Type.StyleChange, QEvent.Type.FontChange)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ROWS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ChartView(QWidget):
    """Shows one chart as wide as there is room, and at least as high as it needs.

    Signals:
        pressed(int): the row of a mark that was clicked or entered; only if `is_pressable`.

    Attributes:
        current: the number of the mark that the keys are at, if they have been used.
    """

    pressed = Signal(int)

    def __init__(self, *, is_pressable: bool = False) -> None:
        super().__init__()
        self.current: int | None = None
        self._is_pressable = is_pressable
        self._name = ""
        self._chart: Chart | None = None
        self._scene: Scene | None = None
        self._lettering: Lettering = chart_lettering()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chart(self, name: str, chart: Chart) -> None:
        """Draw this chart; `name` is what a screen reader calls it."""
        self._name, self._chart = name, chart
        self._forget()
        if self.current is not None and self.current >= len(self.scene.marks):
            self.current = None
        self.setAccessibleDescription("; ".join(mark.text for mark in self.scene.marks))
        self._tell_name()

    @property
    def scene(self) -> Scene:
        """What is drawn, in the size of this moment."""
        if self._scene is None:
            width, height = self.width() - 2.0 * MARGIN_PX, self.height() - 2.0 * MARGIN_PX
            chart = self._chart
            self._scene = chart.scene(width, height, self._lettering) if chart else Scene(width, height, ())
        return self._scene

    @property
    def chart(self) -> Chart | None:
        """What is shown."""
        return self._chart

    def _forget(self) -> None:
        self._scene = None
        self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        if self._chart is None:
            return 0
        return math.ceil(self._chart.height(width - 2 * MARGIN_PX, self._lettering)) + 2 * MARGIN_PX

    def sizeHint(self) -> QSize:
        width = max(self.width(), _LEAST_WIDTH)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, self.heightForWidth(max(self.width(), _LEAST_WIDTH)))

    def resizeEvent(self, _event: object) -> None:
        self._forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.translate(MARGIN_PX, MARGIN_PX)
        paint(self.scene, painter)
        if shows_ring(self):
            self._paint_focus(painter)
        painter.end()

    def _paint_focus(self, painter: QPainter) -> None:
        """A ring around the mark that the keys are at, or around everything before they were used."""
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring, mark = QRectF(0, 0, self.scene.width, self.scene.height), self._mark()
        if mark is not None:
            ring = QRectF(mark.box.x, mark.box.y, max(mark.box.width, 2), mark.box.height)
        out = _BESIDE_NAMES if ring.width() >= self.scene.width else _BESIDE_MARK
        painter.drawRoundedRect(ring.adjusted(-out, 0, out, 0), 4, 4)

    def _mark(self) -> Mark | None:
        return None if self.current is None else self.scene.marks[self.current]

    def _mark_under(self, event: QMouseEvent) -> int | None:
        return self.scene.mark_at(event.position().x() - MARGIN_PX, event.position().y() - MARGIN_PX)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._mark_under(event)
        if self._is_pressable:
            found = number is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        if number is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.scene.marks[number].text, self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._mark_under(event)
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self._press(number)

    def _press(self, number: int) -> None:
        if self._is_pressable:
            self.pressed.emit(self.scene.marks[number].row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = event.key(), len(self.scene.marks)
        if not count or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in _STEPS:
            start = -1 if self.current is None else self.current
            self._go_to(min(max(start + _STEPS[Qt.Key(key)], 0), count - 1))
        elif key in _ROWS:
            self._go_to(self._in_next_row(_ROWS[Qt.Key(key)]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_to(0 if key == Qt.Key.Key_Home else count - 1)
        elif key in _PRESSING and self._is_pressable and self.current is not None:
            self._press(self.current)
        else:
            super().keyPressEvent(event)

    def _in_next_row(self, step: int) -> int:
        """The mark of the row before or after that is nearest to the current one; the same at the ends."""
        mark = self._mark()
        if mark is None or self.current is None:
            return 0
        rows = sorted({each.row for each in self.scene.marks})
        place = rows.index(mark.row) + step
        if not 0 <= place < len(rows):
            return self.current
        return min(
            (number for number, each in enumerate(self.scene.marks) if each.row == rows[place]),
            key=lambda number: abs(self.scene.marks[number].box.middle[0] - mark.box.middle[0]),
        )

    def _go_to(self, number: int) -> None:
        self.current = number
        mark = self.scene.marks[number]
        self._tell_name()
        self.update()
        x, y = mark.box.middle
        QToolTip.showText(
            self.mapToGlobal(QPoint(round(x) + MARGIN_PX, round(y) + MARGIN_PX)), mark.text, self
        )

    def _tell_name(self) -> None:
        """A screen reader says the name of what has the focus when it changes: so it says each mark."""
        mark = self._mark()
        self.setAccessibleName(f"{self._name}: {mark.text}" if mark else self._name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.current = None
        self._tell_name()
        QToolTip.hideText()
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _RESTYLING:
            self._lettering = chart_lettering()
            self._forget()
