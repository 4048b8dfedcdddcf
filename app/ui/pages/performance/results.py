"""What a run has found: the verdict in a sentence, on which machine, as charts and as a table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.bench import charts
from app.bench.verdict import advice, verdict
from app.core.language_in_use import tr
from app.ui.charts.chart_card import ChartCard
from app.ui.kit.cards import Card, line
from app.ui.kit.format import unbroken
from app.ui.kit.segments import Segments
from app.ui.kit.texts import Text, TextButton
from app.ui.pages.performance.columns import status
from app.ui.pages.performance.picture import drawn, lay_out
from app.ui.pages.performance.start_bar import duration
from app.ui.pages.performance.table import FigureModel, FigureTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.bench.figures import Figures
    from app.bench.records import Run
    from app.charts.parts import Chart

_GAP, _TABLE_MARGIN, _SLACK = 14, 13, 8
_TWO_COLUMNS_PX = 700
_CHARTS = ("medians", "spread", "rates", "steps", "sweep")
# A run that takes longer than the time that was asked for by this factor says why.
_TOLERANCE = 1.5


class Results(QWidget):
    """Shows figures; verdict and charts of one batch size follow a switch.

    Signals:
        saved(Path): a chart was written to a file.
        failed(str): the sentence for why it could not be.
    """

    saved = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures: Figures | None = None
        self._measured = {"steps": False, "sweep": False}  # what comes at the end of a run
        self._batch_size = 1
        self._verdict = Text(name="title", wrap=True)
        self._moment, self._machine = Text(name="strong"), Text(name="muted", wrap=True)
        self._note, self._reasons = Text(name="muted", wrap=True), Text(name="muted", wrap=True)
        self._batch_label = Text("performance.batch_sizes", "muted")
        self._switch = Segments((), str)
        self._switch.chosen.connect(self._on_batch_size)
        self.charts = {
            name: ChartCard(f"performance.chart_{name}", f"performance.note_{name}") for name in _CHARTS
        }
        for card in self.charts.values():
            card.saved.connect(self.saved)
            card.failed.connect(self.failed)
        self.model = FigureModel()
        self.table = FigureTable(self.model)
        self._left_out = Text(name="muted")
        self.table.left_out.connect(self._on_left_out)
        self.all_columns = TextButton("performance.all_columns", lambda: self._show_columns(True))
        self.fewer_columns = TextButton("performance.fewer_columns", lambda: self._show_columns(False))
        for button in (self.all_columns, self.fewer_columns):
            button.setObjectName("quiet")
            button.hide()
        self._stale: list[str] = []
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(self._draw_next)
        self._lay_out()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._moment)
        texts.addWidget(self._machine)
        switch = QHBoxLayout()
        switch.setSpacing(10)
        switch.addLayout(texts, 1)
        switch.addWidget(self._batch_label)
        switch.addWidget(self._switch)
        self._area = QWidget()
        self._grid = QGridLayout(self._area)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        for chart in self.charts.values():
            chart.setParent(self._area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._verdict)
        column.addWidget(self._note)
        column.addLayout(switch)
        column.addSpacing(4)
        column.addWidget(self._area)
        column.addSpacing(8)
        column.addWidget(self._table_card())
        column.addStretch()
        self._arrange()

    def _table_card(self) -> Card:
        card = Card()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(_TABLE_MARGIN, 14, _TABLE_MARGIN, 8)
        title = line(Text("performance.table", "strong"), self._left_out)
        title.setContentsMargins(8, 0, 0, 0)
        title.addWidget(self.all_columns)
        title.addWidget(self.fewer_columns)
        title.addStretch()
        inside.addLayout(title)
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

    def show_figures(self, figures: Figures) -> None:
        """Show a run, which may still be going on."""
        self._figures = figures
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
        self._tell(figures)
        self._draw_later(_CHARTS)

    def _tell(self, figures: Figures) -> None:
        """Say everything that is said in words."""
        found = verdict(figures, self._batch_size, tr.now)
        self._verdict.setText(found.headline)
        self._note.setText(tr.join((found.note, *_remarks(figures)), "sentences"))
        self._note.setVisible(bool(self._note.text()))
        self._moment.setText(_moment(figures))
        self._machine.setText(_machine(figures.run))
        self._reasons.setText(_reasons(figures))
        self._reasons.setVisible(bool(self._reasons.text()))

    def _draw_later(self, names: Sequence[str]) -> None:
        """Draw charts one by one: the window wants its turn in between."""
        self._stale = [name for name in _CHARTS if name in (*names, *self._stale)]
        self._timer.start()

    def _draw_next(self) -> None:
        if self._figures is not None and self._stale:
            self._draw(self._stale.pop(0), self._figures)
        if self._stale:
            self._timer.start()

    def _draw(self, name: str, figures: Figures) -> None:
        size = self._batch_size
        make: dict[str, Callable[[], Chart]] = {
            "medians": lambda: charts.medians(figures, size, tr.now),
            "spread": lambda: charts.spread(figures, size, tr.now),
            "rates": lambda: charts.rates(figures, tr.now),
            "steps": lambda: charts.steps(figures, tr.now),
            "sweep": lambda: charts.sweep(figures, tr.now),
        }
        note = charts.medians_note(figures, tr.now) if name == "medians" else ""
        self.charts[name].show_chart(make[name](), note)

    def picture(self) -> QPixmap:
        """Everything as one picture: drawn anew, wide enough for the whole table."""
        copy = Results()
        copy._batch_size = self._batch_size
        if self._figures is not None:
            copy.show_figures(self._figures)
            copy._draw_all()
        lay_out(copy, max(self.width(), copy.table.whole_size.width() + 2 * _TABLE_MARGIN + _SLACK))
        result = drawn(copy)
        copy.hide()
        copy.deleteLater()
        return result

    def _draw_all(self) -> None:
        while self._stale:
            self._draw_next()

    def _show_columns(self, every: bool) -> None:
        self.fewer_columns.setVisible(every)
        self.table.show_all(every)

    def _on_left_out(self, count: int) -> None:
        self.all_columns.setVisible(count > 0)
        self._left_out.setText(tr("performance.left_out", count=count) if count else "")

    def _on_batch_size(self, value: str) -> None:
        self._batch_size = int(value)
        if self._figures is not None:
            self._tell(self._figures)
        self._draw_later(["medians", "spread"])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= _TWO_COLUMNS_PX) != (self.width() >= _TWO_COLUMNS_PX):
            self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._figures is not None:
            self._tell(self._figures)
            self._draw_later(_CHARTS)


def _moment(figures: Figures) -> str:
    """When the run was, and that it is not whole."""
    run = figures.run
    text = f"{tr('performance.results')} · {datetime.fromisoformat(run.when).astimezone():%Y-%m-%d %H:%M}"
    if run.complete:
        return text
    return f"{text} · {tr('performance.measuring' if figures.is_going_on else 'performance.stopped')}"


def _remarks(figures: Figures) -> list[str]:
    """That the run was stopped, why it took longer than was asked for, why it is not to be relied upon."""
    run, settings = figures.run, figures.run.settings
    sentences = []
    if not run.complete and not figures.is_going_on:
        sentences.append(tr("performance.stopped_note"))
    asked, took = float(settings.get("seconds") or 0), float(settings.get("took") or 0)
    if asked and run.complete and took > _TOLERANCE * asked:
        prepared = duration(float(settings.get("prepared") or 0))
        sentences.append(
            tr("performance.took_longer", asked=duration(asked), took=duration(took), prepared=prepared)
        )
    sentences.append(advice(figures, tr.now))
    return sentences


def _reasons(figures: Figures) -> str:
    """Why rows of the table must not be used; that times are unsteady stands in the rows."""
    return "\n".join(dict.fromkeys(status(row) for row in figures.rows if row.refusal))


def _machine(run: Run) -> str:
    """What the figures depend on besides the engines."""
    machine, settings = run.machine, run.settings
    first = next((each for each in run.subjects if each.engine == run.reference), None)
    parts = [str(machine.get("cpu", ""))]
    if machine.get("cores"):
        parts.append(tr("performance.cores", cores=machine["cores"]))
    if first is not None and first.threads:
        parts.append(unbroken(tr("times.threads", threads=first.threads)))
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
