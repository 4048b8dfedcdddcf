"""The list as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent

from app.core.language_in_use import tr
from app.store.listing import Column, Order
from app.ui.kit.drawing import draw_focus
from app.ui.kit.keyboard import shows_ring
from app.ui.pages.batch.items.cells import REASON, ROW_PX, CellDelegate
from app.ui.pages.batch.items.columns import Columns
from app.ui.pages.batch.items.model import COLUMNS, ItemModel
from app.ui.tables.table import Table

if TYPE_CHECKING:
    from app.ui.pictures.pixmaps import Pixmaps

DESCENDING_FIRST = (Column.SCORE, Column.MILLISECONDS)


class ItemTable(Table):
    """A click on a column's head sorts by it, another one the other way round, a third not at all.

    Signals:
        sorted(Order): the user wants this order.

    Attributes:
        arranged: its columns.
    """

    sorted = Signal(object)

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__(model, ROW_PX)
        self._delegate = CellDelegate(model, pixmaps, self._reason_span)
        self._order = Order()
        self.setItemDelegate(self._delegate)
        self.arranged = Columns(self)
        self.horizontalHeader().sectionClicked.connect(self._on_head)
        # The frame around the current row is drawn outside of the cells that Qt draws again.
        self.selectionModel().currentChanged.connect(lambda: self.viewport().update())
        self._retranslate()

    def copy(self) -> None:
        """Rows may not be read yet: who has the list does it."""

    def _reason_span(self) -> tuple[int, int]:
        numbers = [COLUMNS.index(column) for column in REASON]
        left = min(self.columnViewportPosition(number) for number in numbers if self.columnWidth(number))
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
        first = column in DESCENDING_FIRST
        if self._order.column is not column:
            order = Order(column, first)
        elif self._order.descending == first:
            order = Order(column, not first)
        else:
            order = Order()
        self.sorted.emit(order)

    def paintEvent(self, event: QPaintEvent) -> None:
        """With a frame around the row that the keyboard is at."""
        super().paintEvent(event)
        current = self.currentIndex()
        if shows_ring(self) and current.isValid():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            row = self.visualRect(current)
            row.setLeft(0)
            row.setRight(self.viewport().width() - 1)
            draw_focus(painter, row, 4)
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current row stays in sight, as when the filters above take a second line."""
        row, high = self.visualRect(self.currentIndex()), event.oldSize().height()
        super().resizeEvent(event)
        self.arranged.fit()
        if row.isValid() and row.bottom() >= 0 and row.top() < high:
            self.scrollTo(self.currentIndex())

    def _retranslate(self) -> None:
        self.setAccessibleName(tr("items.table"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
