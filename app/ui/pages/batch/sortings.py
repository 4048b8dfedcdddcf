"""Earlier sortings of a run: what was done, going on with one that was interrupted, taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFrame, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.organise.work import Progress, carry_out, undo
from app.store.sortings import Sortings, SortingState, StoredSorting
from app.ui.kit.format import moment
from app.ui.kit.widgets import Card, Notice, Text, line
from app.ui.pages.batch.sorting import sorting_line

if TYPE_CHECKING:
    from app.core.jobs import JobContext
    from app.store.database import Database
    from app.store.records import StoredRun
    from app.ui.pages.batch.files import RunFiles

_SIZE = (640, 420)
_WORK = {"undo": undo, "resume": carry_out}


class SortingsDialog(QDialog):
    """A list with a button for each sorting that can be undone or continued."""

    def __init__(self, parent: QWidget, files: RunFiles, stored: StoredRun) -> None:
        super().__init__(parent)
        self._files, self._stored = files, stored
        self._job = 0
        self.setWindowTitle(tr("organise.history"))
        self.resize(*_SIZE)
        self.notice, self._progress = Notice(), QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._empty = Text("organise.none", "muted")
        self._rows = QWidget()
        self._cards = QVBoxLayout(self._rows)
        self._cards.setContentsMargins(0, 0, 8, 0)
        self._cards.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self._rows)
        close = QPushButton(tr("organise.close"))
        close.clicked.connect(self.reject)
        foot = line(self._progress)
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(self._empty)
        column.addWidget(area, 1)
        column.addLayout(foot)
        self._look()

    def _look(self) -> None:
        run = self._stored.id
        self._job = self._files.submit(
            lambda database, _: Sortings(database).of_run(run), self._show, fail=self.notice.warn
        )

    def _show(self, sortings: list[StoredSorting]) -> None:
        while self._cards.count() > 1:
            item = self._cards.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for place, sorting in enumerate(sortings):
            self._cards.insertWidget(place, self._card(sorting))
        self._empty.setVisible(not sortings)
        button = self._rows.findChild(QPushButton)
        if button is not None:
            QTimer.singleShot(0, button, button.setFocus)  # it is not on the screen yet

    def _card(self, sorting: StoredSorting) -> Card:
        card, text, when = Card(), Text(wrap=True), Text(name="muted")
        text.setText(sorting_line(sorting))
        when.setText(_moment(sorting))
        texts = QVBoxLayout()
        texts.addWidget(text)
        texts.addWidget(when)
        row = line(spacing=10)
        row.setContentsMargins(16, 12, 16, 12)
        row.addLayout(texts, 1)
        for action in _offered(sorting):
            button = QPushButton(tr(f"organise.{action}"))
            button.setObjectName(action)
            button.clicked.connect(lambda _checked=False, action=action: self.work(action, sorting))
            row.addWidget(button)
        card.setLayout(row)
        return card

    def work(self, action: str, sorting: StoredSorting) -> None:
        """Undo or resume a sorting."""

        def do(database: Database, context: JobContext) -> StoredSorting:
            return _WORK[action](database, sorting.id, context.report, context.check)

        self.notice.clear()
        self._rows.setEnabled(False)
        self._progress.setRange(0, max(sorting.total, 1))
        self._progress.show()
        self._job = self._files.submit(do, self._on_done, fail=self._on_failed, progress=self._on_progress)

    def _on_progress(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self._progress.setRange(0, max(progress.total, 1))
            self._progress.setValue(progress.done)

    def _on_done(self, sorting: StoredSorting) -> None:
        self._rest()
        if sorting.kept or sorting.failed:
            self.notice.warn(tr("organise.some_failed", files=f"{sorting.kept + sorting.failed:,}"))
        else:
            self.notice.tell(sorting_line(sorting))

    def _on_failed(self, sentence: str) -> None:
        self._rest()
        self.notice.warn(sentence)

    def _rest(self) -> None:
        self._rows.setEnabled(True)
        self._progress.hide()
        self._look()

    def done(self, result: int) -> None:
        self._files.cancel(self._job)
        super().done(result)


def _moment(sorting: StoredSorting) -> str:
    when = moment(sorting.created)
    return f"{when} · {tr(f'organise.state_{sorting.state}')}"


def _offered(sorting: StoredSorting) -> tuple[str, ...]:
    if sorting.state is SortingState.SORTING:
        return "resume", "undo"
    undoable = sorting.state in (SortingState.SORTED, SortingState.UNDOING) or sorting.kept > 0
    return ("undo",) if undoable else ()
