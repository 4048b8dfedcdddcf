"""How a picture of the grid is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.language_in_use import tr
from app.store.listing import Row, Status
from app.ui.kit.drawing import cut_name, draw_focus, draw_icon, draw_text, places_of, scaled, sized
from app.ui.kit.theme import theme
from app.ui.pages.batch.items.texts import STATUS_COLORS

if TYPE_CHECKING:
    from app.ui.pages.batch.items.model import ItemModel
    from app.ui.pictures.pixmaps import Pixmaps

Index = QModelIndex | QPersistentModelIndex
_MARGIN, _LINE, _CORNER = 8, 20, 12
# Sides in steps, so that a window that is being resized does not want new thumbnails with every pixel.
_IDEAL_SIDE, _SIDE_STEP, _LEAST_SIDE = 148, 8, 64
_BADGES = {
    Status.UNCERTAIN: "circle-help",
    Status.CORRECTED: "pencil",
    Status.FAILED: "triangle-alert",
    Status.WAITING: "clock",
    Status.GONE: "image-off",
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def tile_size(side: int) -> QSize:
    """The size of a tile whose picture is `side` wide."""
    return QSize(side + 2 * _MARGIN, side + 2 * scaled(_LINE) + 2 * _MARGIN + 6)


class TileDelegate(QStyledItemDelegate):
    """A thumbnail, the label with its probability, the file's name, and a badge unless all is well."""

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__()
        self._model, self._pixmaps = model, pixmaps

    def across(self, width: int) -> tuple[int, QSize]:
        """How many tiles stand side by side in this width, and how large they are."""
        count = max(round(width / tile_size(_IDEAL_SIDE).width()), 1)
        side = (width // count - 2 * _MARGIN) // _SIDE_STEP * _SIDE_STEP
        return count, tile_size(max(side, _LEAST_SIDE))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return tile_size(_IDEAL_SIDE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = cell.width() - 2 * _MARGIN
        square = QRect(cell.left() + _MARGIN, cell.top() + _MARGIN, side, side)
        row = self._model.row_at(index.row())
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), _CORNER, _CORNER)
        if state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, cell, _CORNER)
        if row is None:
            _draw_blank(painter, square)
        else:
            self._draw_picture(painter, square, row)
            self._draw_words(painter, option, square, row)
        painter.restore()

    def _draw_picture(self, painter: QPainter, square: QRect, row: Row) -> None:
        pixmap = self._pixmaps.get(row, square.width(), painter.device().devicePixelRatioF())
        if pixmap is not None:
            painter.drawPixmap(square, pixmap)
        else:
            _draw_blank(painter, square)
            if row.status is Status.FAILED:
                draw_icon(painter, "image-off", "muted", QPointF(square.center()), 40)
        badge = _BADGES.get(row.status)
        if badge is not None:
            center = QPointF(square.right() - 16, square.top() + 17)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("surface"))
            painter.drawEllipse(center, 12, 12)
            draw_icon(painter, badge, STATUS_COLORS[row.status], center, 15)

    def _draw_words(self, painter: QPainter, option: QStyleOptionViewItem, square: QRect, row: Row) -> None:
        texts, line = self._model.texts, scaled(_LINE)
        first = QRect(square.left() + 2, square.bottom() + 7, square.width() - 4, line)
        text, color = texts.label(row), "text"
        if row.status is Status.FAILED:
            text, color = tr("items.state_failed"), "error"
        elif row.status is Status.WAITING:
            text, color = tr("items.state_waiting"), "muted"
        score = texts.score(row)
        painter.setFont(sized(option.font, 12))
        draw_text(painter, first, score, theme.color("muted"), align=_RIGHT)
        taken = painter.fontMetrics().horizontalAdvance(score) + 8 if score else 0
        painter.setFont(sized(option.font, 13, strong=row.status is not Status.UNCERTAIN))
        # What was searched for stands at the end, if it is not in the label.
        elide = Qt.TextElideMode.ElideMiddle if texts.words else Qt.TextElideMode.ElideRight
        room = first.adjusted(0, 0, -taken, 0)
        draw_text(painter, room, text, theme.color(color), elide=elide, marked=texts.words)
        painter.setFont(sized(option.font, 12))
        below = first.translated(0, line - 1)
        draw_text(painter, below, self._second(painter, row, below), theme.color("muted"), marked=texts.words)

    def _second(self, painter: QPainter, row: Row, area: QRect) -> str:
        """The file's name; its folders too, or its group, where only they have what is searched for."""
        texts, metrics = self._model.texts, painter.fontMetrics()
        at = max(row.name.rfind("/"), row.name.rfind("\\")) + 1
        name, words = row.name[at:], texts.words
        if words and not places_of(f"{texts.label(row)}\n{name}", words):
            whole = texts.group(row) if places_of(texts.group(row), words) else row.name
            return metrics.elidedText(whole, Qt.TextElideMode.ElideLeft, area.width())
        return cut_name(name, metrics, area.width(), max(texts.shared - at, 0))


def _draw_blank(painter: QPainter, square: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(square, 8, 8)
