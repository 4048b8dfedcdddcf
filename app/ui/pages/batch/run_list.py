"""All runs, the newest first, and the way to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.cards import line
from app.ui.kit.empty import Empty
from app.ui.kit.icons import icon
from app.ui.kit.page import EDGE_PX
from app.ui.kit.scroll import Scroll
from app.ui.kit.search_field import SearchField
from app.ui.kit.texts import Text, TextButton
from app.ui.pages.batch.head import can_be_done, main_action, why_not
from app.ui.pages.batch.recent_folders import RecentFolders
from app.ui.pages.batch.run_card import RunCard
from app.ui.pages.batch.texts import differing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.store.records import StoredRun
    from app.ui.pages.batch.texts import Standing

# So many cards can be overlooked at once; of more, the one that is wanted is looked for.
_MANY = 8
_BESIDE_BAR_PX = 4
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -(10**9), Qt.Key.Key_End: 10**9}
_MENU_ICONS = {"pause": "pause", "resume": "play", "open_folder": "folder-open", "export_all": "download",
               "look_again": "refresh-cw", "cancel": "x", "forget": "trash-2"}  # fmt: skip


class RunList(QWidget):
    """A list of cards of which several can be selected, or an invitation where there is no run.

    Signals:
        opened(StoredRun): show this run.
        asked(str, list[StoredRun]): what the head of a run can be asked for as well, for these runs.
        refused(str): why that cannot be done with some of them now.
        folder_requested(): the user wants to choose a folder.
        sortings_requested(): the user wants to see what was sorted into folders, also of deleted runs.
    """

    opened = Signal(object)
    asked = Signal(str, object)
    refused = Signal(str)
    folder_requested = Signal()
    sortings_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[int, RunCard] = {}
        self._anchor: int | None = None
        self.new = QPushButton(icon("folder-open", "on_accent"), "")
        self.new.setObjectName("primary")
        self.new.setIconSize(QSize(16, 16))
        self.new.clicked.connect(self.folder_requested)
        self.search = SearchField("batch.search")
        self.search.textChanged.connect(lambda _text: self._filter())
        self.search.hits_wanted.connect(self._go_to_first)
        self.search.left.connect(self.take_focus)
        self._sortings = TextButton("batch.sortings", self.sortings_requested.emit)
        self._invitation = Empty("folder-open", "batch.empty_title", "batch.empty", on_card=True)
        self._none = Text("batch.none_found", "muted")
        self.recent = RecentFolders()
        self._lay_out()
        self._retranslate()
        self.show_runs([])

    def _lay_out(self) -> None:
        self._rows = QWidget()
        self._column = QVBoxLayout(self._rows)
        self._column.setContentsMargins(0, 0, _BESIDE_BAR_PX, 0)
        self._column.setSpacing(8)
        self._column.addStretch()
        self._area, margin = Scroll(), EDGE_PX - _BESIDE_BAR_PX  # its cards have the keyboard
        bar = self._area.verticalScrollBar()
        # It stands in the margin, so that cards end where everything else does, with it and without.
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        bar.setEnabled(False)
        margin -= bar.sizeHint().width()
        self._area.setWidget(self._rows)
        head = line(Text("page.batch", "title"))
        head.addSpacing(16)
        head.addWidget(self.search, 1)
        head.addStretch()
        head.addWidget(self._sortings)
        head.addWidget(self.new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, 20, margin, 20)
        layout.setSpacing(14)
        above = QVBoxLayout()
        above.setContentsMargins(0, 0, EDGE_PX - margin, 0)
        above.setSpacing(14)
        above.addLayout(head)
        for widget in (self.recent, self._none):
            above.addWidget(widget)
        above.addWidget(self._invitation, 1)
        layout.addLayout(above)
        layout.addWidget(self._area, 1)

    def show_runs(self, runs: Sequence[Standing]) -> None:
        """Show these runs, in this order."""
        had_none = not self.cards
        for run in set(self.cards) - {standing.run.id for standing in runs}:
            self._remove(run)
        differs = differing([standing.run for standing in runs])
        for place, standing in enumerate(runs):
            card = self.cards.get(standing.run.id)
            if card is None:
                self.cards[standing.run.id] = card = self._new_card()
            if self._column.indexOf(card) != place:  # a run that was had back stands where it stood
                self._column.insertWidget(place, card)
            card.show_run(standing, differs[standing.run.id])
        self._area.setVisible(bool(runs))
        self._invitation.setVisible(not runs)
        self.search.setVisible(len(runs) > _MANY)
        self._filter()
        # As when the page is opened, before any run is known; the window may not be active yet.
        if had_none and self.window().focusWidget() is self.new:
            self.take_focus()

    def _new_card(self) -> RunCard:
        card = RunCard()
        card.clicked.connect(self._click)
        card.pressed.connect(self._press)
        card.menu_wanted.connect(self._open_menu)
        return card

    def _remove(self, run: int) -> None:
        """Take a card away; the keyboard goes to the one that takes its place."""
        card = self.cards.pop(run)
        place = self._column.indexOf(card)
        had_focus = card.hasFocus()
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()  # it may be telling just now that it was pressed
        shown = self._shown()
        if had_focus:
            (shown[min(place, len(shown) - 1)] if shown else self.new).setFocus()

    def _shown(self) -> list[RunCard]:
        """The cards from above, but for those that are filtered out."""
        cards = sorted(self.cards.values(), key=self._column.indexOf)
        return [card for card in cards if not card.isHidden()]

    def remember(self, run: int) -> None:
        """This one was opened last, wherever that came from."""
        self._anchor = run

    def take_focus(self) -> None:
        """Give the keyboard to the run that was opened last, or to the newest."""
        shown = self._shown()
        last = self.cards.get(self._anchor or 0)
        (last if last in shown else shown[0] if shown else self.new).setFocus()

    def go_to_search(self) -> None:
        """Have the keyboard in the search, if there are so many runs that there is one."""
        self.search.setFocus()
        self.search.selectAll()

    def _go_to_first(self) -> None:
        """From the search to the first run that it has found, if there is one."""
        shown = self._shown()
        if shown:
            self._focus_on(shown[0])

    def go_to(self, runs: Sequence[int]) -> None:
        """Give the keyboard to the first of these that can be seen: it was just had back."""
        card = next((card for card in self._shown() if card.run in runs), None)
        if card is not None:
            self._focus_on(card)

    def _focus_on(self, card: RunCard) -> None:
        card.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(card)

    def selected(self) -> list[StoredRun]:
        """The runs that are selected and can be seen, from above."""
        return [card.standing.run for card in self._shown() if card.is_selected and card.standing]

    def _filter(self) -> None:
        """Show the runs in whose path, or date, all words occur."""
        words = self.search.text().casefold().split() if not self.search.isHidden() else []
        for card in self.cards.values():
            card.setVisible(all(word in card.searched for word in words))
        self._none.setVisible(bool(self.cards) and not self._shown())

    def _click(self, card: RunCard, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._select_to(card)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            card.select(not card.is_selected)
            self._anchor = card.run
        elif card.standing is not None:
            self._select_none()
            self._anchor = card.run
            self.opened.emit(card.standing.run)

    def _select_none(self) -> None:
        for card in self.cards.values():
            card.select(False)

    def _select_to(self, card: RunCard) -> None:
        """Select everything from the card that was chosen last to this one."""
        shown = self._shown()
        anchor = self.cards.get(self._anchor or 0, card)
        first, last = sorted((shown.index(anchor) if anchor in shown else 0, shown.index(card)))
        for place, each in enumerate(shown):
            each.select(first <= place <= last)

    def _press(self, card: RunCard, event: QKeyEvent) -> None:
        """What keys do on a card."""
        key, shown = Qt.Key(event.key()), self._shown()
        if event.matches(QKeySequence.StandardKey.SelectAll):
            for each in shown:
                each.select(True)
        elif event.matches(QKeySequence.StandardKey.Delete):
            self._ask("forget", self._meant(card))
        elif key in _STEPS:
            self._step(card, _STEPS[key], extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key == Qt.Key.Key_Escape and self.selected():
            self._select_none()
        elif key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self._focus_on(card)
        else:
            event.ignore()

    def _step(self, card: RunCard, step: int, *, extend: bool) -> None:
        shown = self._shown()
        place = max(0, min(shown.index(card) + step, len(shown) - 1))
        if extend and not self.selected():
            self._anchor = card.run
        self._focus_on(shown[place])
        if extend:
            self._select_to(shown[place])

    def _meant(self, card: RunCard) -> list[Standing]:
        """What an action on a card is for: everything that is selected with it, or it alone."""
        cards = [each for each in self._shown() if each.is_selected] if card.is_selected else [card]
        return [each.standing for each in cards if each.standing is not None]

    def _ask(self, action: str, meant: Sequence[Standing]) -> None:
        runs = [standing.run for standing in meant if can_be_done(standing).get(action, True)]
        if runs:
            self.asked.emit(action, runs)
        refused = [standing for standing in meant if standing.run not in runs]
        if refused and why_not(action, refused[0]):
            self.refused.emit(why_not(action, refused[0]))

    def _open_menu(self, card: RunCard, place: QPoint) -> None:
        """Everything that can be done; what is for one run only where one is meant."""
        meant = self._meant(card)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        if len(meant) == 1:
            (standing,) = meant
            entry = menu.addAction(tr("batch.open_run"))
            entry.triggered.connect(lambda: self.opened.emit(standing.run))
            menu.setDefaultAction(entry)
            main = main_action(standing.run)
            for name in filter(None, ("open_folder", main, "look_again", "export_all")):
                self._add_entry(menu, name, meant)
            menu.addSeparator()
            if can_be_done(standing)["cancel"]:
                self._add_entry(menu, "cancel", meant)
        self._add_entry(menu, "forget", meant)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _add_entry(self, menu: QMenu, name: str, meant: Sequence[Standing]) -> None:
        count = len(meant)
        text = tr(f"batch.{name}") if count == 1 else tr(f"batch.{name}_many", count=f"{count:,}")
        entry = menu.addAction(icon(_MENU_ICONS[name]), text)
        entry.setEnabled(any(can_be_done(standing).get(name, True) for standing in meant))
        entry.setToolTip("" if entry.isEnabled() else why_not(name, meant[0]))
        entry.triggered.connect(lambda: self._ask(name, meant))

    def _retranslate(self) -> None:
        self.new.setText(f" {tr('batch.choose_folder')}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
