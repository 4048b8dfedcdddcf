"""Earlier sortings: what was done, going on with one that was interrupted, taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.store.sortings import Sortings, SortingState, StoredSorting
from app.ui.kit.cards import Card, line
from app.ui.kit.empty import Empty
from app.ui.kit.format import moment
from app.ui.kit.scroll import Scroll
from app.ui.kit.texts import Text
from app.ui.pages.batch.texts import sorting_line

if TYPE_CHECKING:
    from app.core.errors import WanwuError
    from app.core.jobs import JobContext
    from app.store.database import Database
    from app.store.records import StoredRun
    from app.ui.pages.batch.files import RunFiles
    from app.ui.pages.batch.work import BatchWork

_SIZE = (640, 420)


class SortingsDialog(QDialog):
    """The sortings of a run, or all there are, with buttons for what can be undone or continued.

    What is asked for goes on when this is closed.
    """

    def __init__(self, parent: QWidget, files: RunFiles, work: BatchWork, stored: StoredRun | None) -> None:
        super().__init__(parent)
        self._files, self._work, self._stored = files, work, stored
        self._task = 0
        self.setWindowTitle(tr("organise.history"))
        self.resize(*_SIZE)
        hint = "organise.none_hint" if stored is not None else "organise.none_at_all_hint"
        self.empty = Empty("layers", "organise.none", hint)
        self.empty.hide()
        self.problem = Text(name="notice", wrap=True)
        self.problem.hide()
        self._lay_out()
        work.sorting_changed.connect(self._look)
        self._look()

    def _lay_out(self) -> None:
        self._rows = QWidget()
        self._cards = QVBoxLayout(self._rows)
        self._cards.setContentsMargins(0, 0, 8, 0)
        self._cards.addStretch()
        self._area = Scroll()  # its buttons have the keyboard
        self._area.setWidget(self._rows)
        self._close = QPushButton(tr("organise.close"))
        self._close.clicked.connect(self.reject)
        foot = line()
        foot.addStretch()
        foot.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.problem)
        column.addWidget(self.empty, 1)
        column.addWidget(self._area, 1)
        column.addLayout(foot)

    def _look(self) -> None:
        run = self._stored.id if self._stored is not None else None
        self._files.drop(self._task)

        def work(database: Database, _context: JobContext) -> list[StoredSorting]:
            sortings = Sortings(database)
            return sortings.all() if run is None else sortings.of_run(run)

        self._task = self._files.look(work, self._show, failed=self._fail, owner=self)

    def _fail(self, error: WanwuError) -> None:
        self.problem.setText(tr.describe(error))
        self.problem.show()

    def _show(self, sortings: list[StoredSorting]) -> None:
        while self._cards.count() > 1:
            item = self._cards.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, sorting in enumerate(sortings):
            self._cards.insertWidget(place, self._card(sorting))
        self.empty.setVisible(not sortings)
        self._area.setVisible(bool(sortings))
        buttons = [button for button in self._rows.findChildren(QPushButton) if not button.isHidden()]
        first = next((button for button in buttons if button.isEnabled()), self._close)
        QTimer.singleShot(0, first, first.setFocus)  # it is not on the screen yet

    def _card(self, sorting: StoredSorting) -> Card:
        card, text, when = Card(), Text(wrap=True), Text(name="muted")
        text.setText(sorting_line(sorting))
        busy = sorting.id in self._work.busy
        when.setText(_moment(sorting, busy=busy))
        texts = QVBoxLayout()
        texts.addWidget(text)
        texts.addWidget(when)
        row = line(spacing=10)
        row.setContentsMargins(16, 12, 16, 12)
        row.addLayout(texts, 1)
        for action in () if busy else _offered(sorting):
            button = QPushButton(tr(f"organise.{action}"))
            button.setObjectName(action)
            button.setAccessibleDescription(text.text())
            do = self._work.take_back if action == "undo" else self._work.go_on
            button.clicked.connect(lambda _checked=False, do=do: do(sorting))
            row.addWidget(button)
        card.setLayout(row)
        return card

    def done(self, result: int) -> None:
        self._files.drop(self._task)
        self._work.sorting_changed.disconnect(self._look)
        super().done(result)


def _moment(sorting: StoredSorting, *, busy: bool) -> str:
    state = tr("organise.state_busy" if busy else f"organise.state_{sorting.state}")
    return tr.join([moment(sorting.created), state], "facts")


def _offered(sorting: StoredSorting) -> tuple[str, ...]:
    if sorting.state is SortingState.SORTING:
        return "resume", "undo"
    undoable = sorting.state in (SortingState.SORTED, SortingState.UNDOING) or sorting.kept > 0
    return ("undo",) if undoable else ()
