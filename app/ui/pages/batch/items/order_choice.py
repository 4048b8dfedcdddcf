"""What the list is sorted by, for whoever sees no heads of columns."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from app.core.language_in_use import tr
from app.store.listing import Column, Order
from app.ui.kit.fields import DropDown, offer
from app.ui.kit.icons import icon
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pages.batch.items.table import DESCENDING_FIRST

_WHOLE = (Column.FOUND, Column.RELEVANCE)


class OrderChoice(QWidget):
    """A list of columns and a button for the way; while a text is searched for, by how well it is matched.

    Signals:
        chosen(Order): the user wants this order; `Column.FOUND` for none in particular.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._order, self._searching = Order(), False
        self.box, self.way = DropDown(), _Way()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.way.setObjectName("panelButton")
        self.way.setIconSize(QSize(16, 16))
        self.box.activated.connect(self._on_column)
        self.way.clicked.connect(self._turn)
        self.way.turned.connect(self._turn_to)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.box)
        row.addWidget(self.way)
        self._show()

    def show_order(self, order: Order, *, searching: bool) -> None:
        """Show what the list is sorted by, and whether a text is searched for."""
        self._order, self._searching = order, searching
        self._show()

    def _show(self) -> None:
        order, first = self._order, Column.RELEVANCE if self._searching else Column.FOUND
        texts = [(tr(f"items.order_{column}"), column) for column in (first, *COLUMNS)]
        offer(self.box, texts, first if order.column in _WHOLE else order.column)
        self.box.setAccessibleName(tr("items.order"))
        self.box.setToolTip(tr("items.order"))
        self.way.setIcon(icon("chevron-down" if order.descending else "chevron-up", "muted"))
        self.way.setVisible(order.column not in _WHOLE)
        self.way.setToolTip(tr("items.descending" if order.descending else "items.ascending"))
        self.way.setAccessibleName(self.way.toolTip())

    def _on_column(self, row: int) -> None:
        column = Column(self.box.itemData(row))
        order = Order() if column in _WHOLE else Order(column, column in DESCENDING_FIRST)
        self.chosen.emit(order)

    def _turn(self) -> None:
        self.chosen.emit(replace(self._order, descending=not self._order.descending))

    def _turn_to(self, descending: bool) -> None:
        if descending != self._order.descending:
            self._turn()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()


class _Way(QToolButton):
    """The way of sorting; arrows up and down say it, as it is drawn.

    Signals:
        turned(bool): whether it is to be descending.
    """

    turned = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Up: False, Qt.Key.Key_Down: True}
        if event.key() in arrows:
            self.turned.emit(arrows[Qt.Key(event.key())])
        elif event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right):  # with which Qt leaves a button
            super().keyPressEvent(event)
