"""The columns of the table: which are shown, how wide they are, and the menu to choose them from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QHeaderView, QMenu

from app.core.language_in_use import tr
from app.store.listing import Column
from app.ui.kit.drawing import scaled
from app.ui.pages.batch.items.model import COLUMNS

if TYPE_CHECKING:
    from app.ui.tables.table import Table

_WIDTHS = {
    Column.NAME: 200,
    Column.LABEL: 130,
    Column.SCORE: 106,
    Column.GROUP: 140,
    Column.STATUS: 92,
    Column.MILLISECONDS: 62,
}
# What says the essential: a thumbnail with some letters, a number without its bar. For less it scrolls.
_LEAST = _WIDTHS | {Column.NAME: 120, Column.LABEL: 80, Column.SCORE: 68, Column.GROUP: 80}
# What gives way, in this order, until the name has its room: left out, or narrowed. A label's colour and its
# signs tell the state as well.
_GIVES_WAY = (Column.MILLISECONDS, Column.GROUP, Column.SCORE, Column.STATUS, Column.LABEL)
_NARROWED = (Column.SCORE, Column.LABEL)


class Columns(QObject):
    """Every border drags the column on its left; what lies right of it makes room. The name takes the rest.

    None becomes narrower than what it says needs.

    A column that the user has asked for stays though the table has to scroll sideways for it; others are left
    out rather than that.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table, self._head = table, table.horizontalHeader()
        self._chosen: dict[Column, bool] = {}
        self._widths = dict[Column, int]()  # as the user has dragged them, also of what is left out just now
        self._fitting = False
        self._dress()
        self._head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._head.customContextMenuRequested.connect(self._open_menu)
        self._head.sectionResized.connect(self._on_resized)
        self.fit()

    def _dress(self) -> None:
        """What a state of before, which Qt takes whole, may say otherwise."""
        self._head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._head.setStretchLastSection(False)
        self._head.setMinimumSectionSize(scaled(min(_LEAST.values())))  # a style's own is wider than a number
        self._head.setCascadingSectionResizes(True)
        self._head.setSectionsMovable(False)  # the reason of a failure is written across neighbours
        self._head.setResizeContentsPrecision(0)  # of a million rows, those in sight

    def _on_resized(self, number: int, _before: int, width: int) -> None:
        if self._fitting or width == 0:
            return
        column, least = COLUMNS[number], scaled(_LEAST[COLUMNS[number]])
        self._widths[column] = max(width, least)
        if width < least:
            self._head.resizeSection(number, least)

    def fit(self) -> None:
        """Show what was asked for and, of the rest, what there is room for beside the name."""
        room = self._table.viewport().width()
        widths = {column: self._width(column) for column in COLUMNS if self._chosen.get(column, True)}
        for column in _GIVES_WAY:
            if column in _NARROWED:  # before these, what the name was given more than it needs
                widths[Column.NAME] = min(widths[Column.NAME], scaled(_WIDTHS[Column.NAME]))
            too_much = sum(widths.values()) - room
            if column not in widths or too_much <= 0:
                continue
            if column in _NARROWED:
                widths[column] = max(widths[column] - too_much, scaled(_LEAST[column]))
            elif column not in self._chosen:
                del widths[column]
        left = room - sum(widths.values()) + widths[Column.NAME]
        widths[Column.NAME] = max(left, scaled(_LEAST[Column.NAME]))
        self._fitting = True
        for number, column in enumerate(COLUMNS):
            self._head.setSectionHidden(number, column not in widths)
            if column in widths:
                self._head.resizeSection(number, widths[column])
        self._fitting = False

    def _width(self, column: Column) -> int:
        """What the user has made it, or what it takes at first."""
        return max(self._widths.get(column, scaled(_WIDTHS[column])), scaled(_LEAST[column]))

    def menu(self) -> QMenu:
        """All columns but the name's, which stays, and a way back to how they were at first."""
        menu = QMenu(self._table)
        for number, column in enumerate(COLUMNS):
            action = menu.addAction(tr(f"items.column_{column}"))
            action.setCheckable(True)
            action.setChecked(not self._head.isSectionHidden(number))
            action.setEnabled(column is not Column.NAME)
            action.toggled.connect(lambda shown, column=column: self._choose(column, shown=shown))
        menu.addSeparator()
        menu.addAction(tr("items.columns_reset")).triggered.connect(lambda _checked: self.reset())
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open_menu(self, place: QPoint) -> None:
        self.menu().popup(self._head.mapToGlobal(place))

    def _choose(self, column: Column, *, shown: bool) -> None:
        self._chosen[column] = shown
        self.fit()

    def reset(self) -> None:
        """As they were at first."""
        self._chosen.clear()
        self._widths.clear()
        self.fit()

    def chosen(self) -> str:
        """Which columns the user has asked for or left out, and how wide others are, for the next start."""
        asked = (f"{'+' if shown else '-'}{column}" for column, shown in self._chosen.items())
        return " ".join((*asked, *(f"{column}={width}" for column, width in self._widths.items())))

    def restore(self, chosen: str) -> None:
        """Show the columns so again."""
        asked = {word[1:]: word[0] == "+" for word in chosen.split() if word[0] in "+-"}
        wide = dict(word.split("=", 1) for word in chosen.split() if "=" in word)
        spare = [column for column in COLUMNS if column is not Column.NAME]
        self._chosen = {column: asked[column] for column in spare if column in asked}
        self._widths = {each: int(wide[each][:4]) for each in spare if wide.get(each, "").isdecimal()}
        self._dress()
        self.fit()
