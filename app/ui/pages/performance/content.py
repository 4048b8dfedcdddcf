"""Everything on the performance page, and what leads to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.bench import history
from app.bench.figures import FigureMaker
from app.bench.measure import new_engines, with_reference
from app.core.language_in_use import tr
from app.recognition.predictor import Options
from app.ui.kit.cards import Card
from app.ui.kit.dialogs import ask
from app.ui.kit.empty import Empty
from app.ui.kit.page import EDGE_PX
from app.ui.pages.performance.choices import Choices
from app.ui.pages.performance.exports import Exports
from app.ui.pages.performance.head import Head
from app.ui.pages.performance.making_way import MakingWay
from app.ui.pages.performance.measuring import Measuring
from app.ui.pages.performance.paint_time import paint_ms, with_paint
from app.ui.pages.performance.preparing import Preparing
from app.ui.pages.performance.results import Results
from app.ui.pages.performance.start_bar import StartBar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.bench.figures import Figures
    from app.bench.history import Entry
    from app.bench.measure import Progress
    from app.bench.records import Plan, Run
    from app.core.settings import Settings
    from app.engines.selection import EnginesKey
    from app.ui.current import Current
    from app.ui.kit.activities import Activity

# The machine is being measured: redrawing must not take part in it.
_REDRAW_MS = 500
_PICTURE_SIZE = QSize(740, 560)


class Content(QWidget):
    """Brings choices, worker and results together. Belongs to the window's thread.

    Attributes:
        measuring: the worker; shut down when the window closes.
        results: charts and table; hidden while there is no run.
        figures: the run that is shown.
    """

    def __init__(self, current: Current, parent: QWidget) -> None:
        super().__init__(parent)
        self.current = current
        self.measuring = Measuring()
        self._making_way = MakingWay(current)
        self._planned: Plan | None = None  # to be measured as soon as nothing else runs
        self._was_unfolded = False
        self.exports = Exports(self)
        self.figures: Figures | None = None
        self._maker = FigureMaker()
        self._activity: Activity | None = None
        self._measured: Run | None = None  # not among the saved ones
        self._earlier: Run | None = None
        self._latest: Run | None = None
        self._is_surveyed = False
        self._timer = QTimer(self, interval=_REDRAW_MS, singleShot=True)

    def make(self) -> Iterator[None]:
        """Make everything there is; a step of `Page.make` for each part."""
        self.head, self.start_bar = Head(), StartBar()
        self.choices = Choices(self.current.pictures)
        yield
        self._empty = Empty("gauge", "performance.empty_title", "performance.empty", on_card=True)
        self._preparing = Preparing()
        self._preparing.hide()
        self._lay_out()
        yield
        self.results = Results(self)
        self.results.hide()
        yield
        self._connect()
        self.choices.use_model(self.current.settings.model)

    def _lay_out(self) -> None:
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(12)
        inside.addWidget(self.start_bar)
        inside.addWidget(self.choices)
        inside.addWidget(self.start_bar.text)
        # Who has measured before looks at the results first.
        self.start_bar.fold.setChecked(not history.entries())
        self.choices.setVisible(self.start_bar.fold.isChecked())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(EDGE_PX, 16, EDGE_PX, 16)
        self._column.setSpacing(12)
        for widget in (self.head, card):
            self._column.addWidget(widget)
        self._column.addWidget(self._empty, 1)
        self._column.addWidget(self._preparing)
        self._column.addStretch()

    def _connect(self) -> None:
        measuring, head, notices = self.measuring, self.head, self.current.notices
        measuring.surveyed.connect(self.choices.engines.show_obstacles)
        measuring.progressed.connect(self._on_progress)
        measuring.ended.connect(self._on_ended)
        measuring.saved.connect(self._on_saved)
        measuring.copied.connect(self.exports.tell)
        measuring.failed.connect(notices.warn)
        head.chosen.connect(self._on_chosen)
        head.compared.connect(self._on_compared)
        head.export_requested.connect(self.exports.ask)
        self.results.saved.connect(self.exports.tell)
        self.results.failed.connect(notices.warn)
        self.start_bar.start_requested.connect(self._on_start)
        self.start_bar.stop_requested.connect(self._on_stop)
        self.start_bar.unfolded.connect(self.choices.setVisible)
        self.start_bar.told.connect(self._on_told)
        self.choices.changed.connect(self._tell_beforehand)
        self._making_way.free.connect(self._on_free)
        self._timer.timeout.connect(self._show_latest)

    @property
    def key(self) -> EnginesKey:
        """The model, device and threads of the settings."""
        return Options.of(self.current.settings).key

    def use(self, before: Settings, settings: Settings) -> None:
        """Measure with other settings from the next run on."""
        self.choices.use_model(settings.model)
        if settings.device != before.device and self._is_surveyed:
            self.survey()

    def survey(self) -> None:
        """Find out which engines can run here, in a child process."""
        self._is_surveyed = True
        self.measuring.survey(self.current.settings.device)

    def _tell_beforehand(self) -> None:
        """Say before the start which engines have to be checked first, for that takes a while."""
        self.start_bar.show_new(new_engines(self.choices.plan(self.key)))

    def _on_start(self) -> None:
        """Start; where something of the program's own runs, ask: it would be measured as well."""
        plan = self.choices.plan(self.key)
        running = [activity.name for activity in self.current.activities if not activity.yields]
        if not running:
            self._making_way.keep()
            self.start(plan)
            return
        ask(
            self,
            tr("performance.busy_title"),
            tr("performance.busy", running=tr.join(running)),
            tr("performance.busy_pause" if self._making_way.can_pause else "performance.busy_wait"),
            lambda: self._start_later(plan),
            destructive=False,
            otherwise=(tr("performance.busy_anyway"), lambda: self.start(plan)),
        )

    def _start_later(self, plan: Plan) -> None:
        self._planned = plan
        self._show_running(True, is_waiting=True)
        self._making_way.wait()

    def _on_free(self) -> None:
        if self._planned is not None:
            self._making_way.keep()
            self.start(self._planned)

    def _on_stop(self) -> None:
        if self._planned is None:
            self.measuring.stop()
            return
        self._planned = None
        self._show_running(False)
        self._making_way.go_on()

    def start(self, plan: Plan) -> None:
        """Measure a plan."""
        self._planned = None
        self.current.machine_wanted.emit(True)
        self._latest = None
        self._preparing.begin(with_reference(plan))
        self.measuring.start(plan)
        self._activity = self.current.activities.begin(
            lambda: tr("performance.activity"), page="performance",
            question=lambda: tr("performance.close_question"), stop=self.start_bar.button.click,
        )  # fmt: skip
        self._show_running(True)

    def _show_running(self, running: bool, *, is_waiting: bool = False) -> None:
        if running and self.choices.isEnabled():
            # What cannot be changed now makes way for what is measured.
            self._was_unfolded = self.start_bar.fold.isChecked()
            self.start_bar.fold.setChecked(False)
        elif not running:
            self.start_bar.fold.setChecked(self._was_unfolded)
        self.start_bar.show_running(running, is_waiting=is_waiting)
        self.choices.setEnabled(not running)
        if self.figures is None:  # else it is gone
            self._empty.setVisible(not running)
        self._preparing.setVisible(running and not is_waiting and self.figures is None)
        self.head.lock(running)
        self._allow()

    def _allow(self) -> None:
        self.head.allow(runs=self.figures is not None, onnx=not self.measuring.is_running)

    def _on_progress(self, progress: Progress) -> None:
        self.start_bar.show_progress(progress)
        if self._preparing.isVisibleTo(self):
            self._preparing.show_progress(progress)
        self._latest = progress.run
        if not self._timer.isActive():
            self._timer.start()

    def _on_told(self, line: str, share: float) -> None:
        if self._activity is not None:
            self._activity.show(line, share)

    def _show_latest(self) -> None:
        run = self._latest
        if run is None or not _has_samples(run) or (self.figures is not None and self.figures.run is run):
            return  # the run before stays until this one has something to show
        if self._measured is None or self._measured.when != run.when:
            self.head.show_entries(history.entries(), None, has_unsaved=True)
        self._measured = run
        self._show(run)

    def _on_ended(self, run: Run | None) -> None:
        self._timer.stop()
        if self._activity is not None:
            self._activity.end()
            self._activity = None
        self._show_running(False)
        self._tell_beforehand()
        self.current.machine_wanted.emit(False)
        self._making_way.go_on()
        if run is None:
            return  # it failed, which has been told
        if not _has_samples(run):
            self.current.notices.tell(tr("performance.nothing_measured"))
            return
        if run.complete:
            run = with_paint(run, paint_ms(_PICTURE_SIZE))
            self.measuring.save(run)
        self.start_bar.fold.setChecked(False)
        self._measured = run
        self.head.show_entries(history.entries(), None, has_unsaved=True)
        self._show(run)

    def _on_saved(self, entry: Entry) -> None:
        self._measured = None
        self.head.show_entries(history.entries(), entry, has_unsaved=False)

    def _on_chosen(self, entry: Entry | None) -> None:
        run = history.load(entry) if entry else self._measured
        if run is None:
            self.current.notices.warn(tr("performance.history_damaged"))
        else:
            self._show(run)

    def _on_compared(self, entry: Entry | None) -> None:
        self._earlier = history.load(entry) if entry else None
        if entry is not None and self._earlier is None:
            self.current.notices.warn(tr("performance.history_damaged"))
        if self.figures is not None:
            self._show(self.figures.run)

    def show_newest(self) -> None:
        """Show the newest of the runs that are saved, if there is one."""
        entries = history.entries()
        run = history.load(entries[0]) if entries else None
        self.head.show_entries(entries, entries[0] if run else None, has_unsaved=False)
        if run is not None:
            self._show(run)
        self._allow()

    def _show(self, run: Run) -> None:
        """Show a run, compared with the chosen one."""
        if self.figures is None:
            self._column.replaceWidget(self._empty, self.results)
            self._empty.deleteLater()
            self._preparing.hide()
            self.results.show()
        going_on = self.measuring.is_running and not run.complete
        self.figures = self._maker.make(run, self._earlier, is_going_on=going_on)
        self.results.show_figures(self.figures)
        self._allow()


def _has_samples(run: Run) -> bool:
    return any(series.samples_ms for series in run.series)
