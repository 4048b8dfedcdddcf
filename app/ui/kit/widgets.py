"""Small widgets that several pages use."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)  # fmt: skip

from app.core.language_in_use import tr
from app.ui.kit.theme import theme

_NEWS_MS = 10_000


class Text(QLabel):
    """A label whose text follows the language: `key` of `resources/i18n`, or none for set texts."""

    def __init__(self, key: str | None = None, name: str = "", *, wrap: bool = False) -> None:
        super().__init__(tr(key) if key else "")
        self._key = key
        self.setObjectName(name)
        self.setWordWrap(wrap)
        # Names of files and labels are shown as they are, never as markup.
        self.setTextFormat(Qt.TextFormat.PlainText)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._key:
            self.setText(tr(self._key))


class Elided(Text):
    """One line that gives way to its neighbours: what has no room is cut off, and is in the tool tip."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name=name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class TextButton(QPushButton):
    """A button whose text follows the language: `key` of `resources/i18n`."""

    def __init__(self, key: str, press: Callable[[], object]) -> None:
        super().__init__(tr(key))
        self._key = key
        self.clicked.connect(lambda: press())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setText(tr(self._key))


class Card(QFrame):
    """A rounded surface."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")


class Notice(Text):
    """One sentence for the user, a warning or a piece of news; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(name="notice", wrap=True)
        self._timer = QTimer(self, interval=_NEWS_MS, singleShot=True)
        self._timer.timeout.connect(self.clear)
        self.hide()

    def warn(self, sentence: str) -> None:
        """Say what went wrong."""
        self._show(sentence, "notice")

    def tell(self, sentence: str) -> None:
        """Say what was done, for a while."""
        self._show(sentence, "news")
        self._timer.start()

    def _show(self, sentence: str, name: str) -> None:
        self._timer.stop()
        self.setObjectName(name)
        self.style().polish(self)
        self.setText(sentence)
        self.show()

    def clear(self) -> None:
        super().clear()
        self.hide()


class Segments(QFrame):
    """A switch between a few values.

    Signals:
        chosen(str): the user chose this value.
    """

    chosen = Signal(str)

    def __init__(self, values: Sequence[str], text: Callable[[str], str]) -> None:
        super().__init__()
        self.setObjectName("segments")
        self._text = text
        self._group = QButtonGroup(self)
        self._values: list[str] = []
        self._buttons: list[QPushButton] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self.set_values(values)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[str]) -> None:
        """Offer other values, on the same buttons: one of them may be telling that it was pressed."""
        self._values = list(values)
        while len(self._buttons) < len(values):
            self._buttons.append(self._button(len(self._buttons)))
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(values))
        self._retranslate()

    def _button(self, place: int) -> QPushButton:
        button = QPushButton(self)
        button.setCheckable(True)
        button.setAutoDefault(False)  # Enter is for the dialog's own button
        button.clicked.connect(lambda: self.chosen.emit(self._values[place]))
        self._group.addButton(button)
        self._layout.addWidget(button)
        return button

    def _retranslate(self) -> None:
        for value, button in zip(self._values, self._buttons, strict=False):
            button.setText(self._text(value))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_value(self, value: str) -> None:
        """Mark a value as chosen, without a signal."""
        self._buttons[self._values.index(value)].setChecked(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class Bar(QWidget):
    """A rounded bar of one or several coloured parts; `parts` are shares of the width and colour names."""

    def __init__(self, height: int = 6) -> None:
        super().__init__()
        self._parts: list[tuple[float, str]] = []
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[tuple[float, str]]) -> None:
        """Draw these parts from the left; together at most 1."""
        self._parts = list(parts)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        left = 0.0
        for share, color in self._parts:
            width = max(share * self.width(), self.height() if share > 0.002 else 0)
            painter.setBrush(theme.color(color))
            painter.drawRoundedRect(QRectF(left, 0, width, self.height()), radius, radius)
            left += width
        painter.end()


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


def line(*widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout


class Dot(QWidget):
    """A round spot of colour for a legend."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self._color = color
        self.setFixedSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._color))
        painter.drawEllipse(self.rect())
        painter.end()
