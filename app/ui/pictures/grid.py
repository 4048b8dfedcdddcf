"""A grid of tiles whose places are computed, not stored: a million of them need no layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyleOptionViewItem

from app.ui.kit.keyboard import shows_ring
from app.ui.kit.lists import Handling, show_what_scrolls
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
_BAND_ALPHA = 50


class Tiles(Protocol):
    """What draws the tiles: a delegate that says how large they are."""

    def across(self, width: int) -> tuple[int, QSize]:
        """How many tiles stand side by side in this width, and their size."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, /) -> None:
        """Draw one."""


class TileGrid(QListView):
    """Tiles of one size, as many in a row as fit.

    A QListView for what screen readers know of one: they find its items. Its layout is never made, which for
    a million items takes half a minute, 55 ms at a time.

    Attributes:
        handling: tells of Enter, menus and Ctrl+C.
    """

    def __init__(self, model: QAbstractItemModel, tiles: Tiles) -> None:
        super().__init__()
        self._tiles = tiles
        self._across, self._tile = tiles.across(self.width())
        self._band = QRect()
        self.handling = Handling(self)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)

    @property
    def _count(self) -> int:
        return self.model().rowCount()

    def doItemsLayout(self) -> None:
        """Without QListView's."""
        QAbstractItemView.doItemsLayout(self)

    def _rect_of(self, number: int) -> QRect:
        """Where a tile is in the viewport; what is left of the width stands between the tiles."""
        row, column = divmod(number, self._across)
        step = self.viewport().width() / self._across
        left, top = round(column * step + (step - self._tile.width()) / 2), row * self._tile.height()
        return QRect(QPoint(left, top - self.verticalOffset()), self._tile)

    def _number_at(self, point: QPoint) -> int:
        """The tile at a place, or the one nearest to it in its row."""
        column = int(point.x() * self._across / max(self.viewport().width(), 1))
        row = (point.y() + self.verticalOffset()) // self._tile.height()
        return row * self._across + min(max(column, 0), self._across - 1)

    def numbers_in_sight(self) -> range:
        """The items that can be seen, if only in part."""
        first = self.verticalOffset() // self._tile.height()
        last = (self.verticalOffset() + self.viewport().height() - 1) // self._tile.height()
        return range(first * self._across, min((last + 1) * self._across, self._count))

    def top_of(self, number: int) -> int:
        """How far down an item is, in pixels of the scroll bar."""
        return number // self._across * self._tile.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        current, chosen = self.currentIndex().row(), self.selectionModel()
        for number in self.numbers_in_sight():
            rect = self._rect_of(number)
            if not rect.intersects(event.rect()):
                continue
            index = self.model().index(number, 0)
            state = QStyle.StateFlag.State_Enabled
            if chosen.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if number == current and shows_ring(self):
                state |= QStyle.StateFlag.State_HasFocus
            option.rect, option.state = rect, state
            self._tiles.paint(painter, option, index)
        self._paint_band(painter)
        painter.end()

    def _paint_band(self, painter: QPainter) -> None:
        if self._band.isNull():
            return
        ground = theme.color("accent")
        painter.setPen(ground)
        ground.setAlpha(_BAND_ALPHA)
        painter.setBrush(ground)
        painter.drawRect(self._band)

    def indexAt(self, point: QPoint) -> QModelIndex:
        number = self._number_at(point)
        known = 0 <= number < self._count and self._rect_of(number).contains(point)
        return self.model().index(number, 0) if known else QModelIndex()

    def visualRect(self, index: Index) -> QRect:
        return self._rect_of(index.row()) if index.isValid() else QRect()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        bar, top, height = self.verticalScrollBar(), self.top_of(index.row()), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(top - (height - self._tile.height()) // 2)
        elif top < bar.value():
            bar.setValue(top)
        elif top + self._tile.height() > bar.value() + height:
            bar.setValue(top + self._tile.height() - height)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if not self._count:
            return QModelIndex()
        page = max(self.viewport().height() // self._tile.height(), 1) * self._across
        steps = {
            _Move.MoveLeft: -1, _Move.MovePrevious: -1, _Move.MoveRight: 1, _Move.MoveNext: 1,
            _Move.MoveUp: -self._across, _Move.MoveDown: self._across,
            _Move.MovePageUp: -page, _Move.MovePageDown: page,
            _Move.MoveHome: -self._count, _Move.MoveEnd: self._count,
        }  # fmt: skip
        wanted = max(self.currentIndex().row(), 0) + steps[action]
        return self.model().index(min(max(wanted, 0), self._count - 1), 0)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what a band touches while one is drawn; else all from the one corner to the other."""
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self.selectionModel().select(self._touched(rect.normalized()), command)
            return
        first, last = sorted((self._number_at(rect.topLeft()), self._number_at(rect.bottomRight())))
        self.selectionModel().select(self._range(first, last), command)

    def _range(self, first: int, last: int) -> QItemSelection:
        first, last = max(first, 0), min(last, self._count - 1)
        if first > last:
            return QItemSelection()
        return QItemSelection(self.model().index(first, 0), self.model().index(last, 0))

    def _touched(self, band: QRect) -> QItemSelection:
        self._band = band
        self.viewport().update()
        selection = QItemSelection()
        height, offset = self._tile.height(), self.verticalOffset()
        for row in range((band.top() + offset) // height, (band.bottom() + offset) // height + 1):
            tiles = range(max(row, 0) * self._across, min((row + 1) * self._across, self._count))
            touched = [number for number in tiles if self._rect_of(number).intersects(band)]
            if touched:
                selection.merge(
                    self._range(touched[0], touched[-1]), QItemSelectionModel.SelectionFlag.Select
                )
        return selection

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._band = QRect()
        self.viewport().update()

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        """All that can be seen: it is drawn within a frame, and a selection may have a million tiles."""
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:
        """Set the scroll bar to the height of all tiles."""
        height, bar = self.viewport().height(), self.verticalScrollBar()
        whole = -(-self._count // self._across) * self._tile.height()
        bar.setRange(0, max(whole - height, 0))
        bar.setPageStep(height)
        bar.setSingleStep(self._tile.height() // 4)
        QAbstractItemView.updateGeometries(self)
        show_what_scrolls(self)

    def dataChanged(self, _first: Index, _last: Index, _roles: Sequence[int] = ()) -> None:
        self.viewport().update()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Have as many tiles side by side as fit now, the uppermost row where it was."""
        before, first = (self._across, self._tile), self.numbers_in_sight().start
        self._across, self._tile = self._tiles.across(self.viewport().width())
        self.updateGeometries()
        if before != (self._across, self._tile) and self.verticalOffset():
            self.verticalScrollBar().setValue(self.top_of(first))

    def keyboardSearch(self, _search: str) -> None:
        """Qt would ask a million rows for their texts; there is a search field."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
