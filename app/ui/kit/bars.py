"""Colour that says how much, and which: bars, and spots for legends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence


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
