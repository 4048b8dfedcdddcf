"""Everything on the performance page, and what leads to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.bench import history
from app.core.language_in_use import tr
from app.core.printable import printable
from app.recognition.predictor import Options
from app.ui.kit.imports import import_with_pauses
from app.ui.kit.widgets import Card, Notice
from app.ui.pages.performance.choices import Choices
from app.ui.pages.performance.empty import EmptyResults
from app.ui.pages.performance.exports import Exports
from app.ui.pages.performance.figures import FigureMaker, Figures
from app.ui.pages.performance.head import Head
from app.ui.pages.performance.measuring import Measuring
from app.ui.pages.performance.paint_time import paint_ms, with_paint
from app.ui.pages.performance.start_bar import StartBar

if TYPE_CHECKING:
    from app.bench.history import Entry
    from app.bench.measure import Progress
    from app.bench.records import Plan, Run
    from app.core.settings import Settings
    from app.engines.selection import EnginesKey
    from app.ui.current import Current
    from app.ui.pages.performance.results import Results

# The machine is being measured: redrawing must not take part in it.
_REDRAW_MS = 500
_PICTURE_SIZE = QSize(740, 560)


class Content(QWidget):
    """Brings choices, worker and results together. Belongs to the window's thread.

    Attributes:
        measuring: the worker; shut down when the window closes.
        results: charts and table; none before there is a run.
        figures: the run that is shown.
    """

    def __init__(self, current: Current) -> None:
        super().__init__()
        self._current = current
        self.measuring = Measuring()
        self.head, self.start_bar, self.notice = Head(), StartBar(), Notice()
        self.choices = Choices(current.pictures)
        self.exports = Exports(self)
        self.results: Results | None = None
        self.figures: Figures | None = None
        self._maker = FigureMaker()
        self._measured: Run | None = None  # not among the saved ones
        self._earlier: Run | None = None
        self._latest: Run | None = None
        self._timer = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._empty = EmptyResults()
        self._lay_out()
        self._connect()
        QTimer.singleShot(0, self, self._make_results)
        self.measuring.survey(current.settings.device)

    def _lay_out(self) -> None:
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(20, 16, 20, 16)
        inside.setSpacing(16)
        inside.addWidget(self.choices)
        inside.addWidget(self.start_bar)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 20)
        self._column.setSpacing(14)
        for widget in (self.head, card, self.notice):
            self._column.addWidget(widget)
        self._column.addWidget(self._empty, 1)

    def _connect(self) -> None:
        measuring, head = self.measuring, self.head
        measuring.surveyed.connect(self.choices.engines.show_obstacles)
        measuring.progressed.connect(self._on_progress)
        measuring.ended.connect(self._on_ended)
        measuring.saved.connect(self._on_saved)
        measuring.copied.connect(
            lambda path: self.notice.tell(tr("performance.exported", path=printable(str(path))))
        )
        measuring.failed.connect(self.notice.warn)
        head.chosen.connect(self._on_chosen)
        head.compared.connect(self._on_compared)
        head.export_requested.connect(self.exports.ask)
        self.start_bar.start_requested.connect(lambda: self.start(self.choices.plan(self.key)))
        self.start_bar.stop_requested.connect(measuring.stop)
        self._timer.timeout.connect(self._show_latest)

    @property
    def key(self) -> EnginesKey:
        """The model, device and threads of the settings."""
        return Options.of(self._current.settings).key

    def use(self, before: Settings, settings: Settings) -> None:
        """Measure with other settings from the next run on."""
        if settings.device != before.device:
            self.measuring.survey(settings.device)

    def start(self, plan: Plan) -> None:
        """Measure a plan."""
        self._current.machine_wanted.emit()
        self._latest = None
        self.notice.clear()
        self.measuring.start(plan)
        self._show_running(True)

    def _show_running(self, running: bool) -> None:
        self.start_bar.show_running(running)
        self.choices.setEnabled(not running)
        self.head.lock(running)
        self._allow()

    def _allow(self) -> None:
        self.head.allow(runs=self.figures is not None, onnx=not self.measuring.is_running)

    def _on_progress(self, progress: Progress) -> None:
        self.start_bar.show_progress(progress)
        self._latest = progress.run
        if not self._timer.isActive():
            self._timer.start()

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
        self._show_running(False)
        if run is None or not _has_samples(run):
            return  # stopped, or failed, before there was anything to show
        if run.complete:
            run = with_paint(run, paint_ms(_PICTURE_SIZE))
            self.measuring.save(run)
        self._measured = run
        self.head.show_entries(history.entries(), None, has_unsaved=True)
        self._show(run)

    def _on_saved(self, entry: Entry) -> None:
        self._measured = None
        self.head.show_entries(history.entries(), entry, has_unsaved=False)

    def _on_chosen(self, entry: Entry | None) -> None:
        run = history.load(entry) if entry else self._measured
        if run is None:
            self.notice.warn(tr("performance.history_damaged"))
        else:
            self._show(run)

    def _on_compared(self, entry: Entry | None) -> None:
        self._earlier = history.load(entry) if entry else None
        if entry is not None and self._earlier is None:
            self.notice.warn(tr("performance.history_damaged"))
        if self.figures is not None:
            self._show(self.figures.run)

    def _make_results(self) -> None:
        """Make the charts, which takes a sixth of a second, before there is a run that it would disturb."""
        import_with_pauses("app.ui.pages.performance.results", (QtCore, QtGui, QtWidgets))  # with pyqtgraph
        from app.ui.pages.performance.results import Results

        self.results = Results()
        self._show_newest()

    def _show_newest(self) -> None:
        entries = history.entries()
        run = history.load(entries[0]) if entries else None
        self.head.show_entries(entries, entries[0] if run else None, has_unsaved=False)
        if run is not None:
            self._show(run)
        self._allow()

    def _show(self, run: Run) -> None:
        """Show a run, compared with the chosen one."""
        if self.results is None:
            return
        if self.figures is None:
            self._column.replaceWidget(self._empty, self.results)
            self._empty.deleteLater()
        self.figures = self._maker.make(run, self._earlier)
        self.results.show_figures(self.figures, running=self.measuring.is_running)
        self._allow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.notice.clear()


def _has_samples(run: Run) -> bool:
    return any(series.samples_ms for series in run.series)
