"""What a run has found: on which machine, as charts and as a table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.widgets import Card, Segments, Text
from app.ui.pages.performance.bars import MedianChart, StepChart
from app.ui.pages.performance.columns import refusal, status
from app.ui.pages.performance.lines import RateChart, SpreadChart, SweepChart
from app.ui.pages.performance.picture import SCALE, drawn, lay_out
from app.ui.pages.performance.table import FigureModel, FigureTable

if TYPE_CHECKING:
    from app.bench.records import Run
    from app.ui.pages.performance.chart import Chart
    from app.ui.pages.performance.figures import Figures

_GAP, _TABLE_MARGIN, _SLACK = 14, 13, 8
_TWO_COLUMNS_PX = 820


class Results(QWidget):
    """Shows figures; the charts of one batch size follow a switch.

    `line_scale` is for drawing on something finer than the screen.
    """

    def __init__(self, line_scale: float = 0.0) -> None:
        super().__init__()
        self._figures: Figures | None = None
        self._running = False
        self._measured = {"steps": False, "sweep": False}  # what comes at the end of a run
        self._batch_size = 1
        self._moment, self._machine = Text(name="strong"), Text(name="muted", wrap=True)
        self._reasons = Text(name="muted", wrap=True)
        self._batch_label = Text("performance.batch_sizes", "muted")
        self._switch = Segments((), str)
        self._switch.chosen.connect(self._on_batch_size)
        self.charts: dict[str, Chart] = {
            "medians": MedianChart(),
            "spread": SpreadChart(),
            "rates": RateChart(),
            "steps": StepChart(),
            "sweep": SweepChart(),
        }
        for chart in self.charts.values():
            chart.line_scale = line_scale
        self.model = FigureModel()
        self.table = FigureTable(self.model)
        self._stale: list[str] = []
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(self._draw_next)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._moment)
        texts.addWidget(self._machine)
        head.addLayout(texts, 1)
        head.addWidget(self._batch_label)
        head.addWidget(self._switch)
        self._area = QWidget()
        self._grid = QGridLayout(self._area)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        for chart in self.charts.values():
            chart.setParent(self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addLayout(head)
        column.addWidget(self._area)
        column.addWidget(self._table_card())
        column.addStretch()
        self._arrange()

    def _table_card(self) -> Card:
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(_TABLE_MARGIN, 14, _TABLE_MARGIN, 8)
        title = Text("performance.table", "strong")
        title.setContentsMargins(8, 0, 0, 0)
        inside.addWidget(title)
        inside.addWidget(self.table)
        self._reasons.setContentsMargins(8, 0, 8, 6)
        inside.addWidget(self._reasons)
        return card

    def _arrange(self) -> None:
        """Two charts beside each other where there is room."""
        columns = 2 if self.width() >= _TWO_COLUMNS_PX else 1
        shown = [chart for name, chart in self.charts.items() if self._measured.get(name, True)]
        for chart in self.charts.values():
            chart.setVisible(chart in shown)
        for number, chart in enumerate(shown):
            is_alone = number % columns == 0 and number == len(shown) - 1
            self._grid.addWidget(chart, number // columns, number % columns, 1, columns if is_alone else 1)
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < columns))

    def show_figures(self, figures: Figures, *, running: bool) -> None:
        """Show a run, which may still be going on."""
        self._figures, self._running = figures, running
        self._moment.setText(_moment(figures.run, running=running))
        self._machine.setText(_machine(figures.run))
        sizes = figures.batch_sizes
        self._switch.set_values([str(size) for size in sizes])
        if sizes:
            self._batch_size = self._batch_size if self._batch_size in sizes else sizes[0]
            self._switch.show_value(str(self._batch_size))
        for widget in (self._switch, self._batch_label):
            widget.setVisible(len(sizes) > 1)
        subjects = figures.run.subjects
        measured = {
            "steps": any(subject.steps_ms for subject in subjects),
            "sweep": any(subject.throughputs for subject in subjects),
        }
        if measured != self._measured:
            self._measured = measured
            self._arrange()
        self.table.show_change(figures.earlier is not None)
        self.model.show_figures(figures)
        self._explain(figures)
        engines = len({row.subject.engine for row in figures.rows if row.batch_size})
        for chart in self.charts.values():
            chart.set_rows(engines)
        self._draw_later(list(self.charts))

    def _draw_later(self, names: list[str]) -> None:
        """Draw charts one by one: each takes up to 6 ms, and the window wants its turn in between."""
        self._stale = [name for name in self.charts if name in (*names, *self._stale)]
        self._timer.start()

    def _draw_next(self) -> None:
        if self._figures is not None and self._stale:
            self.charts[self._stale.pop(0)].show_figures(self._figures, self._batch_size)
        if self._stale:
            self._timer.start()

    def _explain(self, figures: Figures) -> None:
        """Say below the table what is wrong with the muted rows."""
        sentences = dict.fromkeys(status(row) for row in figures.rows if refusal(row))
        self._reasons.setText("\n".join(sentences))
        self._reasons.setVisible(bool(sentences))

    def picture(self) -> QPixmap:
        """Everything as one picture: drawn anew, wide enough for the whole table."""
        copy = Results(line_scale=SCALE)
        copy._batch_size = self._batch_size
        if self._figures is not None:
            copy.show_figures(self._figures, running=self._running)
        lay_out(copy, max(self.width(), copy.table.whole_size.width() + 2 * _TABLE_MARGIN + _SLACK))
        for chart in copy.charts.values():
            chart.settle()
        result = drawn(copy)
        copy.hide()
        copy.deleteLater()
        return result

    def _on_batch_size(self, value: str) -> None:
        self._batch_size = int(value)
        self._draw_later(["medians", "spread"])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        while self._stale:
            self._draw_next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= _TWO_COLUMNS_PX) != (self.width() >= _TWO_COLUMNS_PX):
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._figures is not None:
            self._moment.setText(_moment(self._figures.run, running=self._running))
            self._machine.setText(_machine(self._figures.run))
            self._explain(self._figures)


def _moment(run: Run, *, running: bool) -> str:
    """When the run was, and that it is not whole."""
    text = f"{tr('performance.results')} · {datetime.fromisoformat(run.when):%Y-%m-%d %H:%M}"
    if run.complete:
        return text
    return f"{text} · {tr('performance.measuring' if running else 'performance.stopped')}"


def _machine(run: Run) -> str:
    """What the figures depend on besides the engines."""
    machine, settings = run.machine, run.settings
    first = next((each for each in run.subjects if each.engine == run.reference), None)
    parts = [str(machine.get("cpu", ""))]
    if machine.get("cores"):
        parts.append(tr("performance.cores", cores=machine["cores"]))
    if first is not None and first.threads:
        parts.append(tr("times.threads", threads=first.threads))
    if first is not None and first.device:
        parts.append(first.device.upper())
    if machine.get("governor"):
        parts.append(tr("performance.governor", governor=machine["governor"]))
    parts.append(tr("performance.torch", version=machine.get("torch", "")))
    parts += [
        str(settings.get("model", "")),
        tr("performance.run_pictures", count=settings.get("pictures", 0)),
    ]
    return tr.join(parts, "facts")
