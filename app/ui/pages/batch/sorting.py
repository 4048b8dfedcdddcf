"""Sorting pictures into folders: asks where to, how deep and how, and shows what would happen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.core.language_in_use import tr
from app.core.printable import printable
from app.organise.planning import Plan, Wish, plan
from app.store.listing import Filter
from app.store.sortings import By, How, Sortings
from app.ui.kit.cards import line
from app.ui.kit.dialogs import choose_folder
from app.ui.kit.format import size
from app.ui.kit.segments import Segments
from app.ui.kit.texts import Text
from app.ui.kit.urls import is_text
from app.ui.pages.batch.files import Pictures
from app.ui.pages.batch.texts import file_name

if TYPE_CHECKING:
    from app.core.errors import WanwuError
    from app.core.jobs import JobContext
    from app.store.database import Database
    from app.store.records import StoredRun
    from app.ui.pages.batch.files import RunFiles
    from app.ui.pages.batch.work import BatchWork

_WAIT_MS = 300
# With its frame it fits on a screen of 900 × 560.
_SIZE = (640, 500)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class _Depth:
    """How deep the folders are: a label each, or so many levels of groups; 0 for all."""

    by: By
    levels: int = 0


DEPTHS = {"top": _Depth(By.GROUP, 1), "second": _Depth(By.GROUP, 2), "all": _Depth(By.GROUP),
          "label": _Depth(By.LABEL)}  # fmt: skip


class SortDialog(QDialog):
    """Plans one sorting, of what is listed or of the whole run; `work` carries it out when this is closed.

    Attributes:
        plan: what would happen now; None while that is found out.
    """

    def __init__(self, parent: QWidget, files: RunFiles, work: BatchWork, listed: Pictures) -> None:
        super().__init__(parent)
        self._files, self._work, self._listed = files, work, listed
        self._task = 0
        self._how, self._depth = How.COPY, "top"
        self.plan: Plan | None = None
        self.setWindowTitle(tr("organise.title"))
        self.resize(*_SIZE)
        self.target = QLineEdit(str(_proposed(listed.run)))
        self._browse, self.start = QPushButton(tr("organise.browse")), QPushButton(tr("organise.start"))
        self._close = QPushButton(tr("organise.close"))
        self.how = Segments(tuple(How), lambda how: tr(f"organise.choice_{how}"))
        self.levels = Segments(tuple(DEPTHS), lambda depth: tr(f"organise.depth_{depth}"))
        count = f" ({listed.count:,})" if listed.count is not None else ""
        self._only = QCheckBox(f"{tr('organise.only_listed')}{count}")
        selected = len(listed.only or ()) if listed.is_selection else 0
        self._selected = Text(name="strong")
        self._selected.setText(tr("organise.selected", count=f"{selected:,}"))
        self._selected.setVisible(listed.is_selection)
        self._about, self.summary = Text(name="muted", wrap=True), Text(wrap=True)
        self.problems, self._tree = Text(name="notice", wrap=True), QTreeWidget()
        self._timer = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self._show_choices()
        self._plan_soon()

    def _lay_out(self) -> None:
        self.start.setObjectName("primary")
        self.start.setDefault(True)
        self.problems.hide()
        # Without anything that was selected or filtered, what is listed is the whole run.
        selected = self._listed.is_selection
        self._only.setVisible(not selected and self._listed.wanted != Filter())
        self._only.setChecked(selected or self._listed.wanted != Filter())
        self._dress_tree()
        for widget, key in ((self.target, "target"), (self.levels, "depth"), (self.how, "how")):
            widget.setAccessibleName(tr(f"organise.{key}"))
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(20)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        where = line(self.target)
        where.addWidget(self._browse)
        form.addRow(tr("organise.target"), where)
        form.addRow(tr("organise.depth"), self.levels)
        form.addRow(tr("organise.how"), self.how)
        form.addRow("", self._about)
        buttons = line()
        buttons.addStretch()
        buttons.addWidget(self._close)
        buttons.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        column.addLayout(form)
        for below in (self._selected, self._only, self.problems, self.summary):
            column.addWidget(below)
        column.addWidget(self._tree, 1)
        column.addLayout(buttons)

    def _dress_tree(self) -> None:
        tree = self._tree
        tree.setObjectName("plan")
        tree.setColumnCount(2)
        tree.setHeaderLabels([tr("organise.folder"), tr("organise.count")])
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setStretchLastSection(False)
        tree.setRootIsDecorated(False)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.headerItem().setTextAlignment(1, _RIGHT)
        tree.setMinimumHeight(90)
        tree.setAccessibleName(tr("organise.preview"))

    def _connect(self) -> None:
        self._timer.timeout.connect(self._plan)
        self.target.textEdited.connect(self._plan_soon)
        self._only.toggled.connect(self._plan_soon)
        self.how.chosen.connect(lambda how: self.choose(how=How(how)))
        self.levels.chosen.connect(lambda depth: self.choose(depth=depth))
        self._browse.clicked.connect(self._ask_for_target)
        self.start.clicked.connect(self._carry_out)
        self._close.clicked.connect(self.reject)
        self.target.returnPressed.connect(self._go_on)
        self.target.selectAll()

    def choose(self, *, how: How | None = None, depth: str | None = None) -> None:
        """Sort in another way; `depth` is one of `DEPTHS`."""
        self._how, self._depth = how or self._how, depth or self._depth
        self._show_choices()
        self._plan_soon()

    def _show_choices(self) -> None:
        self.how.show_value(self._how)
        self.levels.show_value(self._depth)
        self._about.setText(tr(f"organise.about_{self._how}"))

    def _ask_for_target(self) -> None:
        folder = choose_folder(self, "sorting", tr("organise.target"), Path(self.target.text()))
        if folder is not None:
            self.target.setText(str(folder))
            self._plan_soon()

    def _go_on(self) -> None:
        """Enter in the field: the default button has it, unless that waits for the plan of what was typed."""
        if not self.start.isEnabled():
            self.focusNextChild()

    def _plan_soon(self) -> None:
        """Plan anew when nothing has changed for a moment."""
        self._files.drop(self._task)
        self._forget_plan()
        self.start.setEnabled(False)
        self.summary.setText(tr("organise.planning"))
        self._timer.start()

    def _plan(self) -> None:
        into = Path(os.path.expanduser(self.target.text().strip()))  # noqa: PTH111 - which raises for ~nobody
        if not into.is_absolute():
            self.summary.setText(tr("organise.not_absolute"))
            return
        depth, run = DEPTHS[self._depth], self._listed.run
        wish = Wish(into, depth.by, self._how, tr.now, depth.levels)
        pictures = self._listed if self._only.isChecked() else Pictures(run)

        def work(database: Database, context: JobContext) -> Plan:
            labels = pictures.labels()
            items = pictures.ids(database, labels)
            return plan(database, run.id, labels, wish, context.report, context.check, items)

        self._task = self._files.look(work, self._show_plan, failed=self._fail, owner=self)

    def _show_plan(self, found: Plan) -> None:
        self.plan = found
        self.summary.setText("\n".join(_summary(found)))
        self._tree.clear()
        for folder, count in found.folders.items():
            name = " / ".join(folder)
            row = QTreeWidgetItem([name, f"{count:,}"])
            row.setToolTip(0, name)
            row.setTextAlignment(1, _RIGHT)
            self._tree.addTopLevelItem(row)
        problems = [tr(f"sorting.problem_{each.kind}", **_shown(each.facts)) for each in found.problems]
        self._show_problems("\n".join(problems))
        self.start.setEnabled(found.files > 0 and not any(each.blocks for each in found.problems))

    def _fail(self, error: WanwuError) -> None:
        self.summary.setText("")
        self._show_problems(tr.describe(error))

    def _show_problems(self, sentences: str) -> None:
        self.problems.setText(sentences)
        self.problems.setVisible(bool(sentences))

    def _carry_out(self) -> None:
        """Have it done, behind the window: what comes of it is told there."""
        if self.plan is not None:
            found, self.plan = self.plan, None  # it is no draft any more
            self._work.sort(found)
            self.accept()

    def _forget_plan(self) -> None:
        """A draft that is not carried out leaves nothing in the database."""
        if self.plan is not None:
            sorting, self.plan = self.plan.sorting, None
            self._files.look(
                lambda database, _: Sortings(database).discard(sorting), lambda _: None, owner=self._files
            )
        self._tree.clear()
        self._show_problems("")

    def done(self, result: int) -> None:
        self._files.drop(self._task)
        self._timer.stop()
        self._forget_plan()
        super().done(result)


def _summary(found: Plan) -> list[str]:
    """What would happen, in sentences; those of what does not happen are left out."""
    sentences = [
        tr(
            "organise.planned",
            files=f"{found.files:,}",
            folders=f"{len(found.folders):,}",
            size=size(found.size),
        )
    ]
    counted = {name: getattr(found, name) for name in ("unsure", "left", "renamed", "sidecars", "there")}
    folder = tr("sorting.folder_unsure")
    sentences += [
        tr(f"organise.{name}", files=f"{count:,}", folder=folder) for name, count in counted.items() if count
    ]
    return sentences


def _proposed(run: StoredRun) -> Path:
    """A new folder beside the run's; at home where that one's path is no text that can be typed."""
    beside = run.folder.parent if is_text(run.folder.parent) else Path.home()
    return beside / tr("organise.suffix", name=printable(file_name(run)).replace("\\", "_"))


def _shown(facts: tuple[tuple[str, object], ...]) -> dict[str, str]:
    return {name: printable(str(value)) for name, value in facts}
