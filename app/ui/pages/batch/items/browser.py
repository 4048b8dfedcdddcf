"""Table, grid, or the news that nothing matches or nothing is there; one model, one selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.core.language_in_use import tr
from app.store.listing import Filter
from app.ui.kit.empty import Empty
from app.ui.kit.lists import pieces_of, select_ids, selected_ids
from app.ui.kit.texts import TextButton
from app.ui.pages.batch.items.table import ItemTable
from app.ui.pages.batch.items.tiles import TileDelegate
from app.ui.pictures.grid import TileGrid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from app.ui.pages.batch.items.model import ItemModel
    from app.ui.pictures.pixmaps import Pixmaps

_KEEP = QItemSelectionModel.SelectionFlag.NoUpdate
_CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class Browser(QStackedWidget):
    """The middle of the page.

    Signals:
        current_changed(): another item is current, or none.
        selection_changed(int): so many items are selected now.
        entered(), copy_wanted(): Enter, Ctrl+C, for what is selected.
        opened_item(int): a double click on this item.
        menu_wanted(QPoint): at this place of the screen, for what is selected.
        clear_wanted(): nothing matches, and the user wants everything again.

    Attributes:
        nothing: stands there when nothing matches, with a button that clears the filters.
        empty: stands there when the run has no pictures; the keyboard waits on it.
        expects: whether the run will find pictures if it has none; None where there is no run.
    """

    current_changed = Signal()
    selection_changed = Signal(int)
    entered = Signal()
    copy_wanted = Signal()
    opened_item = Signal(object)
    menu_wanted = Signal(QPoint)
    clear_wanted = Signal()

    def __init__(self, model: ItemModel, pixmaps: Pixmaps) -> None:
        super().__init__()
        self._model = model
        self._look = "table"
        self._from_top = False
        self.expects: bool | None = None
        self._tiles = TileDelegate(model, pixmaps)
        self.table, self.grid = ItemTable(model, pixmaps), TileGrid(model, self._tiles)
        self.grid.setSelectionModel(self.table.selectionModel())
        self.everything = TextButton("items.clear", self.clear_wanted.emit)
        self.everything.setObjectName("primary")
        self.nothing = Empty("search-x", "items.nothing", "items.nothing_hint", (self.everything,))
        self.empty = Empty("images", "items.empty", "items.empty_hint")
        self.empty.setObjectName("emptyList")
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._selection.currentChanged.connect(lambda: self.current_changed.emit())
        self._selection.selectionChanged.connect(lambda: self.selection_changed.emit(self.selected_count()))
        for view in (self.table, self.grid):
            view.handling.entered.connect(self.entered)
            view.handling.copy_wanted.connect(self.copy_wanted)
            view.handling.menu_wanted.connect(self.menu_wanted)
            view.doubleClicked.connect(lambda index: self.opened_item.emit(self._item_at(index)))
        for widget in (self.table, self.grid, self.nothing, self.empty):
            self.addWidget(widget)
        pixmaps.loaded.connect(self._redraw)
        self._retranslate()

    @property
    def _selection(self) -> QItemSelectionModel:
        return self.table.selectionModel()

    @property
    def view(self) -> ItemTable | TileGrid:
        """The one that is shown."""
        return self.grid if self._look == "grid" else self.table

    @property
    def look(self) -> str:
        """`table` or `grid`."""
        return self._look

    @property
    def current(self) -> int | None:
        """The current item."""
        return self._item_at(self.table.currentIndex())

    def selected(self) -> tuple[int, ...]:
        """The selected items, in the order of the list."""
        return tuple(selected_ids(self.table, self._model.ids).tolist())

    def selected_count(self) -> int:
        """How many they are."""
        return sum(piece.height() for piece in pieces_of(self.table))

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

    def look_at(self, item: int) -> None:
        """Make an item current, if it is listed; what is selected stays selected."""
        number = self._model.number_of(item)
        if number >= 0:
            self._selection.setCurrentIndex(self._model.index(number, 0), _KEEP)

    def items_in_sight(self) -> set[int]:
        """The items that can be seen."""
        sight = self.view.numbers_in_sight()
        return set(self._model.ids[sight.start : sight.stop].tolist())

    def show_ids(self, ids: NDArray[np.int64], *, same_list: bool, wanted: Filter) -> None:
        """Show other items, those that are `wanted`.

        The current one stays current while it is listed. With `same_list` the list has grown or changed by
        itself: what the user looks at stays where it is, and what is selected stays selected.
        """
        bar, current = self.view.verticalScrollBar(), self.current
        number_before = self.table.currentIndex().row()
        place, anchor = bar.value(), self._anchor()
        before = self.view.top_of(self._model.number_of(anchor)) if anchor is not None else 0
        if self._from_top:
            current, same_list, self._from_top = None, False, False
        selected = selected_ids(self.table, self._model.ids)
        self._model.show_ids(ids)
        self._choose(current, number_before if same_list else 0)
        if same_list and current is not None:
            select_ids(self.table, self._model.ids, selected)
        self.setCurrentWidget(self.view if ids.size else self._instead(wanted))
        number = self._model.number_of(anchor) if anchor is not None else -1
        if same_list:
            moved = self.view.top_of(number) - before if number >= 0 and place else 0
            bar.setValue(place + moved)
        elif current is None or self.current != current:
            bar.setValue(0)
        else:
            self.view.scrollTo(self.table.currentIndex())

    def _instead(self, wanted: Filter) -> QWidget:
        """What stands there where nothing is listed."""
        if wanted != Filter():
            self.nothing.hint.say("items.nothing_hint" if wanted.text else "items.nothing_hint_filters")
            return self.nothing
        if self.expects is None:
            return self.view
        self.empty.title.say("items.empty_so_far" if self.expects else "items.empty")
        self.empty.hint.say("items.empty_so_far_hint" if self.expects else "items.empty_hint")
        self._retranslate()
        return self.empty

    def select(self, items: Sequence[int]) -> bool:
        """Select these and have the first of them in sight; False if none of them is listed."""
        wanted = np.asarray(items, np.int64)
        numbers = np.flatnonzero(np.isin(self._model.ids, wanted))
        if numbers.size:
            index = self._model.index(int(numbers[0]), 0)
            self._selection.setCurrentIndex(index, _CHOOSE)
            select_ids(self.table, self._model.ids, wanted)
            self.view.scrollTo(index)
        return bool(numbers.size)

    def take_focus(self) -> None:
        """Have the keyboard act on the list, or on what stands in its place."""
        instead: dict[QWidget, QWidget] = {self.nothing: self.everything, self.empty: self.empty}
        instead.get(self.currentWidget() or self, self.view).setFocus()

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
        self._selection.setCurrentIndex(self._model.index(number, 0), _CHOOSE)

    def _redraw(self, item: int) -> None:
        """A thumbnail has come."""
        for number in self.view.numbers_in_sight():
            if self._model.ids[number] == item:
                self.view.update(self._model.index(number, 0))

    def _retranslate(self) -> None:
        self.grid.setAccessibleName(tr("items.grid"))
        said = self.empty.title.text(), self.empty.hint.text()
        self.empty.setAccessibleName(tr.join(said, "said"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
