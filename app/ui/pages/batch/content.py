"""Everything on the batch page: the list of runs, or one run with its pictures and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.batch.control import is_wanted
from app.core.language_in_use import tr
from app.core.printable import printable
from app.store.label_search import quoted
from app.store.listing import Filter
from app.store.records import Wanted
from app.ui.kit.dialogs import choose_folder
from app.ui.kit.page import EDGE_PX
from app.ui.pages.batch.asked import Asked
from app.ui.pages.batch.charts import Charts
from app.ui.pages.batch.charts_panel import ChartsPanel
from app.ui.pages.batch.files import Pictures, RunFiles
from app.ui.pages.batch.head import TABS, RunHead
from app.ui.pages.batch.items.view import ItemsView
from app.ui.pages.batch.keys import KEYS
from app.ui.pages.batch.run_list import RunList
from app.ui.pages.batch.shown import Shown
from app.ui.pages.batch.telling import about
from app.ui.pages.batch.texts import file_name, standings
from app.ui.pages.batch.work import BatchWork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.batch.queue import Ended
    from app.batch.runner import Progress
    from app.core.results import GroupPath
    from app.store.records import StoredRun
    from app.ui.current import Current
    from app.ui.pages.batch.runs import BatchRuns
    from app.ui.pages.batch.texts import Standing

_REFRESH_MS = 1000
_FORMS = ("xlsx", "csv", "jsonl", "parquet")
_WISHES = {"pause": Wanted.PAUSE, "cancel": Wanted.CANCEL, "resume": Wanted.RUN, "look_again": Wanted.RUN}


class Content(QStackedWidget):
    """Brings runs, list, head, pictures and charts together. Belongs to the window's thread.

    Attributes:
        shown: which run everything on the page is about.
        work: what is done with its pictures.
        asked: does what is asked of runs and pictures.
    """

    def __init__(self, current: Current, runs: BatchRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current, self.runs = current, runs
        self.shown, self.files = Shown(), RunFiles()
        self.work = BatchWork(current, self.files)
        self.asked = Asked(self)
        self._charted = Filter()
        self._told: int | None = None
        self._folders: set[Path] | None = None
        self._again: int | None = None
        # What a run finds is read again at most once a second: the list may have a million items.
        self._timer = QTimer(self, interval=_REFRESH_MS, singleShot=True)
        self._second_press = QTimer(self, interval=QApplication.doubleClickInterval(), singleShot=True)

    def make(self) -> Iterator[None]:
        """Make everything there is; a step of `Page.make` for each part."""
        self.list = RunList()
        self.addWidget(self.list)
        yield
        self._run = QWidget()
        self.addWidget(self._run)
        column = QVBoxLayout(self._run)
        column.setContentsMargins(EDGE_PX, 12, EDGE_PX, 12)
        column.setSpacing(10)
        self.head, self._stack = RunHead(), QStackedWidget()
        column.addWidget(self.head)
        column.addWidget(self._stack, 1)
        yield
        self.items = ItemsView(self.current.loader, do=self.current.do, parent=self._stack)
        yield from self.items.make()
        self._stack.addWidget(self.items)
        yield
        self.charts = Charts()
        self._panel = ChartsPanel(self.charts)
        self._stack.addWidget(self._panel)
        yield
        self._connect()
        self._add_keys()
        self.show_tab("pictures")

    def _connect(self) -> None:
        runs, files, shown = self.runs, self.files, self.shown
        runs.changed.connect(self._on_runs)
        runs.started.connect(shown.open)
        runs.progressed.connect(self._on_progress)
        runs.stage.connect(self.head.show_stage)
        runs.ended.connect(self._on_ended)
        for source in (files, self.items):
            source.failed.connect(self.current.notices.warn)
        files.summarised.connect(self.charts.show_summary)
        self.work.sorting_changed.connect(self.items.refresh)
        shown.opened.connect(self._on_opened)
        shown.changed.connect(self._show_state)
        shown.deleted.connect(self._on_deleted)
        self.items.listed.connect(self._on_listed)
        self.items.corrected.connect(runs.refresh)
        self.items.wished.connect(self.asked.do_with)
        self.charts.searched.connect(self._search)
        self.charts.group_chosen.connect(self._choose_group)
        self._panel.clear_wanted.connect(self.items.clear_filters)
        self.charts.saved.connect(self.work.tell_exported)
        self.charts.failed.connect(self.current.notices.warn)
        self.list.opened.connect(shown.open)
        self.list.asked.connect(self.asked.do)
        self.list.refused.connect(self.current.notices.tell)
        self.list.folder_requested.connect(self.choose_folder)
        self.list.recent.chosen.connect(lambda folder: self.current.open((folder,)))
        self.current.recent.changed.connect(self._offer_recent)
        self.list.sortings_requested.connect(lambda: self.asked.show_sortings(None))
        self.head.back_requested.connect(lambda: shown.open(None))
        self.head.asked.connect(self._on_head_asked)
        self.head.tabs.chosen.connect(self.show_tab)
        self.items.selected_changed.connect(self.head.show_selected)
        self._timer.timeout.connect(self._refresh)
        self.currentChanged.connect(lambda _place: self._heed_mouse(False))
        self._second_press.timeout.connect(lambda: self._heed_mouse(True))

    def _add_keys(self) -> None:
        actions: dict[str, Callable[[], object]] = {
            "go_on_or_pause": self.head.press_main,
            "look_again": lambda: self._press("look_again"),
            "export": lambda: self.asked.do_with("export", self.items.selected()),
            "sort": self._sort,
            "sortings": lambda: self.asked.show_sortings(self.stored),
            "back": lambda: self.shown.open(None),
        }
        KEYS.bind(self, actions)
        KEYS.bind(self._run, {"find": self._find})
        KEYS.bind(self.list, {"find": self.list.go_to_search})

    def _sort(self) -> None:
        """What is selected, if several are; nothing while it is not offered."""
        if self.stored is not None and self.head.actions_by_name["sort"].isEnabled():
            self.asked.do_with("sort", self.items.selected())

    def _press(self, action: str) -> None:
        """What a menu offers, by its key; nothing while it is not offered."""
        if self.stored is not None:
            self.head.actions_by_name[action].trigger()

    @property
    def stored(self) -> StoredRun | None:
        """The run that is shown."""
        return self.shown.run

    def choose_folder(self) -> None:
        """Ask for a folder, and have it recognised."""
        folder = choose_folder(self, "folders", tr("batch.choose_folder"))
        if folder is not None:
            self.current.open((folder,))

    def open_again(self, run: int | None) -> None:
        """Open a run, if there still is one, when the runs are known; None for none after all."""
        self._again = run

    def _heed_mouse(self, heeded: bool) -> None:
        """What has just come under the mouse is deaf to the second press of a double click."""
        for part in (self.list, self._run):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not heeded)
        if not heeded:
            self._second_press.start()

    def _on_opened(self) -> None:
        """Nothing on the page is about the run before any more, nor are the notices."""
        shown, notices = self.shown, self.current.notices
        self._timer.stop()
        if self._told is not None:
            notices.withdraw(about(self._told))
        self._told = shown.run.id if shown.run is not None else None
        self.files.drop_summary()
        self.charts.clear()
        self.items.show_run(shown.run.id if shown.run is not None else None, shown.labels)
        if shown.run is None:
            self.setCurrentWidget(self.list)
            self.list.take_focus()
            return
        self.list.remember(shown.run.id)
        self.charts.say_subject(shown.run.folder.parent / file_name(shown.run))
        self._show_state()
        if shown.error is not None:
            notices.warn(tr.describe(shown.error), about=about(shown.run.id))
        self.show_tab("pictures")
        self.setCurrentIndex(1)
        self.items.browser.take_focus()

    def _show_state(self) -> None:
        """Show what has become of the run that is shown."""
        stored = self.stored
        if stored is not None:
            # The run may be so new that it is not among those that are known.
            others = [run for run in self.runs.known if run.id != stored.id]
            *_, standing = standings([*others, stored], self.runs.current, held=self.runs.held)
            self.head.show_run(standing)
            self.items.filters.offer_gone(stored.counts.gone > 0)
            if self.shown.labels is not None:
                self.items.expect(is_wanted(stored))

    def _on_deleted(self, stored: StoredRun) -> None:
        """Say so where it was another program; what is deleted here is told of with its undo."""
        if stored.id not in self.runs.hidden:
            self.current.notices.warn(tr("batch.deleted_elsewhere", folder=printable(file_name(stored))))

    def show_tab(self, name: str) -> None:
        """Show `pictures` or `charts`; charts of what was listed before are not shown meanwhile."""
        if name == "charts" and self._charted != self.items.wanted():
            self.charts.clear()
        self.head.tabs.show_value(name)
        self._stack.setCurrentIndex(TABS.index(name))
        self._summarise()

    def _find(self) -> None:
        """The search is beside the pictures, and says there what the charts count."""
        if self._stack.currentWidget() is not self.items:
            self.show_tab("pictures")
        self.items.go_to_search()

    def _search(self, text: str) -> None:
        self.items.filters.look_for(quoted(text))
        self._show_pictures()

    def _choose_group(self, group: GroupPath) -> None:
        self.items.groups.choose(group)
        self._show_pictures()

    def _show_pictures(self) -> None:
        """Those of a bar that was pressed: the next key is for them."""
        self.show_tab("pictures")
        self.items.browser.take_focus()

    def _on_runs(self, runs: list[StoredRun]) -> None:
        before = self.stored
        found = standings(runs, self.runs.current, held=self.runs.held)
        self.list.show_runs(sorted(found, key=_place))
        if self.runs.folders != self._folders:
            self._folders = self.runs.folders
            self._offer_recent()
        self.shown.renew(runs)
        self._open_again(runs)
        now = self.stored
        if before is None or now is None or before == now:
            return
        if before.state is not now.state:
            self.items.try_again()  # one that goes on may have its folder back
        self._refresh_soon()

    def _open_again(self, runs: Sequence[StoredRun]) -> None:
        again, self._again = self._again, None
        run = next((run for run in runs if run.id == again), None)
        if run is not None and self.stored is None:
            self.shown.open(run)

    def _offer_recent(self) -> None:
        """Offer folders that were opened lately and have no run: the others are in the list."""
        self.list.recent.show_paths(
            [path for path in self.current.recent.folders if path not in self.runs.folders]
        )

    def _on_progress(self, progress: Progress) -> None:
        self.head.show_progress(progress)
        if self.stored is not None and progress.run == self.stored.id:
            self._refresh_soon()

    def _on_ended(self, ended: Ended) -> None:
        if self.stored is not None and ended.run == self.stored.id:
            self._refresh_soon()

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
        pictures = self.pictures(only_listed=True) if self._stack.currentWidget() is self._panel else None
        if pictures is not None:
            self._charted = pictures.wanted
            self._panel.show_filter(pictures.wanted)
            self.files.summarise(pictures)

    def _on_head_asked(self, action: str) -> None:
        if self.stored is not None:
            self.asked.do(action, [self.stored])

    def pictures(self, *, only_listed: bool) -> Pictures | None:
        """The pictures of the run that is shown, or those that its list is to show; None without any."""
        shown, items = self.shown, self.items
        if shown.run is None or shown.labels is None:
            return None
        if not only_listed:
            return Pictures(shown.run)
        return Pictures(shown.run, items.wanted(), items.order(), items.exactly(), count=items.count())

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has happened while the page was hidden."""
        super().showEvent(event)
        self.items.try_again()
        self._refresh()

    def shut_down(self) -> None:
        """Stop all workers of the page and wait for them."""
        self.items.shut_down()
        self.files.shut_down()


def _place(standing: Standing) -> tuple[bool, bool, int]:
    """Where a run stands in the list: what is worked on first, then what waits for it, then the others."""
    return not is_wanted(standing.run), not standing.is_current, standing.ahead
