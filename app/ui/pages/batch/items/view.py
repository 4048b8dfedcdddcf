"""The items of one run: filters above, groups at the left, list in the middle, preview at the right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.labels import load_labels
from app.store.listing import Column, Filter, Order
from app.store.runs import database_file as default_file
from app.store.search import words_of
from app.ui.kit.cards import Card
from app.ui.kit.splitter import Splitter
from app.ui.kit.undo import Command
from app.ui.pages.batch.items.browser import Browser
from app.ui.pages.batch.items.doing import Doing
from app.ui.pages.batch.items.filter_bar import LOOKS, FilterBar
from app.ui.pages.batch.items.groups import GroupTree
from app.ui.pages.batch.items.inquiry import Inquiry, Listed
from app.ui.pages.batch.items.model import ItemModel
from app.ui.pages.batch.items.preview import Preview
from app.ui.pictures.pixmaps import Pixmaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from app.core.results import Recognition
    from app.labels import LabelSet
    from app.store.listing import Row
    from app.ui.pictures.loader import PictureLoader

_TREE_PX, _PREVIEW_PX, _WIDEST_PREVIEW_PX = 240, 300, 560
_ROOM_FOR_NAMES_PX = 1100  # of the groups
# Narrower than this, a panel folds away until somebody asks for it.
_ROOM_PX = {"groups": 1090, "preview": 880}
# And narrower than this, one folds away for the other: names in the list would be cut to a few letters.
_ROOM_FOR_BOTH_PX = 900


class ItemsView(QWidget):
    """Belongs to the window's thread; makes a worker, which `shut_down` ends.

    Signals:
        listed(int): how many items the list has now.
        selected_changed(int): how many items are selected now.
        corrected(): labels were corrected, or that was taken back.
        wished(str, tuple[int, ...]): `sort`, `export` or `keywords` is wanted of these items.
        failed(str): a sentence for the user.
    """

    listed = Signal(int)
    selected_changed = Signal(int)
    corrected = Signal()
    wished = Signal(str, object)
    failed = Signal(str)

    def __init__(
        self,
        loader: PictureLoader,
        database_file: Callable[[], Path] = default_file,
        do: Callable[[Command], object] = lambda command: command.redo(),
        parent: QWidget | None = None,
    ) -> None:
        """`do` takes what can be undone; as it is, it is only done. `make` makes what is seen."""
        super().__init__(parent)
        self._loader, self._do = loader, do
        self._inquiry = Inquiry(database_file)
        self._order = Order()
        self._run: int | None = None
        self._filters: dict[int, Filter] = {}  # of the runs that were shown
        self._to_select: tuple[int, ...] = ()
        self._panels_wanted, self._roomy = dict.fromkeys(_ROOM_PX, True), dict.fromkeys(_ROOM_PX, True)
        self._asked_for: set[str] = set()  # panels opened though there is no room for them
        self._asked_last = "preview"

    def make(self) -> Iterator[None]:
        """Make everything there is; a step of `Page.make` for each part."""
        self.model = ItemModel(self._inquiry.fetch, load_labels("imagenet1k"))
        self.pixmaps = Pixmaps(self._loader, self._items_in_sight)
        self.filters = FilterBar()
        yield
        self.groups, self.browser = GroupTree(), Browser(self.model, self.pixmaps)
        yield
        self.preview = Preview(self._loader)
        yield
        self._doing = Doing(self, self.model, self._inquiry, self.browser, self._do)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        # What comes into the window first is first for Tab: everything in the order in which it stands.
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        tree, middle = _on_card(self.groups), _on_card(self.browser)
        self.preview.setMinimumWidth(_PREVIEW_PX)
        self.preview.setMaximumWidth(_WIDEST_PREVIEW_PX)
        self._panels: dict[str, QWidget] = {"groups": tree, "preview": self.preview}
        # No name: with panels folded away, their widths are kept by `arrangement`.
        self._splitter = Splitter(
            "",
            Qt.Orientation.Horizontal,
            (tree, middle, self.preview),
            rest=1,
            sizes=(_TREE_PX, 10_000, _PREVIEW_PX),
        )
        self._splitter.setHandleWidth(12)
        column.addWidget(self._splitter, 1)

    def _connect(self) -> None:
        inquiry, filters, browser, preview = self._inquiry, self.filters, self.browser, self.preview
        doing = self._doing
        inquiry.listed.connect(self._on_listed)
        inquiry.counted.connect(self.groups.show_counts)
        inquiry.fetched.connect(self.model.take_rows)
        inquiry.dropped.connect(self.model.dropped)
        inquiry.answered.connect(self._on_answered)
        inquiry.corrected.connect(self._on_corrected)
        inquiry.failed.connect(self.failed)
        filters.changed.connect(self._want)
        filters.search.hits_wanted.connect(self._go_to_hits)
        filters.search.left.connect(browser.take_focus)
        filters.look_chosen.connect(browser.show_look)
        filters.panel_shown.connect(lambda name, shown: self._panels[name].setVisible(shown))
        filters.panel_chosen.connect(self._choose_panel)
        filters.order.chosen.connect(self._sort)
        self.groups.chosen.connect(self._want)
        browser.table.sorted.connect(self._sort)
        browser.current_changed.connect(self._show_current)
        browser.selection_changed.connect(filters.show_selected)
        browser.selection_changed.connect(self.preview.show_selected)
        browser.selection_changed.connect(self.selected_changed)
        browser.entered.connect(lambda: doing.ask(browser.selected()))
        browser.copy_wanted.connect(lambda: doing.copy(browser.selected()))
        browser.opened_item.connect(lambda item: doing.perform("open", item))
        browser.menu_wanted.connect(doing.open_menu)
        browser.clear_wanted.connect(self.clear_filters)
        filters.clear_button.clicked.connect(self.clear_filters)
        preview.action_chosen.connect(lambda name: doing.perform(name, browser.current))
        preview.pane.failed.connect(self.failed)
        preview.correction.asked.connect(self._ask_for_current)
        preview.correction.corrected.connect(doing.correct)
        doing.asked.connect(self._pick)
        doing.wished.connect(self.wished)
        doing.failed.connect(self.failed)

    def show_run(self, run: int | None, labels: LabelSet | None) -> None:
        """Show the items of another run, from the first on, filtered as when it was shown last.

        Without a run, or without labels to name its answers by, nothing is shown.
        """
        if labels is None:
            run, labels = None, self.model.texts.labels
        self.model.texts.labels = labels
        self.model.forget()
        self.browser.start_at_top()
        self.browser.expects = None
        if self._run is not None:
            self._filters[self._run] = self.wanted()
        wanted, self._run = self._filters.get(run or 0, Filter()), run
        self.groups.show_labels(labels)
        self.groups.show_chosen(wanted.group)
        self.filters.show_wanted(wanted)
        self.preview.show_item(None, None, None)
        self.pixmaps.try_again()
        self._inquiry.use(run, labels)
        self._want()

    def _items_in_sight(self) -> set[int]:
        return self.browser.items_in_sight()

    def refresh(self) -> None:
        """The run has new results: show them, and leave everything where it is."""
        self._inquiry.refresh()

    def expect(self, more: bool) -> None:
        """Whether the run may find more pictures, for what is said while it has none."""
        self.browser.expects = more

    def try_again(self) -> None:
        """Load the pictures that could not be read: their drive may be there by now."""
        self.pixmaps.try_again()
        self.browser.view.viewport().update()
        self.preview.try_again()

    def wanted(self) -> Filter:
        """What is filtered now."""
        return replace(self.filters.wanted(), group=self.groups.group)

    def order(self) -> Order:
        """What it is sorted by now; unless somebody has chosen, by how well a text is matched."""
        if self._order.column is Column.FOUND and self.filters.wanted().text:
            return Order(Column.RELEVANCE)
        return self._order

    def selected(self) -> tuple[int, ...] | None:
        """The items that are selected, in the order of the list; None if it is not several."""
        return self.browser.selected() if self.browser.selected_count() > 1 else None

    def exactly(self) -> tuple[int, ...] | None:
        """What is listed, where the filters do not say it: corrected items stay until others are wanted."""
        return tuple(self.model.ids.tolist()) if self._inquiry.holds else None

    def ids(self) -> NDArray[np.int64]:
        """The items that are listed now, in their order."""
        return self.model.ids

    def count(self) -> int | None:
        """How many items are listed; None while others are wanted than the list shows."""
        return self.model.ids.size if self._inquiry.has_listed(self.wanted()) else None

    def clear_filters(self) -> None:
        """Show everything again."""
        self.groups.show_chosen(())
        self.filters.show_wanted(Filter())
        self._want()

    def _want(self) -> None:
        wanted = self.wanted()
        self.filters.allow_clearing(wanted != Filter())
        self.model.texts.words = words_of(wanted.text)
        self.browser.view.viewport().update()
        self._to_select = ()
        self._show_order()
        self._inquiry.want(wanted, self.order())

    def _sort(self, order: Order) -> None:
        """Sort by this from now on."""
        self._order = replace(order, language=tr.language)
        self.browser.start_at_top()
        self._show_order()
        self._inquiry.want(self.wanted(), self.order())

    def _show_order(self) -> None:
        self.browser.table.show_order(self._order)
        self.filters.order.show_order(self._order, searching=bool(self.filters.wanted().text))

    def _on_listed(self, found: Listed) -> None:
        focused = QApplication.focusWidget()
        self.browser.show_ids(found.ids, same_list=found.same_list, wanted=self._inquiry.wanted)
        if found.same_list:
            self.model.renew()
            self._show_current()
            if self._to_select and self.browser.select(self._to_select):
                self._to_select = ()
        # What had it is hidden or waits now: the next key is not for whatever Qt finds next.
        if focused is not None and self.isAncestorOf(focused) and not focused.hasFocus():
            self.browser.take_focus()
        selected = self.browser.selected_count()
        self.filters.show_counts(found.ids.size, found.total, selected)
        self.preview.show_selected(selected)
        self.listed.emit(found.ids.size)

    def _show_current(self) -> None:
        item = self.browser.current
        if item is None:
            self.preview.show_item(None, None, None)
        else:
            self.preview.correction.await_item(item)
            self._inquiry.look_at(item)

    def _on_answered(self, row: Row | None, answer: Recognition | None) -> None:
        if row is not None and row.item == self.browser.current:
            self.preview.show_item(row, answer, self.model.texts)

    def _ask_for_current(self) -> None:
        if self.browser.current is not None:
            self._doing.ask((self.browser.current,))

    def _pick(self, row: Row, answer: Recognition | None, items: tuple[int, ...]) -> None:
        # Also when it has left the list, or the answer to what is current is still being read.
        self.preview.show_item(row, answer, self.model.texts)
        self.preview.correction.pick(row, answer, self.model.texts, items)

    def _on_corrected(self, again: tuple[int, ...]) -> None:
        self._to_select = again or self._to_select
        self.refresh()
        self.corrected.emit()

    def arrangement(self) -> dict[str, str]:
        """How the list is arranged, for the next start: look, columns, widths of the panels, open ones."""
        return {
            "look": self.browser.look,
            "columns": self.browser.table.columns(),
            "chosen_columns": self.browser.table.arranged.chosen(),
            "widths": bytes(self._splitter.saveState().toBase64().data()).decode(),
            "panels": " ".join(name for name, wanted in self._panels_wanted.items() if wanted),
            "asked_for": " ".join(sorted(self._asked_for)),
            "asked_last": self._asked_last,
            "order": f"{self._order.column} {'down' if self._order.descending else 'up'}",
        }

    def arrange(self, arrangement: Mapping[str, str]) -> None:
        """Arrange it as it was; what is not said stays as it is."""
        look = arrangement.get("look")
        if look in LOOKS:
            self.filters.look.show_value(look)
            self.browser.show_look(look)
        table = self.browser.table
        table.restore_columns(arrangement.get("columns", ""))
        table.arranged.restore(arrangement.get("chosen_columns", table.arranged.chosen()))
        self._splitter.restoreState(QByteArray.fromBase64(arrangement.get("widths", "").encode()))
        if "panels" in arrangement:
            wanted = arrangement["panels"].split()
            self._panels_wanted.update({name: name in wanted for name in _ROOM_PX})
        if arrangement.get("asked_last") in _ROOM_PX:
            self._asked_last = arrangement["asked_last"]
        self._asked_for = {name for name in arrangement.get("asked_for", "").split() if name in _ROOM_PX}
        self._fold(anew=True)
        column, _, way = arrangement.get("order", "").partition(" ")
        if column in tuple(Column):
            self._sort(Order(Column(column), way == "down"))

    def _choose_panel(self, name: str, wanted: bool) -> None:
        """The user has opened or closed a panel: it stays so, also where there is little room for it."""
        self._panels_wanted[name] = wanted
        self._asked_for.discard(name)
        if wanted:
            self._asked_last = name
        if wanted and not self._roomy[name]:
            self._asked_for.add(name)
        self._fold_one()

    def _fold(self, *, anew: bool = False) -> None:
        """Fold panels away for which there is no room, and unfold them where there is again."""
        for name, room in _ROOM_PX.items():
            roomy = self.width() >= room
            if roomy != self._roomy[name] or anew:
                self._roomy[name] = roomy
                shown = self._panels_wanted[name] and (roomy or name in self._asked_for)
                self.filters.panels[name].setChecked(shown)
        self._fold_one()

    def _fold_one(self) -> None:
        """Have one panel make room for the other, where there is not enough for both."""
        panels = self.filters.panels
        if self.width() < _ROOM_FOR_BOTH_PX and all(button.isChecked() for button in panels.values()):
            next(button for name, button in panels.items() if name != self._asked_last).setChecked(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.groups.use_room(self.width() >= _ROOM_FOR_NAMES_PX)
        self._fold()

    def _go_to_hits(self) -> None:
        """From the search to the first that it finds; to where one was before, where nothing is typed."""
        if self.filters.search.text():
            self.browser.start_at_top()
            self.filters.search_now()
        self.browser.take_focus()

    def go_to_search(self) -> None:
        """Have the keyboard in the search, ready for other words."""
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears the search also from the list that it led to."""
        search = self.filters.search
        if event.key() == Qt.Key.Key_Escape and search.text() and self.browser.view.hasFocus():
            search.clear()
            self.filters.search_now()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.model.retranslate()
            if self.order().column is Column.LABEL and self.order().language != tr.language:
                # The current item and the place in the list stay: nobody has asked for another order.
                self._order = replace(self._order, language=tr.language)
                self._inquiry.want(self.wanted(), self._order)

    def shut_down(self) -> None:
        """Stop the workers and wait for them."""
        self._inquiry.shut_down()


def _on_card(content: QWidget) -> Card:
    card = Card()
    inside = QVBoxLayout(card)
    inside.setContentsMargins(8, 8, 8, 8)
    inside.addWidget(content)
    return card
