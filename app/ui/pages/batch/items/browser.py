"""Table, grid, or the news that nothing matches; one model, one selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.icons import Emblem
from app.ui.kit.widgets import Text
from app.ui.pages.batch.items.grid import ItemGrid
from app.ui.pages.batch.items.table import ItemTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.ui.pages.batch.items.model import ItemModel
    from app.ui.pictures.pixmaps import Pixmaps

_CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class Browser(QStackedWidget):
    """The middle of the page.

    Signals:
        current_changed(): another item is current, or none.
        entered_item(int), opened_item(int): Enter, or a double click, on this item.
        menu_wanted(QPoint, int): at this place of the screen, for this item.
        clear_wanted(): nothing matches, and the user wants everything again.
    """

    current_changed = Signal()
    entered_item = Signal(object)
    opened_item = Signal(object)
    menu_wanted = Signal(QPoint, object)
    clear_wanted = Signal()

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__()
        self._model = model
        self._look = "table"
        self._from_top = False
        self.table, self.grid = ItemTable(model, pixmaps), ItemGrid(model, pixmaps)
        self.grid.setSelectionModel(self.table.selectionModel())
        self.nothing = NothingFound()
        self.nothing.button.clicked.connect(self.clear_wanted)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        for view in (self.table, self.grid):
            view.entered_item.connect(self._on_entered)
            view.doubleClicked.connect(lambda index: self.opened_item.emit(self._item_at(index)))
            view.customContextMenuRequested.connect(self._on_menu)
        for widget in (self.table, self.grid, self.nothing):
            self.addWidget(widget)
        pixmaps.loaded.connect(self._redraw)

    @property
    def view(self) -> ItemTable | ItemGrid:
        """The one that is shown."""
        return self.grid if self._look == "grid" else self.table

    @property
    def current(self) -> int | None:
        """The current item."""
        return self._item_at(self.table.currentIndex())

    def _item_at(self, index: QModelIndex) -> int | None:
        number = index.row()
        return int(self._model.ids[number]) if 0 <= number < self._model.ids.size else None

    def show_look(self, look: str) -> None:
        """Show the list as `table` or `grid`, with the current item in sight."""
        had_focus = self.view.hasFocus()
        self._look = look
        if self._model.ids.size:
            self.setCurrentWidget(self.view)
            index = self.table.currentIndex()
            if index.isValid():
                self.view.scrollTo(index, ItemTable.ScrollHint.PositionAtCenter)
            if had_focus:
                self.view.setFocus()

    def items_in_sight(self) -> set[int]:
        """The items that can be seen."""
        sight = self.view.numbers_in_sight()
        return set(self._model.ids[sight.start : sight.stop].tolist())

    def show_ids(self, ids: NDArray[np.int64], *, same_list: bool, filtered: bool) -> None:
        """Show other items.

        The current one stays current while it is listed. With `same_list` the list has grown or changed by
        itself: what the user looks at stays where it is.
        """
        bar, current = self.view.verticalScrollBar(), self.current
        number_before = self.table.currentIndex().row()
        place, anchor = bar.value(), self._anchor()
        before = self.view.top_of(self._model.number_of(anchor)) if anchor is not None else 0
        if self._from_top:
            current, same_list, self._from_top = None, False, False
        self._model.show_ids(ids)
        self._choose(current, number_before if same_list else 0)
        self.setCurrentWidget(self.view if ids.size or not filtered else self.nothing)
        number = self._model.number_of(anchor) if anchor is not None else -1
        if same_list:
            moved = self.view.top_of(number) - before if number >= 0 and place else 0
            bar.setValue(place + moved)
        elif current is None or self.current != current:
            bar.setValue(0)

    def take_focus(self) -> None:
        """Have the keyboard act on the list, or on what stands in its place."""
        (self.nothing.button if self.currentWidget() is self.nothing else self.view).setFocus()

    def start_at_top(self) -> None:
        """The next list is looked at from its first item on."""
        self._from_top = True

    def _anchor(self) -> int | None:
        """The item that should not move: the current one if it is in sight, else the uppermost."""
        sight, number = self.view.numbers_in_sight(), self.table.currentIndex().row()
        if not sight:
            return None
        return int(self._model.ids[number if number in sight else sight.start])

    def _choose(self, item: int | None, instead: int) -> None:
        """Make an item current again; if it is gone, the one at a row instead."""
        if not self._model.ids.size:
            self.current_changed.emit()
            return
        number = self._model.number_of(item) if item is not None else -1
        if number < 0:
            number = min(max(instead, 0), self._model.ids.size - 1)
        self.table.selectionModel().setCurrentIndex(self._model.index(number, 0), _CHOOSE)

    def _on_current(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self.current_changed.emit()

    def _on_menu(self, place: QPoint) -> None:
        view = self.view
        item = self._item_at(view.indexAt(place))
        if item is not None:
            self.menu_wanted.emit(view.viewport().mapToGlobal(place), item)

    def _on_entered(self) -> None:
        if self.current is not None:
            self.entered_item.emit(self.current)

    def _redraw(self, item: int) -> None:
        """A thumbnail has come."""
        for number in self.view.numbers_in_sight():
            if self._model.ids[number] == item:
                self.view.update(self._model.index(number, 0))


class NothingFound(QWidget):
    """Nothing matches the filters."""

    def __init__(self) -> None:
        super().__init__()
        self.button = QPushButton()
        self.button.setObjectName("primary")
        title, hint = Text("items.nothing", "title"), Text("items.nothing_hint", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch()
        column.addWidget(Emblem("search-x"))
        for label in (title, hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self._retranslate()

    def _retranslate(self) -> None:
        self.button.setText(tr("items.clear"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
