"""The list as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from app.core.language_in_use import tr
from app.store.listing import Column, Order
from app.ui.pages.batch.items.cells import REASON, ROW_PX, CellDelegate
from app.ui.pages.batch.items.model import COLUMNS, ItemModel

if TYPE_CHECKING:
    from app.ui.pictures.pixmaps import Pixmaps

_WIDTHS = {
    Column.NAME: 160,
    Column.LABEL: 130,
    Column.SCORE: 106,
    Column.GROUP: 140,
    Column.STATUS: 92,
    Column.MILLISECONDS: 62,
}
# What gives way, in this order, when there is no room for everything.
_SPARE = (Column.MILLISECONDS, Column.GROUP, Column.STATUS)
_DESCENDING_FIRST = (Column.SCORE, Column.MILLISECONDS)


class ItemTable(QTableView):
    """A click on a column's head sorts by it, another one the other way round, a third not at all.

    Signals:
        sorted(Order): the user wants this order.
        entered_item(): the user pressed Enter.
    """

    sorted = Signal(object)
    entered_item = Signal()

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__()
        self._delegate = CellDelegate(model, pixmaps, self._reason_span)
        self._order = Order()
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._set_up_headers()
        self._retranslate()

    def _set_up_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_PX)
        rows.setDefaultSectionSize(ROW_PX)
        columns.setHighlightSections(False)
        columns.setSectionsClickable(True)
        columns.setMinimumSectionSize(60)
        columns.setFixedHeight(34)
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, _WIDTHS[column])
        columns.setSectionResizeMode(COLUMNS.index(Column.NAME), QHeaderView.ResizeMode.Stretch)
        columns.sectionClicked.connect(self._on_head)

    def _fit_columns(self) -> None:
        """Leave columns out rather than have the table scroll sideways."""
        needed = sum(_WIDTHS.values())
        for column in _SPARE:
            self.setColumnHidden(COLUMNS.index(column), needed > self.viewport().width())
            if needed > self.viewport().width():
                needed -= _WIDTHS[column]

    def _reason_span(self) -> tuple[int, int]:
        numbers = [COLUMNS.index(column) for column in REASON]
        left = self.columnViewportPosition(numbers[0])
        return left, left + sum(map(self.columnWidth, numbers))

    def show_order(self, order: Order) -> None:
        """Show an arrow at the column that the list is sorted by."""
        self._order = order
        head = self.horizontalHeader()
        head.setSortIndicatorShown(order.column in COLUMNS)
        if order.column in COLUMNS:
            way = Qt.SortOrder.DescendingOrder if order.descending else Qt.SortOrder.AscendingOrder
            head.setSortIndicator(COLUMNS.index(order.column), way)

    def _on_head(self, section: int) -> None:
        column = COLUMNS[section]
        first = column in _DESCENDING_FIRST
        if self._order.column is not column:
            order = Order(column, first)
        elif self._order.descending == first:
            order = Order(column, not first)
        else:
            order = Order()
        self.show_order(order)
        self.sorted.emit(order)

    def numbers_in_sight(self) -> range:
        """The rows that can be seen, if only in part."""
        rows, height = self.verticalHeader(), self.viewport().height()
        first, last = rows.visualIndexAt(0), rows.visualIndexAt(height - 1)
        count = self.model().rowCount()
        return range(max(first, 0), last + 1 if last >= 0 else count)

    def top_of(self, number: int) -> int:
        """How far down a row is, in pixels of the scroll bar."""
        return number * ROW_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_columns()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_item.emit()
        elif event.key() == Qt.Key.Key_Home and not event.modifiers():
            self._go_to(0)
        elif event.key() == Qt.Key.Key_End and not event.modifiers():
            self._go_to(self.model().rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def _go_to(self, number: int) -> None:
        self.setCurrentIndex(self.model().index(number, 0))

    def keyboardSearch(self, _search: str) -> None:
        """Qt would ask a million rows for their texts; there is a search field."""

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("items.table"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
