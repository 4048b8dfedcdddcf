"""The strip of recent pictures under the large one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.kit.fonts import points
from app.ui.kit.icons import icon
from app.ui.kit.theme import theme
from app.ui.pictures.pictures import Picture, PictureModel, Role, State

_SIDE = 76
_CAPTION = 20
_GAP = 6


class PictureStrip(QListView):
    """A horizontal list of thumbnails; thumbnails are asked for when they are first seen."""

    def __init__(self, model: PictureModel, request_thumbnail: Callable[[Picture], None]) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_Delegate(request_thumbnail))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFixedHeight(_SIDE + _CAPTION + 2 * _GAP + 12)


class _Delegate(QStyledItemDelegate):
    """Draws a thumbnail, what state it is in, and its caption."""

    def __init__(self, request_thumbnail: Callable[[Picture], None]) -> None:
        super().__init__()
        self._request_thumbnail = request_thumbnail
        self._badges = {State.WAITING: icon("clock", "muted"), State.RUNNING: icon("loader-circle", "accent"),
                        State.FAILED: icon("image-off", "error")}  # fmt: skip

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_SIDE + 2 * _GAP, _SIDE + _CAPTION + 2 * _GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        picture: Picture = index.data(Role.PICTURE)
        self._request_thumbnail(picture)
        cell: QRect = option.rect
        square = QRect(cell.left() + _GAP, cell.top() + _GAP, _SIDE, _SIDE)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._draw_thumbnail(painter, square, picture)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.color("accent"), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(square).adjusted(-1, -1, 1, 1), 9, 9)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.setPen(
            theme.color("error" if picture.state == State.FAILED else "text" if selected else "muted")
        )
        font = painter.font()
        font.setPointSizeF(points(12))
        painter.setFont(font)
        caption = QRect(cell.left() + 2, square.bottom() + 4, cell.width() - 4, _CAPTION)
        elided = QFontMetrics(font).elidedText(
            picture.caption(), Qt.TextElideMode.ElideRight, caption.width()
        )
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, elided)
        painter.restore()

    def _draw_thumbnail(self, painter: QPainter, square: QRect, picture: Picture) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(square), 8, 8)
        painter.fillPath(outline, theme.color("raised"))
        if picture.thumbnail is not None:
            painter.save()
            painter.setClipPath(outline)
            painter.setOpacity(1.0 if picture.state == State.DONE else 0.45)
            painter.drawImage(square, picture.thumbnail)
            painter.restore()
        badge = self._badges.get(picture.state)
        if badge is not None:
            badge.paint(painter, QRect(square.center().x() - 10, square.center().y() - 10, 20, 20))
