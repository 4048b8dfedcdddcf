"""How a picture of the grid is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.core.language_in_use import tr
from app.store.listing import Column, Row, Status
from app.ui.kit.theme import theme
from app.ui.pages.batch.items.drawing import draw_icon, draw_text, sized
from app.ui.pages.batch.items.texts import STATUS_COLORS

if TYPE_CHECKING:
    from app.ui.pages.batch.items.model import ItemModel
    from app.ui.pictures.pixmaps import Pixmaps

Index = QModelIndex | QPersistentModelIndex
_MARGIN, _LINE = 8, 20
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
    return QSize(side + 2 * _MARGIN, side + 2 * _LINE + 2 * _MARGIN + 6)


def tiles_across(width: int) -> tuple[int, QSize]:
    """How many tiles stand side by side in this width, and how large they are."""
    count = max(round(width / tile_size(_IDEAL_SIDE).width()), 1)
    side = (width // count - 2 * _MARGIN) // _SIDE_STEP * _SIDE_STEP
    return count, tile_size(max(side, _LEAST_SIDE))


class TileDelegate(QStyledItemDelegate):
    """A thumbnail, the label with its probability, the file's name, and a badge unless all is well."""

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__()
        self._model, self._pixmaps = model, pixmaps

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
            self._draw_selection(painter, cell, focused=bool(state & QStyle.StateFlag.State_HasFocus))
        if row is None:
            _draw_blank(painter, square)
        else:
            self._draw_picture(painter, square, row)
            self._draw_words(painter, option, square, row)
        painter.restore()

    def _draw_selection(self, painter: QPainter, cell: QRect, *, focused: bool) -> None:
        frame = QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(theme.color("accent"), 2) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_soft"))
        painter.drawRoundedRect(frame, 12, 12)

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
        first = QRect(square.left() + 2, square.bottom() + 7, square.width() - 4, _LINE)
        text, color = self._model.texts.label(row), "text"
        if row.status is Status.FAILED:
            text, color = tr("items.state_failed"), "error"
        elif row.status is Status.WAITING:
            text, color = tr("items.state_waiting"), "muted"
        score = self._model.texts.score(row)
        painter.setFont(sized(option.font, 12))
        draw_text(painter, first, score, theme.color("muted"), align=_RIGHT)
        taken = painter.fontMetrics().horizontalAdvance(score) + 8 if score else 0
        painter.setFont(sized(option.font, 13, strong=row.status is not Status.UNCERTAIN))
        draw_text(painter, first.adjusted(0, 0, -taken, 0), text, theme.color(color))
        painter.setFont(sized(option.font, 12))
        name = self._model.texts.cell(row, Column.NAME).replace("\\", "/").rpartition("/")[2]
        below = first.translated(0, _LINE - 1)
        draw_text(painter, below, name, theme.color("muted"), elide=Qt.TextElideMode.ElideMiddle)


def _draw_blank(painter: QPainter, square: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(square, 8, 8)
