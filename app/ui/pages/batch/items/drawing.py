"""Small things that are drawn over and over: icons as pixmaps, pills, elided lines."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from app.ui.kit.fonts import points
from app.ui.kit.icons import icon
from app.ui.kit.theme import theme

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@lru_cache(maxsize=64)
def _icon_pixmap(name: str, color: str, _shade: str, side: int, ratio: float) -> QPixmap:
    return icon(name, color).pixmap(QSize(side, side), ratio)


def draw_icon(painter: QPainter, name: str, color: str, center: QPointF, side: int) -> None:
    """Draw an icon in a colour of the theme; its SVG is read once for each colour and size."""
    pixmap = _icon_pixmap(name, color, theme.color(color).name(), side, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(center.x() - side / 2, center.y() - side / 2), pixmap)


def draw_text(
    painter: QPainter,
    area: QRect,
    text: str,
    color: QColor,
    *,
    align: Qt.AlignmentFlag = _LEFT,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """One line, cut where it does not fit."""
    painter.setPen(color)
    shown = painter.fontMetrics().elidedText(text, elide, area.width())
    painter.drawText(area, align, shown)


def draw_pill(painter: QPainter, area: QRect, text: str, color: str) -> None:
    """A word on a soft background of its colour, at the left of `area`."""
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(text) + 16, area.width())
    pill = QRectF(area.left(), area.center().y() - 10, width, 21)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.pill(color))
    painter.drawRoundedRect(pill, 10.5, 10.5)
    draw_text(painter, pill.toRect(), text, theme.color(color), align=Qt.AlignmentFlag.AlignCenter)


def draw_bar(painter: QPainter, area: QRectF, share: float, color: str) -> None:
    """A rounded bar, filled from the left."""
    painter.setPen(Qt.PenStyle.NoPen)
    radius = area.height() / 2
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(area, radius, radius)
    painter.setBrush(theme.color(color))
    width = max(share * area.width(), area.height())
    painter.drawRoundedRect(QRectF(area.left(), area.top(), width, area.height()), radius, radius)


def sized(font: QFont, pixels: int, *, strong: bool = False) -> QFont:
    """A font in another size."""
    other = QFont(font)
    other.setPointSizeF(points(pixels))
    if strong:
        other.setWeight(QFont.Weight.DemiBold)
    return other


def line_height(font: QFont) -> int:
    """The height of a line of text."""
    return QFontMetrics(font).height()
