"""All runs, the newest first, and the way to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.store.records import RunState
from app.ui.kit.empty import Empty
from app.ui.kit.icons import icon
from app.ui.kit.theme import theme
from app.ui.kit.widgets import Bar, Card, Elided, Notice, Text, line
from app.ui.pages.batch.texts import counts_line, folder_name, moment, reason, share, state, state_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.store.records import StoredRun

_BAR_PX = 160


class RunList(QWidget):
    """A list of cards, or an invitation where there is no run.

    Signals:
        opened(StoredRun): show this run.
        folder_requested(): the user wants to choose a folder.
    """

    opened = Signal(object)
    folder_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[int, RunCard] = {}
        self.notice = Notice()
        self.new = QPushButton(icon("folder-open", "on_accent"), "")
        self.new.setObjectName("primary")
        self.new.setIconSize(QSize(16, 16))
        self.new.clicked.connect(self.folder_requested)
        self._invitation = Empty("folder-open", "batch.empty_title", "batch.empty", on_card=True)
        self._rows = QWidget()
        self._column = QVBoxLayout(self._rows)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(10)
        self._column.addStretch()
        self._area = QScrollArea()
        self._area.setWidget(self._rows)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        head = line(Text("page.batch", "title"))
        head.addStretch()
        head.addWidget(self.new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 16, 20)
        layout.setSpacing(14)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._invitation, 1)
        self._retranslate()
        self.show_runs([], None)

    def show_runs(self, runs: Sequence[StoredRun], current: int | None) -> None:
        """Show these runs; `current` is the one that this program works on."""
        for run in set(self._cards) - {stored.id for stored in runs}:
            card = self._cards.pop(run)
            self._column.removeWidget(card)
            card.deleteLater()
        for place, stored in enumerate(runs):
            if stored.id not in self._cards:
                self._cards[stored.id] = card = RunCard()
                card.clicked.connect(self.opened)
                self._column.insertWidget(place, card)
            self._cards[stored.id].show_run(stored, is_current=stored.id == current)
        self._area.setVisible(bool(runs))
        self._invitation.setVisible(not runs)

    def _retranslate(self) -> None:
        self.new.setText(f" {tr('batch.choose_folder')}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()


class RunCard(Card):
    """One run: its folder, what it is doing, how far it is.

    Signals:
        clicked(StoredRun): with the run.
    """

    clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._stored: StoredRun | None = None
        self._is_current = False
        self.setObjectName("runCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name, self._path = Elided("strong"), Elided("muted")
        self._state, self._counts, self._when = Text(), Text(), Text(name="muted")
        self._bar = Bar(6)
        self._bar.setFixedWidth(_BAR_PX)
        for label in (self._state, self._counts):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._counts.setObjectName("muted")
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, widgets in ((left, (self._name, self._path)), (right, (self._state, self._counts))):
            column.setSpacing(3)
            for widget in widgets:
                column.addWidget(widget)
        row = line(spacing=20)
        row.setContentsMargins(18, 12, 18, 12)
        row.addLayout(left, 1)
        row.addWidget(self._when)
        row.addWidget(self._bar)
        row.addLayout(right)
        self.setLayout(row)

    def show_run(self, stored: StoredRun, *, is_current: bool) -> None:
        """Show a run as it is now."""
        if (stored, is_current) == (self._stored, self._is_current):
            return
        self._stored, self._is_current = stored, is_current
        name, path = printable(folder_name(stored)), printable(str(stored.folder))
        self._name.setText(name)
        self._path.setText(reason(stored) or path)
        self._when.setText(moment(stored))
        self._counts.setText(counts_line(stored.counts))
        self._counts.setMinimumWidth(130)
        self._paint_state(stored)
        self.setAccessibleName(f"{name}, {self._state.text()}, {self._counts.text()}")

    def _paint_state(self, stored: StoredRun) -> None:
        color = state_color(stored)
        self._state.setText(state(stored, is_current=self._is_current))
        self._state.setStyleSheet(f"color: {theme.color(color).name()}")
        good = share(stored.counts)
        bad = stored.counts.failed / stored.counts.total if stored.counts.total else 0.0
        main = "accent" if stored.state is RunState.RUNNING else "good"
        self._bar.show_parts([(good - bad, main), (bad, "error")])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._click()
        else:
            super().keyPressEvent(event)

    def _click(self) -> None:
        if self._stored is not None:
            self.clicked.emit(self._stored)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange) and self._stored:
            stored, self._stored = self._stored, None
            self.show_run(stored, is_current=self._is_current)
