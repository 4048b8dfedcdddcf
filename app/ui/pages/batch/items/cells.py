"""How a cell of the table is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.store.listing import Column, Row, Status
from app.ui.kit.drawing import cut_name, draw_bar, draw_icon, draw_pill, draw_text, scaled, sized
from app.ui.kit.theme import theme
from app.ui.pages.batch.items.model import COLUMNS, ItemModel
from app.ui.pages.batch.items.texts import STATUS_COLORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.ui.pictures.pixmaps import Pixmaps

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 44
REASON = (Column.LABEL, Column.SCORE, Column.GROUP)
_THUMBNAIL_PX = 32
_PADDING = 8
_BAR = 32
_FONT_PX = 13


class CellDelegate(QStyledItemDelegate):
    """Draws without the style sheet's engine, which takes longer than a frame for a screen of cells.

    `reason_span` tells from where to where the reason of a failure may be written: across the columns
    `REASON`, which are empty then.
    """

    def __init__(
        self, model: ItemModel, pixmaps: Pixmaps, reason_span: Callable[[], tuple[int, int]]
    ) -> None:
        super().__init__()
        self._model, self._pixmaps = model, pixmaps
        self._reason_span = reason_span
        self._draw = {
            Column.NAME: self._draw_name,
            Column.LABEL: self._draw_label,
            Column.SCORE: self._draw_score,
            Column.STATUS: self._draw_status,
        }

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, scaled(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(sized(option.font, _FONT_PX))
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell, theme.color("accent_soft"))
        painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.color("raised"))
        inside = cell.adjusted(_PADDING, 0, -_PADDING, -1)
        row, column = self._model.row_at(index.row()), COLUMNS[index.column()]
        if row is None:
            draw_text(painter, inside, "…", theme.color("muted"))
        elif row.status is Status.FAILED and column in REASON:
            self._draw_reason(painter, cell, row)
        else:
            self._draw.get(column, self._draw_plain)(painter, inside, row, column)
        painter.restore()

    def _draw_reason(self, painter: QPainter, cell: QRect, row: Row) -> None:
        """This cell's part of the sentence."""
        left, right = self._reason_span()
        painter.setClipRect(cell)
        area = QRect(left + _PADDING, cell.top(), right - left - 2 * _PADDING, cell.height() - 1)
        draw_text(painter, area, self._model.texts.label(row), theme.color("error"))

    def _draw_name(self, painter: QPainter, area: QRect, row: Row, _column: Column) -> None:
        square = QRect(area.left(), area.center().y() - _THUMBNAIL_PX // 2, _THUMBNAIL_PX, _THUMBNAIL_PX)
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._pixmaps.get(row, _THUMBNAIL_PX, ratio)
        if pixmap is not None:
            painter.drawPixmap(square, pixmap)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("raised"))
            painter.drawRoundedRect(square, 5, 5)
            if row.status is Status.FAILED:
                draw_icon(painter, "image-off", "muted", QPointF(square.center()), 16)
        text, texts = area.adjusted(_THUMBNAIL_PX + 10, 0, 0, 0), self._model.texts
        name = cut_name(row.name, painter.fontMetrics(), text.width(), texts.shared)
        draw_text(painter, text, name, theme.color("text"), marked=texts.words)

    def _draw_label(self, painter: QPainter, area: QRect, row: Row, _column: Column) -> None:
        texts = self._model.texts
        if row.status is Status.CORRECTED:
            draw_icon(painter, "pencil", "accent", QPointF(area.left() + 7, area.center().y() + 1), 14)
            area = area.adjusted(20, 0, 0, 0)
        color = "muted" if row.status is Status.UNCERTAIN else "text"
        elide = Qt.TextElideMode.ElideMiddle if texts.words else Qt.TextElideMode.ElideRight
        draw_text(painter, area, texts.label(row), theme.color(color), elide=elide, marked=texts.words)

    def _draw_score(self, painter: QPainter, area: QRect, row: Row, _column: Column) -> None:
        text = self._model.texts.score(row)
        if row.score is None or not text:
            return
        # The number is never cut: where there is no room for both, it stands alone.
        if area.width() >= _BAR + 8 + painter.fontMetrics().horizontalAdvance("100.0%"):
            bar = QRectF(area.left(), area.center().y() - 2, _BAR, 5)
            draw_bar(painter, bar, row.score, "accent" if row.status is not Status.UNCERTAIN else "eager")
            area = area.adjusted(_BAR + 8, 0, 0, 0)
        draw_text(painter, area, text, theme.color("text"))

    def _draw_status(self, painter: QPainter, area: QRect, row: Row, column: Column) -> None:
        painter.setFont(sized(painter.font(), 12))
        draw_pill(painter, area, self._model.texts.cell(row, column), STATUS_COLORS[row.status])

    def _draw_plain(self, painter: QPainter, area: QRect, row: Row, column: Column) -> None:
        side = Qt.AlignmentFlag.AlignRight if column is Column.MILLISECONDS else Qt.AlignmentFlag.AlignLeft
        text = self._model.texts.cell(row, column)
        words = self._model.texts.words if column is Column.GROUP else ()
        align = side | Qt.AlignmentFlag.AlignVCenter
        # The deepest group says most.
        draw_text(
            painter,
            area,
            text,
            theme.color("muted"),
            align=align,
            elide=Qt.TextElideMode.ElideLeft,
            marked=words,
        )
