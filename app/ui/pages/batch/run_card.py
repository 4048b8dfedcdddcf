"""A run in the list of all runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout

from app.core.language_in_use import tr
from app.core.printable import printable
from app.ui.kit.bars import Bar
from app.ui.kit.cards import Card, line
from app.ui.kit.texts import Elided, Text
from app.ui.kit.theme import theme
from app.ui.pages.batch.texts import (
    bar_parts,
    counts_line,
    is_scanning,
    moment,
    option_line,
    reason,
    state,
    state_color,
)  # fmt: skip

if TYPE_CHECKING:
    from app.ui.pages.batch.texts import Standing

_BAR_PX = 120
_COUNTS_PX = 130


class RunCard(Card):
    """One run: its folder, what it is doing, how far it is.

    Signals:
        clicked(RunCard, Qt.KeyboardModifier): by mouse or keys.
        pressed(RunCard, QKeyEvent): another key.
        menu_wanted(RunCard, QPoint): at this place on the screen.

    Attributes:
        searched: what the search box looks into.
        is_selected: whether the next action is for this one as well.
    """

    clicked = Signal(object, object)
    pressed = Signal(object, object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.standing: Standing | None = None
        self.searched, self.is_selected = "", False
        self._differs: tuple[str, ...] = ()
        self.setObjectName("runCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        middle = Qt.TextElideMode.ElideMiddle
        self.name, self.path = Elided("strong", middle), Elided("muted", middle)
        self._state, self._counts, self._when = Text(), Text(name="muted"), Text(name="muted")
        self._bar = Bar(6)
        self._bar.setFixedWidth(_BAR_PX)
        for label in (self._state, self._counts):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._counts.setMinimumWidth(_COUNTS_PX)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, widgets in ((left, (self.name, self.path)), (right, (self._state, self._counts))):
            column.setSpacing(3)
            for widget in widgets:
                column.addWidget(widget)
        row = line(spacing=20)
        row.setContentsMargins(18, 10, 18, 10)
        row.addLayout(left, 1)
        row.addWidget(self._when)
        row.addWidget(self._bar)
        row.addLayout(right)
        self.setLayout(row)

    @property
    def run(self) -> int | None:
        """The run's id."""
        return self.standing.run.id if self.standing is not None else None

    def show_run(self, standing: Standing, differs: tuple[str, ...] = ()) -> None:
        """Show a run as it is now, with the options in which it `differs` from others of its folder."""
        if (standing, differs) == (self.standing, self._differs):
            return
        self.standing, self._differs, stored = standing, differs, standing.run
        facts = tr.join(filter(None, (option_line(stored, name) for name in differs)), "facts")
        path = printable(str(stored.folder))
        self.name.setText(standing.title)
        self.path.setText(reason(stored) or tr.join(filter(None, (facts, path)), "facts"))
        self._when.setText(moment(stored))
        self._counts.setText(counts_line(stored.counts, so_far=is_scanning(stored)))
        self.searched = f"{path} {moment(stored)} {facts}".casefold()
        self._paint_state(standing)
        self._name_it()

    def _name_it(self) -> None:
        texts = self.name.text(), self._state.text(), self._counts.text(), self._when.text()
        differs = (self.path.text(),) if self._differs else ()
        chosen = (tr("batch.selected"),) if self.is_selected else ()
        self.setAccessibleName(", ".join((*texts, *differs, *chosen)))

    def _paint_state(self, standing: Standing) -> None:
        stored = standing.run
        self._state.setText(state(standing))
        self._state.setStyleSheet(f"color: {theme.color(state_color(stored)).name()}")
        self._bar.show_parts(bar_parts(stored.counts))

    def select(self, selected: bool) -> None:
        """Have the next action be for this run as well, or not."""
        if selected != self.is_selected:
            self.is_selected = selected
            self.setProperty("chosen", selected)
            self.style().polish(self)
            self._name_it()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit(self, event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self, Qt.KeyboardModifier.NoModifier)
        elif event.key() == Qt.Key.Key_Space:
            self.clicked.emit(self, Qt.KeyboardModifier.ControlModifier)
        else:
            self.pressed.emit(self, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        self.menu_wanted.emit(self, event.globalPos() if by_mouse else self.mapToGlobal(self.rect().center()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange) and self.standing:
            standing, self.standing = self.standing, None
            self.show_run(standing, self._differs)
