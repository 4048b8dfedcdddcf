"""The items of one run: filters above, groups at the left, list in the middle, preview at the right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.labels import load_labels
from app.store.listing import Column, Filter
from app.store.runs import database_file as default_file
from app.ui.kit.icons import icon
from app.ui.kit.widgets import Card
from app.ui.pages.batch.items.browser import Browser
from app.ui.pages.batch.items.filter_bar import FilterBar
from app.ui.pages.batch.items.groups import GroupTree
from app.ui.pages.batch.items.inquiry import Inquiry, Listed
from app.ui.pages.batch.items.model import ItemModel
from app.ui.pages.batch.items.preview import Preview
from app.ui.pictures import file_actions
from app.ui.pictures.pixmaps import Pixmaps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from app.core.results import Recognition
    from app.labels import LabelSet
    from app.store.listing import Order, Row
    from app.ui.pictures.loader import PictureLoader

_TREE_PX = 200


class ItemsView(QWidget):
    """Belongs to the window's thread; makes a worker, which `shut_down` ends.

    Signals:
        listed(int): how many items the list has now.
        corrected(): a label was corrected.
        failed(str): a sentence for the user.
    """

    listed = Signal(int)
    corrected = Signal()
    failed = Signal(str)

    def __init__(self, loader: PictureLoader, database_file: Callable[[], Path] = default_file) -> None:
        super().__init__()
        self._inquiry = Inquiry(database_file)
        self.model = ItemModel(self._inquiry.fetch, load_labels("imagenet1k"))
        self.pixmaps = Pixmaps(loader, self._items_in_sight)
        self.filters, self.groups = FilterBar(), GroupTree()
        self.browser, self.preview = Browser(self.model, self.pixmaps), Preview(loader)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._tree_card, middle = Card(), Card()
        for card, widget in ((self._tree_card, self.groups), (middle, self.browser)):
            inside = QVBoxLayout(card)
            inside.setContentsMargins(8, 8, 8, 8)
            inside.addWidget(widget)
        self._tree_card.setFixedWidth(_TREE_PX)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self._tree_card)
        body.addWidget(middle, 1)
        body.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.filters)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        inquiry, filters, browser, preview = self._inquiry, self.filters, self.browser, self.preview
        inquiry.listed.connect(self._on_listed)
        inquiry.counted.connect(self.groups.show_counts)
        inquiry.fetched.connect(self.model.take)
        inquiry.dropped.connect(self.model.dropped)
        inquiry.answered.connect(self._on_answered)
        inquiry.corrected.connect(self._on_corrected)
        inquiry.failed.connect(self.failed)
        filters.changed.connect(self._want)
        filters.look_chosen.connect(browser.show_look)
        filters.groups_toggled.connect(self._tree_card.setVisible)
        filters.preview_toggled.connect(preview.setVisible)
        self.groups.chosen.connect(self._want)
        browser.table.sorted.connect(self._sort)
        browser.current_changed.connect(self._show_current)
        browser.entered_item.connect(self._pick)
        browser.opened_item.connect(lambda item: self._perform("open", item))
        browser.menu_wanted.connect(self._open_menu)
        browser.clear_wanted.connect(self.clear_filters)
        filters.clear_button.clicked.connect(self.clear_filters)
        preview.action_chosen.connect(lambda name: self._perform(name, browser.current))
        preview.pane.failed.connect(self.failed)
        preview.correction.asked.connect(lambda: self._pick(browser.current))
        preview.correction.corrected.connect(inquiry.correct)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._find)

    def show_run(self, run: int | None, labels: LabelSet | None) -> None:
        """Show the items of another run, from the first on and all of them.

        Without a run, or without labels to name its answers by, nothing is shown.
        """
        if labels is None:
            run, labels = None, self.model.texts.labels
        self.model.texts.labels = labels
        self.model.forget()
        self.browser.start_at_top()
        self.groups.show_labels(labels)
        self.filters.reset()
        self.preview.show_item(None, None, None)
        self.pixmaps.try_again()
        self._inquiry.use(run, labels)
        self._want()

    def _items_in_sight(self) -> set[int]:
        return self.browser.items_in_sight()

    def refresh(self) -> None:
        """The run has new results: show them, and leave everything where it is."""
        self._inquiry.refresh()

    def try_again(self) -> None:
        """Load the pictures that could not be read: their drive may be there by now."""
        self.pixmaps.try_again()
        self.browser.view.viewport().update()
        self.preview.try_again()

    def wanted(self) -> Filter:
        """What is filtered now."""
        return replace(self.filters.wanted(), group=self.groups.group)

    def order(self) -> Order:
        """What it is sorted by now."""
        return self._inquiry.order

    def ids(self) -> NDArray[np.int64]:
        """The items that are listed now, in their order."""
        return self.model.ids

    def clear_filters(self) -> None:
        """Show everything again."""
        self.groups.choose_all()
        self.filters.reset()
        self._want()

    def _want(self) -> None:
        wanted = self.wanted()
        self.filters.allow_clearing(wanted != Filter())
        self._inquiry.want(wanted)

    def _sort(self, order: Order) -> None:
        self.browser.start_at_top()
        self._inquiry.sort(replace(order, language=tr.language))

    def _on_listed(self, found: Listed) -> None:
        filtered = self._inquiry.wanted != Filter()
        focused = QApplication.focusWidget()
        self.browser.show_ids(found.ids, same_list=found.same_list, filtered=filtered)
        if found.same_list:
            self.model.renew()
            self._show_current()
        # What had it is hidden or waits now: the next key is not for whatever Qt finds next.
        if focused is not None and self.isAncestorOf(focused) and not focused.hasFocus():
            self.browser.take_focus()
        self.filters.show_counts(found.ids.size, found.total)
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

    def _pick(self, item: int | None) -> None:
        """Have the user choose a label for an item, unless they look at another one by then."""

        def pick(row: Row, answer: Recognition | None) -> None:
            if row.item == self.browser.current:
                self.preview.correction.pick(row, answer, self.model.texts)

        if item is not None:
            self._inquiry.read(item, pick)

    def _on_corrected(self) -> None:
        self.refresh()
        self.corrected.emit()

    def _perform(self, name: str, item: int | None) -> None:
        """Do something with an item's file, where it is now; the preview may still show another item."""

        def perform(row: Row, _answer: Recognition | None) -> None:
            sentence = file_actions.perform(name, row.path)
            if sentence:
                self.failed.emit(sentence)

        if item is not None:
            self._inquiry.read(item, perform)

    def _open_menu(self, place: QPoint, item: int) -> None:
        menu = QMenu(self)
        for name, picture in file_actions.NAMES.items():
            action = menu.addAction(icon(picture), tr(f"items.{name}"))
            action.triggered.connect(lambda _checked=False, name=name: self._perform(name, item))
        menu.addSeparator()
        correct = menu.addAction(icon("pencil"), tr("items.correct"))
        correct.triggered.connect(lambda: self._pick(item))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _find(self) -> None:
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.model.retranslate()
            if self.order().column is Column.LABEL and self.order().language != tr.language:
                # The current item and the place in the list stay: nobody has asked for another order.
                self._inquiry.sort(replace(self.order(), language=tr.language))

    def shut_down(self) -> None:
        """Stop the workers and wait for them."""
        self._inquiry.shut_down()
