"""Charts of horizontal bars: the median of each engine, and where the time goes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen, QResizeEvent

from app.core.language_in_use import tr
from app.ui.kit.theme import theme
from app.ui.pages.performance.chart import Chart, chart_font, engine_color, text_width
from app.ui.pages.performance.columns import is_muted
from app.ui.pages.performance.scale import even_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.pages.performance.figures import Figures, Row

_GAP_PX = 8
_THICKNESS = 0.58
_NO_PEN = QPen(Qt.PenStyle.NoPen)


class BarChart(Chart):
    """Rows from the top, each with bars and one text at their end."""

    def __init__(self, name: str) -> None:
        super().__init__(name, grid_sides=("bottom",))
        self._plot.getViewBox().invertY(True)
        self._labels: list[Any] = []

    def _show_rows(self, names: Sequence[str], ends: Sequence[float], texts: Sequence[str]) -> None:
        """Name the rows, and put texts where their bars end."""
        rows = [(float(row), tr(f"engine.{name}")) for row, name in enumerate(names)]
        self._axis("left", -0.6, max(len(names), 3) - 0.4, rows)
        longest = max((text_width(text) for text in texts), default=0) + 2 * _GAP_PX
        width = max(self._plot.getViewBox().width(), longest + 80)
        high = max((end for end in ends if end > 0), default=1.0) * width / (width - longest)
        self._axis("bottom", 0, high, even_ticks(high * 0.95), tr("performance.axis_ms"))
        while len(self._labels) < len(texts):
            label = pg.TextItem(anchor=(0, 0.5))
            self._plot.addItem(label, ignoreBounds=True)
            self._labels.append(label)
        for row, label in enumerate(self._labels):
            label.setVisible(row < len(texts))
            if row < len(texts):
                label.setText(texts[row], theme.color("text"))
                label.setFont(chart_font())
                label.setPos(ends[row] + high * _GAP_PX / 2 / width, row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()


class MedianChart(BarChart):
    """The median of each engine at one batch size, how certain it is, and what it was earlier."""

    def __init__(self) -> None:
        super().__init__("medians")
        self._bars: Any = pg.BarGraphItem(x0=[0], y=[0], height=_THICKNESS, width=[0], pen=_NO_PEN)
        self._whiskers: Any = pg.ErrorBarItem()
        self._ghosts: Any = pg.ErrorBarItem()
        for item in (self._bars, self._ghosts, self._whiskers):
            self._plot.addItem(item, ignoreBounds=True)

    def _draw(self, figures: Figures) -> None:
        rows, size = figures.at(self._batch_size), self._batch_size
        middles = np.array([row.summary.p50 / size if row.summary else 0.0 for row in rows])
        lows = np.array([row.summary.low / size if row.summary else 0.0 for row in rows])
        highs = np.array([row.summary.high / size if row.summary else 0.0 for row in rows])
        before = np.array([(row.earlier_ms or 0.0) / size for row in rows])
        places, known = np.arange(len(rows)), middles > 0
        colors = [_faded(engine_color(row.subject.engine), is_muted(row)) for row in rows]
        self._bars.setOpts(x0=np.zeros(len(rows)), y=places, width=middles, brushes=colors)
        self._whiskers.setData(
            x=middles[known], y=places[known], left=(middles - lows)[known], right=(highs - middles)[known],
            beam=0.22, pen=self._pen(theme.color("text")),
        )  # fmt: skip
        known = before > 0
        ghost = self._pen(theme.color("text"), 2)
        self._ghosts.setData(x=before[known], y=places[known], height=0.86, pen=ghost)
        names, reference = [row.subject.engine for row in rows], figures.run.reference
        self._show_rows(names, list(np.maximum(highs, before)), [_label(row, reference) for row in rows])
        self._note.setText(_note(figures))


class StepChart(BarChart):
    """The steps of one picture, end to end."""

    only_subjects = True

    def __init__(self) -> None:
        super().__init__("steps")
        self._bars: list[Any] = []

    def _draw(self, figures: Figures) -> None:
        subjects = [each for each in figures.run.subjects if each.steps_ms]
        steps = list(dict.fromkeys(name for each in subjects for name, _ in each.steps_ms))
        ends, places = np.zeros(len(subjects)), np.arange(len(subjects))
        while len(self._bars) < len(steps):
            bars = pg.BarGraphItem(x0=[0], y=[0], height=_THICKNESS, width=[0], pen=_NO_PEN)
            self._plot.addItem(bars, ignoreBounds=True)
            self._bars.append(bars)
        for number, bars in enumerate(self._bars):
            bars.setVisible(number < len(steps))
            if number < len(steps):
                widths = np.array([dict(each.steps_ms).get(steps[number], 0.0) for each in subjects])
                bars.setOpts(x0=ends.copy(), y=places, width=widths, brush=_step_color(number))
                ends += widths
        self._show_rows([each.engine for each in subjects], list(ends), [_milliseconds(end) for end in ends])
        self._show_legend(
            [(tr(f"performance.step_{name}"), _step_color(number)) for number, name in enumerate(steps)]
        )


def _label(row: Row, reference: str) -> str:
    if row.summary is None:
        return ""
    text = _milliseconds(row.summary.p50 / row.batch_size)
    if row.change is not None:
        return f"{text} · {row.change:+.1%}"
    if row.ratio is None or row.subject.engine == reference:
        return text
    share, name = f"{row.ratio:.0%}", tr(f"engine.{reference}")
    return f"{text} · {tr('performance.share_of_reference', share=share, reference=name)}"


def _milliseconds(value: float) -> str:
    return f"{value:.{2 if value < 100 else 1}f} ms"


def _note(figures: Figures) -> str:
    if figures.earlier is None:
        return tr("performance.note_medians")
    when = datetime.fromisoformat(figures.earlier.when).astimezone().strftime("%Y-%m-%d %H:%M")
    return tr("performance.note_medians_compared", when=when)


def _step_color(number: int) -> QColor:
    return QColor(theme.colours.steps[number % len(theme.colours.steps)])


def _faded(color: QColor, faded: bool) -> QColor:
    if faded:
        color.setAlphaF(0.35)
    return color
