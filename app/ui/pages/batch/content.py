"""Everything on the batch page: the list of runs, or one run with its pictures and charts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.core.printable import printable
from app.store.label_search import quoted
from app.store.listing import Filter
from app.store.records import RunState, Wanted
from app.ui.kit.asking import confirmed, where_to_save
from app.ui.kit.urls import url_of
from app.ui.kit.widgets import Notice, Segments, Text, line
from app.ui.pages.batch.charts import Charts
from app.ui.pages.batch.files import Pictures, RunFiles
from app.ui.pages.batch.head import RunHead
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pages.batch.run_list import RunList
from app.ui.pages.batch.shown import Shown
from app.ui.pages.batch.sorting import SortDialog
from app.ui.pages.batch.sortings import SortingsDialog
from app.ui.pages.batch.texts import file_name, folder_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.batch.queue import Ended
    from app.batch.runner import Progress
    from app.core.results import GroupPath
    from app.organise.keywords import Written
    from app.organise.work import Progress as FileProgress
    from app.store.records import StoredRun
    from app.ui.pages.batch.runs import BatchRuns
    from app.ui.pictures.loader import PictureLoader

_REFRESH_MS = 1000
_MOST_FAILURES = 5
_FORMS = ("xlsx", "csv", "jsonl", "parquet")
_TABS = ("pictures", "charts")


class Content(QStackedWidget):
    """Brings runs, list, head, pictures and charts together. Belongs to the window's thread.

    Signals:
        folder_chosen(Path): the user wants a folder recognised.

    Attributes:
        shown: which run everything on the page is about.
    """

    folder_chosen = Signal(object)

    def __init__(self, runs: BatchRuns, loader: PictureLoader) -> None:
        super().__init__()
        self._runs = runs
        self.shown = Shown()
        self.list, self.head, self.notice = RunList(), RunHead(), Notice()
        self.items, self.charts, self.files = ItemsView(loader), Charts(), RunFiles()
        self.tabs = Segments(_TABS, lambda name: tr(f"batch.tab_{name}"))
        self._looking = Text("batch.looking", "muted")
        self._stack = QStackedWidget()
        self._charted = Filter()
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
        runs, files, shown = self._runs, self.files, self.shown
        runs.changed.connect(self._on_runs)
        runs.started.connect(shown.open)
        runs.forgotten.connect(self._on_forgotten)
        runs.progressed.connect(self._on_progress)
        runs.stage.connect(self.head.show_stage)
        runs.ended.connect(self._on_ended)
        for source in (runs, files, self.items):
            source.failed.connect(self._warn)
        files.exported.connect(lambda path: self._tell(tr("batch.exported", path=printable(str(path)))))
        files.summarised.connect(self.charts.show_summary)
        shown.opened.connect(self._on_opened)
        shown.changed.connect(self._show_state)
        shown.deleted.connect(self._on_deleted)
        files.keywords_progressed.connect(self._on_keywords)
        files.keywords_written.connect(self._on_keywords_written)
        self.items.listed.connect(self._on_listed)
        self.items.corrected.connect(runs.refresh)
        self.charts.searched.connect(self._search)
        self.charts.group_chosen.connect(self._choose_group)
        self.charts.saved.connect(files.exported)
        self.charts.failed.connect(files.failed)
        self.list.opened.connect(shown.open)
        self.list.folder_requested.connect(self.choose_folder)
        self.head.back_requested.connect(lambda: shown.open(None))
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
        return self.shown.run

    def _notice(self) -> Notice:
        """Where the user looks."""
        return self.list.notice if self.currentWidget() is self.list else self.notice

    def _warn(self, sentence: str) -> None:
        self._notice().warn(sentence)

    def _tell(self, sentence: str) -> None:
        self._notice().tell(sentence)

    def choose_folder(self) -> None:
        """Ask for a folder, and have it recognised."""
        name = QFileDialog.getExistingDirectory(self, tr("batch.choose_folder"))
        if name:
            self.folder_chosen.emit(Path(name))

    def _on_opened(self) -> None:
        """Nothing on the page is about the run before any more."""
        shown = self.shown
        self._timer.stop()
        self.notice.clear()
        self.files.drop_summary()
        self.charts.clear()
        self.items.show_run(shown.run.id if shown.run is not None else None, shown.labels)
        if shown.run is None:
            self.setCurrentWidget(self.list)
            return
        self._show_state()
        if shown.error is not None:
            self.notice.warn(tr.describe(shown.error))
        self.list.notice.clear()
        self.show_tab("pictures")
        self.setCurrentIndex(1)
        self.items.browser.view.setFocus()

    def _show_state(self) -> None:
        """Show what has become of the run that is shown."""
        stored = self.stored
        if stored is not None:
            self.head.show_run(stored, is_current=self._runs.current == stored.id)
            looking = stored.state is RunState.RUNNING and stored.counts.total == 0
            self._looking.setVisible(looking)
            self.items.filters.offer_gone(stored.counts.gone > 0)

    def _on_forgotten(self, run: int) -> None:
        if self.stored is not None and self.stored.id == run:
            self.shown.open(None)

    def _on_deleted(self, stored: StoredRun) -> None:
        self.list.notice.warn(tr("batch.deleted_elsewhere", folder=printable(folder_name(stored))))

    def show_tab(self, name: str) -> None:
        """Show `pictures` or `charts`; charts of what was listed before are not shown meanwhile."""
        if name == "charts" and self._charted != self.items.wanted():
            self.charts.clear()
        self.tabs.show_value(name)
        self._stack.setCurrentIndex(_TABS.index(name))
        self._summarise()

    def _search(self, text: str) -> None:
        self.items.filters.look_for(quoted(text))
        self.show_tab("pictures")

    def _choose_group(self, group: GroupPath) -> None:
        self.items.groups.choose(group)
        self.show_tab("pictures")

    def _on_runs(self, runs: list[StoredRun]) -> None:
        before = self.stored
        self.list.show_runs(runs, self._runs.current)
        self.shown.renew(runs)
        now = self.stored
        if before is None or now is None or before == now:
            return
        if before.state is not now.state:
            self.items.try_again()  # one that goes on may have its folder back
        self._refresh_soon()

    def _on_progress(self, progress: Progress) -> None:
        self.head.show_progress(progress)
        if self.stored is not None and progress.run == self.stored.id:
            self._refresh_soon()

    def _on_ended(self, ended: Ended) -> None:
        """Tell an error where the run is shown, or where all runs are; why one rests, it says itself."""
        is_shown = self.stored is not None and ended.run == self.stored.id
        if is_shown:
            self._refresh_soon()
        if ended.error is not None and ended.state is RunState.FAILED:
            (self.notice if is_shown else self.list.notice).warn(tr.describe(ended.error))

    def _refresh_soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        if self.stored is not None and self.isVisible():
            self.items.refresh()
            self._summarise()

    def _on_listed(self, _count: int) -> None:
        self.head.allow_shown(self.items.wanted() != Filter())
        self._summarise()

    def _summarise(self) -> None:
        pictures = self.pictures(only_listed=True)
        if pictures is not None and self._stack.currentWidget() is self.charts:
            self._charted = pictures.wanted
            self.files.summarise(pictures)

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
            QDesktopServices.openUrl(url_of(stored.folder))
        elif action in ("start_again", "forget"):
            self._throw_away(action, stored)
        elif action in ("export_all", "export_shown"):
            self._ask_export(only_shown=action == "export_shown")
        elif action == "sort":
            self._sort()
        elif action == "sortings":
            self._show_sortings()
        elif action == "keywords":
            self._write_keywords()

    def pictures(self, *, only_listed: bool) -> Pictures | None:
        """The pictures of the run that is shown, or those that its list is to show; None without any."""
        shown, items = self.shown, self.items
        if shown.run is None or shown.labels is None:
            return None
        return Pictures(shown.run, items.wanted(), items.order()) if only_listed else Pictures(shown.run)

    def _write_keywords(self) -> None:
        pictures = self.pictures(only_listed=True)
        title, question = tr("organise.keywords_title"), tr("organise.keywords_question")
        if pictures is not None and confirmed(self, title, question):
            self.files.write_keywords(pictures)

    def _throw_away(self, action: str, stored: StoredRun) -> None:
        """Ask before answers are deleted."""
        title = tr(f"batch.{action}").rstrip("…")
        question = tr(f"batch.{action}_question", folder=printable(folder_name(stored)))
        if not confirmed(self, title, question):
            return
        if action == "forget":
            self._runs.forget(stored.id)
        else:
            self._runs.start_again(stored.id)

    def _sort(self) -> None:
        pictures = self.pictures(only_listed=True)
        if pictures is not None and self.head.actions_by_name["sort"].isEnabled():
            self._open(SortDialog(self, self.files, pictures))

    def _show_sortings(self) -> None:
        if self.stored is not None:
            self._open(SortingsDialog(self, self.files, self.stored))

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog that may move pictures: the list follows them."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._follow_pictures())
        dialog.open()

    def _follow_pictures(self) -> None:
        """List pictures where they are now; once more when a stopped sorting has come to its end."""
        self.items.refresh()
        self.files.submit(lambda _database, _context: None, lambda _: self.items.refresh())

    def _ask_export(self, *, only_shown: bool) -> None:
        pictures = self.pictures(only_listed=only_shown)
        if pictures is None or not pictures.run.counts.answered:
            return
        folder = pictures.run.folder
        proposed = folder.parent / f"{file_name(pictures.run)}.{_FORMS[0]}"
        path = where_to_save(self, tr("batch.export").rstrip("…"), proposed, _FORMS)
        if path is not None:
            self.export(pictures, path)

    def export(self, pictures: Pictures, path: Path) -> None:
        """Write the answers for pictures."""
        self._tell(tr("batch.exporting", path=printable(str(path))))
        self.files.export(pictures, path)

    def _on_keywords(self, progress: FileProgress) -> None:
        self._tell(tr("organise.keywords_progress", done=f"{progress.done:,}", total=f"{progress.total:,}"))

    def _on_keywords_written(self, written: Written) -> None:
        sentences = [tr("organise.keywords_done", written=f"{written.written + written.unchanged:,}")]
        if not written.failures:
            self._tell(sentences[0])
            return
        sentences += [tr.error(failure.code, failure.facts) for failure in written.failures[:_MOST_FAILURES]]
        if len(written.failures) > _MOST_FAILURES:
            sentences.append(tr("organise.and_more", count=f"{len(written.failures) - _MOST_FAILURES:,}"))
        self._warn("\n".join(sentences))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has happened while the page was hidden."""
        super().showEvent(event)
        self.items.try_again()
        self._refresh()

    def shut_down(self) -> None:
        """Stop all workers of the page and wait for them."""
        self.items.shut_down()
        self.files.shut_down()
