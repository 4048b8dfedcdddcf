"""Everything on the batch page: the list of runs, or one run with its pictures and charts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from app.errors import WanwuError
from app.i18n import printable, tr
from app.models import labels_of
from app.store.listing import Filter
from app.store.records import RunState, Wanted
from app.ui.batch.charts import Charts
from app.ui.batch.files import RunFiles
from app.ui.batch.head import RunHead
from app.ui.batch.items.view import ItemsView
from app.ui.batch.run_list import RunList
from app.ui.batch.sorting import SortDialog
from app.ui.batch.sortings import SortingsDialog
from app.ui.batch.texts import folder_name
from app.ui.widgets import Notice, Segments, Text, line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from app.batch.queue import Ended
    from app.batch.runner import Progress
    from app.sorting.keywords import Written
    from app.sorting.work import Progress as FileProgress
    from app.store.records import StoredRun
    from app.ui.batch.runs import BatchRuns

_REFRESH_MS = 1000
_MOST_FAILURES = 5
_FORMS = ("xlsx", "csv", "jsonl", "parquet")
_TABS = ("pictures", "charts")


class Content(QStackedWidget):
    """Brings runs, list, head, pictures and charts together. Belongs to the window's thread.

    Signals:
        folder_chosen(Path): the user wants a folder recognised.
    """

    folder_chosen = Signal(object)

    def __init__(self, runs: BatchRuns) -> None:
        super().__init__()
        self._runs = runs
        self._stored: dict[int, StoredRun] = {}
        self._shown: int | None = None
        self.list, self.head, self.notice = RunList(), RunHead(), Notice()
        self.items, self.charts, self.files = ItemsView(), Charts(), RunFiles()
        self.tabs = Segments(_TABS, lambda name: tr(f"batch.tab_{name}"))
        self._looking = Text("batch.looking", "muted")
        self._stack = QStackedWidget()
        # What a run finds is read again at most once a second: the list may have a million items.
        self._timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self.show_tab("pictures")

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(12)
        tabs = line(self.tabs, spacing=14)
        tabs.addWidget(self._looking)
        tabs.addStretch()
        self._stack.addWidget(self.items)
        self._stack.addWidget(self.charts)
        column.addWidget(self.head)
        column.addWidget(self.notice)
        column.addLayout(tabs)
        column.addWidget(self._stack, 1)
        self.addWidget(self.list)
        self.addWidget(page)

    def _connect(self) -> None:
        runs, files = self._runs, self.files
        runs.changed.connect(self._on_runs)
        runs.started.connect(self.open_run)
        runs.progressed.connect(self._on_progress)
        runs.stage.connect(self.head.show_stage)
        runs.ended.connect(self._on_ended)
        for source in (runs, files, self.items):
            source.failed.connect(self._warn)
        files.exported.connect(lambda path: self.notice.tell(tr("batch.exported", path=printable(str(path)))))
        files.summarised.connect(self.charts.show_summary)
        files.keywords_progressed.connect(self._on_keywords)
        files.keywords_written.connect(self._on_keywords_written)
        self.items.listed.connect(self._on_listed)
        self.items.corrected.connect(runs.refresh)
        self.charts.searched.connect(self._search)
        self.list.opened.connect(self.open_run)
        self.list.folder_requested.connect(self.choose_folder)
        self.head.back_requested.connect(self.show_list)
        self.head.asked.connect(self._on_asked)
        self.tabs.chosen.connect(self.show_tab)
        self._timer.timeout.connect(self._refresh)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+P": self.head.main.click,
            "Ctrl+Shift+E": lambda: self._ask_export(only_shown=self.items.wanted() != Filter()),
            "Ctrl+Shift+S": self._sort,
            "Ctrl+Shift+Z": self._show_sortings,
        }
        for key, action in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(action)

    @property
    def stored(self) -> StoredRun | None:
        """The run that is shown."""
        return self._stored.get(self._shown) if self._shown is not None else None

    def _warn(self, sentence: str) -> None:
        """Say what went wrong where the user looks."""
        notice = self.list.notice if self.currentWidget() is self.list else self.notice
        notice.warn(sentence)

    def choose_folder(self) -> None:
        """Ask for a folder, and have it recognised."""
        name = QFileDialog.getExistingDirectory(self, tr("batch.choose_folder"))
        if name:
            self.folder_chosen.emit(Path(name))

    def show_list(self) -> None:
        """Go back to all runs."""
        self._shown = None
        self.setCurrentWidget(self.list)

    def open_run(self, run: int) -> None:
        """Show one run."""
        self._shown = run
        self.notice.clear()
        self._show_stored(is_new=True)

    def _show_stored(self, *, is_new: bool) -> None:
        stored = self.stored
        if stored is None:
            return  # it is known after the next look
        self.head.show_run(stored, is_current=self._runs.current == stored.id)
        self._looking.setVisible(stored.state is RunState.RUNNING and stored.counts.total == 0)
        if not is_new and self.currentWidget() is not self.list:
            return
        try:
            self.items.show_run(stored.id, labels_of(stored.options["shelf"]["model"]))
        except WanwuError as error:
            self.notice.warn(tr.describe(error))
        self.show_tab("pictures")
        self.setCurrentIndex(1)
        self.items.browser.view.setFocus()

    def show_tab(self, name: str) -> None:
        """Show `pictures` or `charts`."""
        self.tabs.show_value(name)
        self._stack.setCurrentIndex(_TABS.index(name))
        self._summarise()

    def _search(self, text: str) -> None:
        self.items.search(text)
        self.show_tab("pictures")

    def _on_runs(self, runs: list[StoredRun]) -> None:
        before, self._stored = self._stored, {stored.id: stored for stored in runs}
        self.list.show_runs(runs, self._runs.current)
        if self._shown is None:
            return
        stored = self.stored
        if stored is None:
            if self._shown in before:  # somebody has deleted it
                self.show_list()
            return
        self._show_stored(is_new=False)
        old = before.get(stored.id)
        if old is not None and old.counts != stored.counts:
            self._refresh_soon()

    def _on_progress(self, progress: Progress) -> None:
        self.head.show_progress(progress)
        if progress.run == self._shown:
            self._refresh_soon()

    def _on_ended(self, ended: Ended) -> None:
        if ended.run == self._shown:
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        if self._shown is not None and self.isVisible():
            self.items.refresh()
            self._summarise()

    def _on_listed(self, _count: int) -> None:
        self.head.allow_shown(self.items.wanted() != Filter())
        self._summarise()

    def _summarise(self) -> None:
        stored = self.stored
        if stored is not None and self._stack.currentWidget() is self.charts:
            self.files.summarise(stored, self.items.wanted())

    def _on_asked(self, action: str) -> None:
        stored = self.stored
        if stored is None:
            return
        wishes = {
            "pause": Wanted.PAUSE,
            "cancel": Wanted.CANCEL,
            "resume": Wanted.RUN,
            "look_again": Wanted.RUN,
        }
        self.notice.clear()
        if action in wishes:
            self._runs.want(stored.id, wishes[action])
        elif action == "retry_failed":
            self._runs.retry_failed(stored.id)
        elif action == "open_folder":
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(stored.folder)))
        elif action in ("start_again", "forget"):
            self._throw_away(action, stored)
        elif action in ("export_all", "export_shown"):
            self._ask_export(only_shown=action == "export_shown")
        elif action == "sort":
            self._sort()
        elif action == "sortings":
            self._show_sortings()
        elif action == "keywords":
            self._write_keywords(stored)

    def _listed(self) -> Collection[int] | None:
        """What the list shows, if that is not everything."""
        return tuple(self.items.ids().tolist()) if self.items.wanted() != Filter() else None

    def _write_keywords(self, stored: StoredRun) -> None:
        yes = QMessageBox.StandardButton.Yes
        title, question = tr("organise.keywords_title"), tr("organise.keywords_question")
        if QMessageBox.question(self, title, question) is yes:
            self.files.write_keywords(stored, self._listed())

    def _throw_away(self, action: str, stored: StoredRun) -> None:
        """Ask before answers are deleted."""
        sure = QMessageBox.question(
            self,
            tr(f"batch.{action}").rstrip("…"),
            tr(f"batch.{action}_question", folder=printable(folder_name(stored))),
        )
        if sure is not QMessageBox.StandardButton.Yes:
            return
        if action == "forget":
            self._runs.forget(stored.id)
        else:
            self._runs.start_again(stored.id)

    def _sort(self) -> None:
        stored = self.stored
        if stored is not None and self.head.actions_by_name["sort"].isEnabled():
            self._open(SortDialog(self, self.files, stored, self._listed()))

    def _show_sortings(self) -> None:
        if self.stored is not None:
            self._open(SortingsDialog(self, self.files, self.stored))

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog that may move pictures: the list follows them."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self.items.refresh())
        dialog.open()

    def _ask_export(self, *, only_shown: bool) -> None:
        stored = self.stored
        if stored is None or not stored.counts.answered:
            return
        forms = {f"{form.upper()} (*.{form})": form for form in _FORMS}
        proposed = str(stored.folder.parent / f"{folder_name(stored)}.{_FORMS[0]}")
        name, form = QFileDialog.getSaveFileName(self, tr("batch.export"), proposed, ";;".join(forms))
        if name:
            path = Path(name)
            path = path if path.suffix.lower()[1:] in _FORMS else Path(f"{name}.{forms[form]}")
            self.export(stored, path, only_shown=only_shown)

    def export(self, stored: StoredRun, path: Path, *, only_shown: bool) -> None:
        """Write the run's answers, or only those that are listed."""
        self.notice.tell(tr("batch.exporting", path=printable(str(path))))
        self.files.export(stored, self._listed() if only_shown else None, path)

    def _on_keywords(self, progress: FileProgress) -> None:
        self.notice.tell(
            tr("organise.keywords_progress", done=f"{progress.done:,}", total=f"{progress.total:,}")
        )

    def _on_keywords_written(self, written: Written) -> None:
        sentences = [tr("organise.keywords_done", written=f"{written.written + written.unchanged:,}")]
        if not written.failures:
            self.notice.tell(sentences[0])
            return
        sentences += [tr.error(failure.code, failure.facts) for failure in written.failures[:_MOST_FAILURES]]
        if len(written.failures) > _MOST_FAILURES:
            sentences.append(tr("organise.and_more", count=f"{len(written.failures) - _MOST_FAILURES:,}"))
        self.notice.warn("\n".join(sentences))

    def shut_down(self) -> None:
        """Stop all workers of the page and wait for them."""
        self.items.shut_down()
        self.files.shut_down()
