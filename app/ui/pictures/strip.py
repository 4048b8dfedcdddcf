"""The strip of pictures at hand, below the large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.core.language_in_use import tr
from app.ui.kit.drawing import cut_unsure, draw_focus
from app.ui.kit.fonts import points
from app.ui.kit.icons import icon
from app.ui.kit.keyboard import shows_ring
from app.ui.kit.theme import theme
from app.ui.pictures import file_actions
from app.ui.pictures.pictures import Index, Picture, PictureModel, Role, State
from app.ui.pictures.pixmaps import Pixmaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.pictures.loader import PictureLoader

_LEAST_SIDE, _SIDE, _MOST_SIDE = 48, 76, 160
_LEAST_WIDTH = 100  # of a caption
_CAPTION, _GAP, _BAR = 20, 6, 12
_FRAME = _CAPTION + 2 * _GAP + _BAR  # what of the height is no picture
_DIMMED = 0.45


class PictureStrip(QListView):
    """A row of thumbnails, as large as its height allows; several can be selected, and dragged out as files.

    Signals:
        wanted(str): what is to be done with the selected pictures: `open`, `folder`, `copy_answer`,
            `copy_picture`, `copy` (its path), `remove` or `remove_others`.
    """

    wanted = Signal(str)

    def __init__(self, model: PictureModel, loader: PictureLoader) -> None:
        super().__init__()
        self._pictures = model
        self._pixmaps = Pixmaps(loader, self._items_in_sight)
        self._pixmaps.loaded.connect(lambda _item: self.viewport().update())
        self.setModel(model)
        self.setItemDelegate(_Delegate(self, self._pixmaps))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setMinimumHeight(_LEAST_SIDE + _FRAME)
        self.setMaximumHeight(_MOST_SIDE + _FRAME)
        model.rowsAboutToBeRemoved.connect(self._on_removing)
        self._retranslate()

    @property
    def side(self) -> int:
        """How large a thumbnail is."""
        return max(_LEAST_SIDE, min(self.height() - _FRAME, _MOST_SIDE))

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _SIDE + _FRAME)

    def selected(self) -> list[Picture]:
        """The selected pictures, in their order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self._pictures.pictures[row] for row in rows]

    def select(self, row: int) -> None:
        """Have one picture selected, and no other."""
        self.select_all_of((row,))

    def select_all_of(self, rows: Sequence[int]) -> None:
        """Have these selected, and no other; the first of them is the current one."""
        flags = QItemSelectionModel.SelectionFlag
        chosen = QItemSelection()
        for row in rows:
            index = self._pictures.index(row)
            chosen.select(index, index)
        self.selectionModel().setCurrentIndex(self._pictures.index(rows[0]), flags.NoUpdate)
        self.selectionModel().select(chosen, flags.ClearAndSelect)

    def _items_in_sight(self) -> set[int]:
        area = self.viewport().rect()
        middle = area.center().y()
        first = self.indexAt(QPoint(area.left() + _GAP, middle)).row()
        last = self.indexAt(QPoint(area.right() - _GAP, middle)).row()
        # To the right of the last picture there is none.
        last = last if last >= 0 else len(self._pictures.pictures) - 1
        return {picture.item for picture in self._pictures.pictures[max(first, 0) : last + 1]}

    def _on_removing(self, _parent: Index, first: int, last: int) -> None:
        for picture in self._pictures.pictures[first : last + 1]:
            self._pixmaps.forget(picture.item)

    def make_menu(self) -> QMenu:
        """What can be done with the selected pictures; with several of them, what makes sense for several."""
        menu, add = QMenu(self), file_actions.add
        several = len(self.selected()) > 1
        if not several:
            add(menu, "external-link", "items.open", lambda: self.wanted.emit("open"))
            add(menu, "folder-search", "items.folder", lambda: self.wanted.emit("folder"))
            menu.addSeparator()
            add(menu, "copy", "action.copy", lambda: self.wanted.emit("copy_answer"), keys="Ctrl+C")
            add(menu, "image", "picture.copy", lambda: self.wanted.emit("copy_picture"))
            add(menu, "copy", "picture.copy_path", lambda: self.wanted.emit("copy"))
            menu.addSeparator()
        remove = "picture.remove_selected" if several else "picture.remove"
        add(menu, "x", remove, lambda: self.wanted.emit("remove"), keys="Del")
        if len(self.selected()) < len(self._pictures.pictures):
            add(menu, "trash-2", "picture.remove_others", lambda: self.wanted.emit("remove_others"))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.selected():
            return
        menu = self.make_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.visualRect(self.currentIndex()).center() if by_key else event.pos()
        menu.popup(self.viewport().mapToGlobal(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self.scheduleDelayedItemsLayout()

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("strip.name"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class _Delegate(QStyledItemDelegate):
    """Draws a thumbnail, what state it is in, and its caption."""

    def __init__(self, strip: PictureStrip, pixmaps: Pixmaps) -> None:
        super().__init__(strip)
        self._strip, self._pixmaps = strip, pixmaps
        self._badges = {State.WAITING: icon("clock", "muted"), State.RUNNING: icon("loader-circle", "accent"),
                        State.FAILED: icon("image-off", "error")}  # fmt: skip

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        width = max(self._strip.side, _LEAST_WIDTH)
        return QSize(width + 2 * _GAP, self._strip.side + _CAPTION + 2 * _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        picture: Picture = index.data(Role.PICTURE)
        cell: QRect = option.rect
        side = self._strip.side
        square = QRect(cell.left() + (cell.width() - side) // 2, cell.top() + _GAP, side, side)
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), 10, 10)
        self._draw_thumbnail(painter, square, picture)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if index == self._strip.currentIndex():
            if shows_ring(self._strip):
                draw_focus(painter, cell.adjusted(0, 0, -1, 0), 10)
            # Which of several selected ones is seen large: a line, for a ring is for the keyboard.
            painter.setPen(QPen(theme.color("accent"), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(square.left() + 8, cell.top() + 3, square.right() - 8, cell.top() + 3)
        self._draw_caption(
            painter,
            QRect(cell.left() + 4, square.bottom() + 3, cell.width() - 8, _CAPTION),
            picture,
            selected,
        )
        painter.restore()

    def _draw_caption(self, painter: QPainter, area: QRect, picture: Picture, selected: bool) -> None:
        color = "error" if picture.state == State.FAILED else "text" if selected else "muted"
        painter.setPen(theme.color(color))
        font = painter.font()
        font.setPointSizeF(points(12))
        painter.setFont(font)
        metrics, caption = QFontMetrics(font), picture.caption()
        if picture.state == State.FAILED:  # names of a series differ at their ends
            cut = metrics.elidedText(caption, Qt.TextElideMode.ElideMiddle, area.width())
        else:
            cut = cut_unsure(caption, metrics, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, cut)

    def _draw_thumbnail(self, painter: QPainter, square: QRect, picture: Picture) -> None:
        pixmap = self._pixmaps.get(picture, square.width(), painter.device().devicePixelRatioF())
        if pixmap is not None:
            painter.setOpacity(1.0 if picture.state == State.DONE else _DIMMED)
            painter.drawPixmap(square, pixmap)
            painter.setOpacity(1.0)
        else:
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(square), 8, 8)
            painter.fillPath(outline, theme.color("raised"))
        badge = self._badges.get(picture.state)
        if badge is not None:
            badge.paint(painter, QRect(square.center().x() - 10, square.center().y() - 10, 20, 20))
