"""Sorting pictures into folders: asks where to and how, shows what would happen, does it, takes it back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.core.language_in_use import tr
from app.core.printable import printable
from app.organise.planning import Plan, Wish, plan
from app.organise.work import Progress, carry_out
from app.store.listing import Filter
from app.store.sortings import By, How, Sortings, SortingState, StoredSorting
from app.ui.kit.dialogs import choose_folder
from app.ui.kit.format import size
from app.ui.kit.urls import is_text
from app.ui.kit.widgets import Notice, Segments, Text, line
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.texts import file_name

if TYPE_CHECKING:
    from app.core.jobs import JobContext
    from app.store.database import Database
    from app.store.records import StoredRun
    from app.ui.pages.batch.files import RunFiles

_WAIT_MS = 300
_SIZE = (620, 600)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SortDialog(QDialog):
    """One sorting, from the wish to the end, of what is listed or of the whole run.

    Attributes:
        plan: what would happen now; None while that is found out.
    """

    def __init__(self, parent: QWidget, files: RunFiles, listed: Pictures) -> None:
        super().__init__(parent)
        self._files, self._listed = files, listed
        self._job = 0
        self._how, self._by = How.COPY, By.GROUP
        self.plan: Plan | None = None
        self.setWindowTitle(tr("organise.title"))
        self.resize(*_SIZE)
        self.target = QLineEdit(str(_proposed(listed.run)))
        self._browse, self.start = QPushButton(tr("organise.browse")), QPushButton(tr("organise.start"))
        self._close = QPushButton(tr("organise.close"))
        self.how = Segments(tuple(How), lambda how: tr(f"organise.how_{how}"))
        self.by = Segments((By.GROUP, By.LABEL), lambda by: tr(f"organise.by_{by}"))
        self._only = QCheckBox(tr("organise.only_listed"))
        self._about, self._summary = Text(name="muted", wrap=True), Text(wrap=True)
        self.notice, self._tree, self._progress = Notice(), QTreeWidget(), QProgressBar()
        self._timer = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self._show_choices()
        self._plan_soon()

    def _lay_out(self) -> None:
        self.start.setObjectName("primary")
        self.start.setDefault(True)
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._only.setVisible(self._listed.wanted != Filter())
        self._only.setChecked(self._listed.wanted != Filter())
        self._tree.setColumnCount(2)
        self._tree.setHeaderLabels([tr("organise.folder"), tr("organise.count")])
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setStretchLastSection(False)
        self._tree.setRootIsDecorated(False)
        self._tree.headerItem().setTextAlignment(1, _RIGHT)
        self._tree.setAccessibleName(tr("organise.preview"))
        self.target.setAccessibleName(tr("organise.target"))
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(20)
        where = line(self.target)
        where.addWidget(self._browse)
        form.addRow(tr("organise.target"), where)
        form.addRow(tr("organise.by"), self.by)
        form.addRow(tr("organise.how"), self.how)
        buttons = line(self._progress)
        buttons.addStretch()
        buttons.addWidget(self._close)
        buttons.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(form)
        for widget in (self._about, self._only, self.notice, self._summary):
            column.addWidget(widget)
        column.addWidget(self._tree, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._plan)
        self.target.textEdited.connect(self._plan_soon)
        self._only.toggled.connect(self._plan_soon)
        self.how.chosen.connect(lambda how: self.choose(how=How(how)))
        self.by.chosen.connect(lambda by: self.choose(by=By(by)))
        self._browse.clicked.connect(self._ask_for_target)
        self.start.clicked.connect(self._carry_out)
        self._close.clicked.connect(self.reject)

    def choose(self, *, how: How | None = None, by: By | None = None) -> None:
        """Sort in another way."""
        self._how, self._by = how or self._how, by or self._by
        self._show_choices()
        self._plan_soon()

    def _show_choices(self) -> None:
        self.how.show_value(self._how)
        self.by.show_value(self._by)
        self._about.setText(tr(f"organise.about_{self._how}"))

    def _ask_for_target(self) -> None:
        folder = choose_folder(self, "sorting", tr("organise.target"), Path(self.target.text()))
        if folder is not None:
            self.target.setText(str(folder))
            self._plan_soon()

    def _plan_soon(self) -> None:
        """Plan anew when nothing has changed for a moment."""
        self._files.cancel(self._job)
        self._forget_plan()
        self.start.setEnabled(False)
        self._summary.setText(tr("organise.planning"))
        self._timer.start()

    def _plan(self) -> None:
        into = Path(os.path.expanduser(self.target.text().strip()))  # noqa: PTH111 - which raises for ~nobody
        if not into.is_absolute():
            self._summary.setText(tr("organise.not_absolute"))
            return
        wish, run = Wish(into, self._by, self._how, tr.now), self._listed.run
        pictures = self._listed if self._only.isChecked() else Pictures(run)

        def work(database: Database, context: JobContext) -> Plan:
            labels = pictures.labels()
            items = pictures.ids(database, labels)
            return plan(database, run.id, labels, wish, context.report, context.check, items)

        self._job = self._files.submit(work, self._show_plan, fail=self._fail)

    def _show_plan(self, found: Plan) -> None:
        self.plan = found
        parts = [
            tr(
                "organise.planned",
                files=f"{found.files:,}",
                folders=f"{len(found.folders):,}",
                size=size(found.size),
            )
        ]
        counted = {name: getattr(found, name) for name in ("renamed", "sidecars", "left", "there")}
        parts += [tr(f"organise.{name}", files=f"{count:,}") for name, count in counted.items() if count]
        self._summary.setText("\n".join(parts))
        self._tree.clear()
        for folder, count in found.folders.items():
            row = QTreeWidgetItem([" / ".join(folder), f"{count:,}"])
            row.setTextAlignment(1, _RIGHT)
            self._tree.addTopLevelItem(row)
        problems = [tr(f"sorting.problem_{each.kind}", **_shown(each.facts)) for each in found.problems]
        if problems:
            self.notice.warn("\n".join(problems))
        self.start.setEnabled(found.files > 0 and not any(each.blocks for each in found.problems))

    def _carry_out(self) -> None:
        found = self.plan
        if found is None:
            return
        self.plan = None  # it is no draft any more
        for widget in (self.target, self._browse, self.how, self.by, self._only, self.start):
            widget.setEnabled(False)
        self._close.setText(tr("organise.stop"))
        self._progress.setRange(0, found.files)
        self._progress.setValue(0)
        self._progress.show()

        def work(database: Database, context: JobContext) -> StoredSorting:
            return carry_out(database, found.sorting, context.report, context.check)

        self._job = self._files.submit(work, self._show_end, fail=self._fail, progress=self._show_progress)

    def _show_progress(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self._progress.setValue(progress.done)

    def _show_end(self, sorting: StoredSorting) -> None:
        self._end()
        self.notice.tell(sorting_line(sorting))
        if sorting.failed:
            self.notice.warn(tr("organise.some_failed", files=f"{sorting.failed:,}"))
        self._summary.setText(tr("organise.can_be_undone"))

    def _fail(self, sentence: str) -> None:
        self._end()
        self.notice.warn(sentence)
        self._summary.setText("")

    def _end(self) -> None:
        self._job = 0
        self._progress.hide()
        self._close.setText(tr("organise.close"))

    def _forget_plan(self) -> None:
        """A draft that is not carried out leaves nothing in the database."""
        if self.plan is not None:
            sorting, self.plan = self.plan.sorting, None
            self._files.submit(lambda database, _: Sortings(database).discard(sorting), lambda _: None)
        self._tree.clear()
        self.notice.clear()

    def done(self, result: int) -> None:
        self._files.cancel(self._job)
        self._timer.stop()
        self._forget_plan()
        super().done(result)


def _proposed(run: StoredRun) -> Path:
    """A new folder beside the run's; at home where that one's path is no text that can be typed."""
    beside = run.folder.parent if is_text(run.folder.parent) else Path.home()
    return beside / tr("organise.suffix", name=printable(file_name(run)).replace("\\", "_"))


def sorting_line(sorting: StoredSorting) -> str:
    """What has become of a sorting, in one sentence."""
    key = "undone" if sorting.state is SortingState.UNDONE else "sorted"
    count = sorting.undone if sorting.state is SortingState.UNDONE else sorting.done
    folder = printable(str(sorting.folder))
    return tr(f"organise.{key}", files=f"{count:,}", folder=folder, how=tr(f"organise.how_{sorting.how}"))


def _shown(facts: tuple[tuple[str, object], ...]) -> dict[str, str]:
    return {name: printable(str(value)) for name, value in facts}
