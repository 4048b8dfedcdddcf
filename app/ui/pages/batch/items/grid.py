"""The list as a grid of pictures, whose places are computed, not stored.

QListView lays out each item: for a million that takes half a minute, 55 ms at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStyle, QStyleOptionViewItem

from app.core.language_in_use import tr
from app.ui.pages.batch.items.tiles import TileDelegate, tiles_across

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.pages.batch.items.model import ItemModel
    from app.ui.pictures.pixmaps import Pixmaps

Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction


class ItemGrid(QAbstractItemView):
    """Tiles of one size, as many in a row as fit.

    Signals:
        entered_item(): the user pressed Enter.
    """

    entered_item = Signal()

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__()
        self._delegate = TileDelegate(model, pixmaps)
        self._columns, self._tile = tiles_across(self.width())
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.viewport().setMouseTracking(True)
        self._retranslate()

    @property
    def _count(self) -> int:
        return self.model().rowCount()

    def _rect_of(self, number: int) -> QRect:
        """Where a tile is in the viewport; what is left of the width stands between the tiles."""
        row, column = divmod(number, self._columns)
        step = self.viewport().width() / self._columns
        left, top = round(column * step + (step - self._tile.width()) / 2), row * self._tile.height()
        return QRect(QPoint(left, top - self.verticalOffset()), self._tile)

    def numbers_in_sight(self) -> range:
        """The items that can be seen, if only in part."""
        first = self.verticalOffset() // self._tile.height()
        last = (self.verticalOffset() + self.viewport().height() - 1) // self._tile.height()
        return range(first * self._columns, min((last + 1) * self._columns, self._count))

    def top_of(self, number: int) -> int:
        """How far down an item is, in pixels of the scroll bar."""
        return number // self._columns * self._tile.height()

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
            if number == current and self.hasFocus():
                state |= QStyle.StateFlag.State_HasFocus
            option.rect, option.state = rect, state
            self._delegate.paint(painter, option, index)
        painter.end()

    def indexAt(self, point: QPoint) -> QModelIndex:
        step = self.viewport().width() / self._columns
        column = min(int(point.x() / step), self._columns - 1)
        number = (point.y() + self.verticalOffset()) // self._tile.height() * self._columns + column
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
        page = max(self.viewport().height() // self._tile.height(), 1) * self._columns
        steps = {
            _Move.MoveLeft: -1, _Move.MovePrevious: -1, _Move.MoveRight: 1, _Move.MoveNext: 1,
            _Move.MoveUp: -self._columns, _Move.MoveDown: self._columns,
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
        index = self.indexAt(rect.topLeft())
        self.selectionModel().select(QItemSelection(index, index), command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    def updateGeometries(self) -> None:
        """Set the scroll bar to the height of all tiles."""
        height, bar = self.viewport().height(), self.verticalScrollBar()
        whole = -(-self._count // self._columns) * self._tile.height()
        bar.setRange(0, max(whole - height, 0))
        bar.setPageStep(height)
        bar.setSingleStep(self._tile.height() // 4)
        super().updateGeometries()

    def dataChanged(self, _first: Index, _last: Index, _roles: Sequence[int] = ()) -> None:
        self.viewport().update()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = self._columns, self._tile
        first = self.numbers_in_sight().start
        super().resizeEvent(event)
        self._columns, self._tile = tiles_across(self.viewport().width())
        self.updateGeometries()
        if before != (self._columns, self._tile) and self.verticalOffset():
            self.verticalScrollBar().setValue(self.top_of(first))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_item.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Qt would ask a million rows for their texts; there is a search field."""

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("items.grid"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
