"""Small things that are drawn over and over: icons as pixmaps, pills, lines of text, cut and marked."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QIcon, QPainter, QPen
from PySide6.QtWidgets import QApplication

from app.ui.kit.fonts import points
from app.ui.kit.icons import icon
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

_USUAL_PX = 14
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def scaled(pixels: int) -> int:
    """A length that fits text of the usual size, for text of the size that the system wants."""
    return round(pixels * QFontInfo(QApplication.font()).pixelSize() / _USUAL_PX)


@lru_cache(maxsize=64)
def _icon(name: str, color: str) -> QIcon:
    return icon(name, color)


def draw_icon(painter: QPainter, name: str, color: str, center: QPointF, side: int) -> None:
    """Draw an icon in a colour of the theme; its file is read once."""
    place = QRect(0, 0, side, side)
    place.moveCenter(center.toPoint())
    _icon(name, color).paint(painter, place)


def draw_text(
    painter: QPainter,
    area: QRect,
    text: str,
    color: QColor,
    *,
    align: Qt.AlignmentFlag = _LEFT,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    marked: Sequence[str] = (),
) -> None:
    """One line, cut where it does not fit; words that were searched for are `marked`."""
    shown = painter.fontMetrics().elidedText(text, elide, area.width())
    if marked:
        _mark(painter, area, shown, align, marked)
    painter.setPen(color)
    painter.drawText(area, align, shown)


def _mark(painter: QPainter, area: QRect, shown: str, align: Qt.AlignmentFlag, words: Sequence[str]) -> None:
    """A soft ground behind each place where one of the words stands."""
    metrics = painter.fontMetrics()
    whole = metrics.boundingRect(area, align | Qt.TextFlag.TextSingleLine, shown)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("warning_soft"))
    for start, end in places_of(shown, words):
        left = whole.left() + metrics.horizontalAdvance(shown[:start])
        width = metrics.horizontalAdvance(shown[:end]) - metrics.horizontalAdvance(shown[:start])
        ground = QRectF(left - 1, area.center().y() - metrics.height() / 2, width + 2, metrics.height() + 1)
        painter.drawRoundedRect(ground, 3, 3)
        painter.fillRect(QRectF(left, ground.bottom() - 2, width, 2), theme.color("warning"))


def places_of(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words occur in a text, whatever their capitals: first character and the one after the last."""
    folded = text.casefold()
    if len(folded) != len(text):  # "ß" is two: no place in one is the same place in the other
        return []
    found: list[tuple[int, int]] = []
    for word in map(str.casefold, words):
        start = folded.find(word) if word else -1
        while start >= 0:
            found.append((start, start + len(word)))
            start = folded.find(word, start + len(word))
    return found


def cut_unsure(text: str, metrics: QFontMetrics, width: int) -> str:
    """A label for this width; that nobody is sure of it, the question mark at its end, is not cut off."""
    kept = "?" * text.endswith("?")
    room = width - metrics.horizontalAdvance(kept)
    return metrics.elidedText(text.removesuffix(kept), Qt.TextElideMode.ElideRight, room) + kept


# For fewer letters the sign that stands for them takes as much room.
_LEAST_SHARED = 3


def cut_name(name: str, metrics: QFontMetrics, width: int, shared: int) -> str:
    """A file's name for this width, less of it that tells it from others.

    What the names of a list have in common, their first `shared` characters, is left out first, as much of
    it as has to be; of a path, the folders are.
    """
    cut = metrics.elidedText(name, Qt.TextElideMode.ElideLeft, width)
    if cut == name or "/" in name or "\\" in name:
        return cut
    if shared <= _LEAST_SHARED:
        return _cut_middle(name, metrics, width)
    return cut if len(name) - len(cut) < shared else _cut_middle("…" + name[shared:], metrics, width)


def _cut_middle(text: str, metrics: QFontMetrics, width: int) -> str:
    """As much of both ends as there is room for: Qt leaves room for two letters more."""

    def cut(kept: int) -> str:
        return f"{text[: kept - kept // 2]}…{text[len(text) - kept // 2 :]}"

    def room(kept: int) -> int:
        return metrics.horizontalAdvance(cut(kept))

    width -= 1  # Qt rounds what it measures
    if metrics.horizontalAdvance(text) <= width:
        return text
    return cut(max(bisect_right(range(len(text)), width, key=room) - 1, 0))


def draw_pill(painter: QPainter, area: QRect, text: str, color: str) -> None:
    """A word on a soft ground of its colour, at the left of `area`."""
    metrics = painter.fontMetrics()
    width, height = min(metrics.horizontalAdvance(text) + 16, area.width()), metrics.height() + 5
    pill = QRectF(area.left(), area.center().y() - height // 2, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.pill(color))
    painter.drawRoundedRect(pill, height / 2, height / 2)
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


def draw_focus(painter: QPainter, area: QRect, radius: float) -> None:
    """The frame that says where the keyboard is."""
    painter.setPen(QPen(theme.color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), radius, radius)


def sized(font: QFont, pixels: int, *, strong: bool = False) -> QFont:
    """A font in another size, in pixels where the system's text has its usual size."""
    other = QFont(font)
    other.setPointSizeF(points(pixels))
    if strong:
        other.setWeight(QFont.Weight.DemiBold)
    return other
