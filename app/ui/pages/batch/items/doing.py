"""What can be done with the pictures that are selected: a menu for them, copies, corrections."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.core.language_in_use import tr
from app.export.text import to_text
from app.store.label_search import names_in_order
from app.store.listing import Status
from app.ui.kit.icons import icon
from app.ui.kit.urls import url_of
from app.ui.pages.batch.items.correcting import Correct
from app.ui.pages.batch.items.model import COLUMNS
from app.ui.pictures import file_actions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.core.results import Recognition
    from app.labels import Label
    from app.store.listing import Row
    from app.ui.kit.undo import Command
    from app.ui.pages.batch.items.browser import Browser
    from app.ui.pages.batch.items.inquiry import Inquiry
    from app.ui.pages.batch.items.model import ItemModel

# More would fill the memory of whatever they are pasted into.
_MOST_COPIED = 20_000
_WISHES = {"sort": "folder-open", "export": "download", "keywords": ""}
_COPIES = ("answer", "label", "path", "picture")


class Doing(QObject):
    """Acts on what is selected in the list; `do` takes commands that can be undone.

    Signals:
        wished(str, tuple[int, ...]): `sort`, `export` or `keywords` of these pictures: others do that.
        asked(Row, Recognition, tuple[int, ...]): which label these have; what is said of one of them.
        failed(str): a sentence for the user.
    """

    wished = Signal(str, object)
    asked = Signal(object, object, object)
    failed = Signal(str)

    def __init__(
        self,
        owner: QWidget,
        model: ItemModel,
        inquiry: Inquiry,
        browser: Browser,
        do: Callable[[Command], object],
    ) -> None:
        super().__init__(owner)
        self._owner, self._model, self._inquiry, self._browser, self._do = owner, model, inquiry, browser, do

    def menu(self) -> QMenu:
        """Everything that can be done with what is selected now, whatever is selected when it is chosen."""
        menu, items = QMenu(self._owner), self._browser.selected()
        for name in ("open", "folder"):
            self._add(menu, f"items.{name}", file_actions.NAMES[name], partial(self.perform, name, items[0]))
            menu.actions()[-1].setEnabled(len(items) == 1)
        copies = menu.addMenu(icon("copy"), tr("items.copy_what"))
        for what in _COPIES:
            self._add(copies, f"items.copy_{what}", "", partial(self.copy, items, what))
        menu.addSeparator()
        self._add(menu, "items.correct_more", "pencil", partial(self.ask, items))
        self._add(menu, "items.take_back", "undo-2", lambda: self.correct(items, None))
        menu.actions()[-1].setEnabled(self._may_be_corrected(items))
        menu.addSeparator()
        for wish, picture in _WISHES.items():
            self._add(menu, f"items.wish_{wish}", picture, partial(self.wished.emit, wish, items))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def open_menu(self, place: QPoint) -> None:
        """At a place of the screen."""
        self.menu().popup(place)

    def _add(self, menu: QMenu, key: str, picture: str, act: Callable[[], object]) -> None:
        action = menu.addAction(icon(picture), tr(key)) if picture else menu.addAction(tr(key))
        action.triggered.connect(lambda _checked: act())

    def _may_be_corrected(self, items: Sequence[int]) -> bool:
        rows = map(self._model.known, items[:_MOST_COPIED])
        return any(row is None or row.status is Status.CORRECTED for row in rows)

    def perform(self, name: str, item: int | None) -> None:
        """Do something with an item's file, where it is now; the preview may still show another item."""

        def perform(row: Row, _answer: Recognition | None) -> None:
            sentence = file_actions.perform(name, row.path)
            if sentence:
                self.failed.emit(sentence)

        if item is not None:
            self._inquiry.read(item, perform)

    def copy(self, items: Sequence[int], what: str = "rows") -> None:
        """Put something of these pictures on the clipboard; `rows` is what the table shows."""
        if len(items) > _MOST_COPIED:
            self.failed.emit(tr("items.too_many", most=f"{_MOST_COPIED:,}"))
        elif what == "answer":
            self._inquiry.read_answers(items, self._copy_answers)
        elif items:
            self._inquiry.read_rows(items, lambda rows: self._copy_rows(what, rows))

    def _copy_rows(self, what: str, rows: Sequence[Row]) -> None:
        texts, mime = self._model.texts, QMimeData()
        if what == "picture":
            mime.setUrls([url_of(row.path) for row in rows])
        elif what == "path":
            mime.setText("\n".join(file_actions.as_text(row.path) for row in rows))
        elif what == "label":
            mime.setText("\n".join(texts.label(row) for row in rows))
        else:
            lines = ([texts.cell(row, column) for column in COLUMNS] for row in rows)
            mime.setText("\n".join("\t".join(line) for line in lines))
        QApplication.clipboard().setMimeData(mime)

    def _copy_answers(self, found: Sequence[tuple[Row, Recognition | None]]) -> None:
        QApplication.clipboard().setText("\n\n".join(self._answer(row, answer) for row, answer in found))

    def _answer(self, row: Row, answer: Recognition | None) -> str:
        """What is said of one picture; a person's word first."""
        said = to_text(answer, tr.now) if answer is not None else self._model.texts.tip(row)
        if row.status is not Status.CORRECTED or row.label is None:
            return said
        label = self._model.texts.label_name(row.label)
        confirmed = answer is not None and answer.predictions[0].index == row.label
        return f"{tr('items.confirmed_as' if confirmed else 'items.corrected_to', label=label)}\n{said}"

    def ask(self, items: Sequence[int]) -> None:
        """Have the user choose a label for these, unless they look at another one by then."""
        if not items:
            return
        labels, language = self._model.texts.labels, tr.language
        if self._browser.current not in items:
            self._browser.look_at(items[0])
        looked_at = self._browser.current
        # None of these is looked at where all have left the list since the menu was opened.
        item = items[0] if looked_at is None or looked_at not in items else looked_at

        def ask(row: Row, answer: Recognition | None) -> None:
            if self._browser.current == looked_at:
                self.asked.emit(row, answer, items)

        # The names are put in order by the worker: of 54,092 that takes longer than a frame.
        self._inquiry.read(item, ask, ahead=lambda: names_in_order(labels, language))

    def correct(self, items: Sequence[int], label: Label | None) -> None:
        """Put a person's label in the place of the model's; None takes it back."""
        texts, change = self._model.texts, self._inquiry.changing(items)
        row = self._model.known(items[0]) if len(items) == 1 else None

        def facts() -> dict[str, str]:
            return {
                "name": row.name if row is not None else "",
                "count": f"{len(items):,}",
                "label": texts.label_name(label.index) if label is not None else "",
            }

        confirmed = row is not None and row.status is not Status.CORRECTED and label is not None
        confirmed = confirmed and row is not None and label is not None and row.label == label.index
        way = "took_back" if label is None else "did_confirm" if confirmed else "did_correct"
        key = f"items.{way}{'' if row is not None else '_many'}"
        self._do(Correct(change, dict.fromkeys(items, label), texts.labels, key, facts))
