"""Charts of lines: how times are spread, and throughput by batch size and by threads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg

from app.core.language_in_use import tr
from app.ui.pages.performance.chart import Chart, engine_color, engine_names
from app.ui.pages.performance.scale import even_ticks, log_ticks

if TYPE_CHECKING:
    from app.bench.records import Throughput
    from app.ui.pages.performance.figures import Figures

_POINTS = np.linspace(0, 1, 101)
_SYMBOLS = ("o", "s", "t", "d", "t1", "p", "star", "h", "t2", "x", "+")
_SYMBOL_PX = 8
Points = tuple[Sequence[float], Sequence[float]]


class LineChart(Chart):
    """One line for each name, made when it is first needed and then moved."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: dict[tuple[str, bool], Any] = {}

    def _show_lines(self, lines: dict[tuple[str, bool], Points], *, markers: bool) -> None:
        """Draw lines, keyed by engine and whether they are dashed."""
        for key in self._lines.keys() - lines.keys():
            self._lines[key].setData([], [])
        engines = list(dict.fromkeys(name for name, _ in lines))
        for key, (across, up) in lines.items():
            if key not in self._lines:
                self._lines[key] = pg.PlotDataItem()
                self._plot.addItem(self._lines[key], ignoreBounds=True)
            color = engine_color(key[0])
            symbol = _SYMBOLS[engines.index(key[0]) % len(_SYMBOLS)] if markers else None
            self._lines[key].setData(
                np.asarray(across, float), np.asarray(up, float), pen=self._pen(color, 2, dashed=key[1]),
                symbol=symbol, symbolSize=_SYMBOL_PX, symbolBrush=color, symbolPen=color,
            )  # fmt: skip
        self._show_legend([(tr(f"engine.{name}"), engine_color(name)) for name in engines])

    def _show_rates(self, high: float) -> None:
        self._axis("left", 0, high * 1.08 or 1, even_ticks(high), tr("performance.axis_rate"))


class SpreadChart(LineChart):
    """The cumulative distribution of times at one batch size, on a logarithmic axis."""

    def __init__(self) -> None:
        super().__init__("spread")

    def _draw(self, figures: Figures) -> None:
        rows = [row for row in figures.at(self._batch_size) if row.summary and row.series]
        lines: dict[tuple[str, bool], Points] = {}
        low, high = math.inf, 0.0
        for row in rows:
            if row.series and row.summary:
                times = np.quantile(row.series.samples_ms, _POINTS) / row.batch_size
                lines[row.subject.engine, False] = np.log10(times).tolist(), _POINTS.tolist()
                low = min(low, row.summary.best / row.batch_size)
                high = max(high, row.summary.p99 / row.batch_size)
        self._show_lines(lines, markers=False)
        low, high = (low * 0.92, high * 1.12) if rows else (1.0, 100.0)
        unit = tr("performance.axis_ms")
        self._axis("bottom", math.log10(low), math.log10(high), log_ticks(low, high), unit)
        shares = [(share / 4, f"{share / 4:.0%}") for share in range(5)]
        self._axis("left", 0, 1.04, shares, tr("performance.axis_share"))


class RateChart(LineChart):
    """Pictures a second by batch size."""

    def __init__(self) -> None:
        super().__init__("rates")

    def _draw(self, figures: Figures) -> None:
        sizes = figures.batch_sizes
        lines: dict[tuple[str, bool], Points] = {}
        for name in engine_names(figures):
            found = [
                (sizes.index(row.batch_size), row.rate) for row in figures.rows if row.subject.engine == name
            ]
            known = [(float(place), rate) for place, rate in found if rate is not None]
            lines[name, False] = [place for place, _ in known], [rate for _, rate in known]
        self._show_lines(lines, markers=True)
        self._show_rates(max((rate for _, rates in lines.values() for rate in rates), default=0.0))
        ticks = [(float(place), str(size)) for place, size in enumerate(sizes)]
        self._axis("bottom", -0.3, max(len(sizes), 1) - 0.7, ticks, tr("performance.axis_batch"))


class SweepChart(LineChart):
    """Pictures a second by threads: sharing a picture (solid), each with its own (dashed)."""

    only_subjects = True

    def __init__(self) -> None:
        super().__init__("sweep")

    def _draw(self, figures: Figures) -> None:
        lines: dict[tuple[str, bool], Points] = {}
        counts: set[int] = set()
        for subject in figures.run.subjects:
            if subject.throughputs:
                lines[subject.engine, False] = _points(subject.throughputs, several=False)
                lines[subject.engine, True] = _points(subject.throughputs, several=True)
                counts |= {each.threads * each.workers for each in subject.throughputs}
        self._show_lines(lines, markers=True)
        self._show_rates(max((rate for _, rates in lines.values() for rate in rates), default=0.0))
        ticks = [(math.log2(count), str(count)) for count in sorted(counts)]
        last = math.log2(max(counts, default=1))
        self._axis("bottom", -0.2, last + 0.2, ticks, tr("performance.axis_threads"))


def _points(throughputs: Sequence[Throughput], *, several: bool) -> Points:
    """Rates by the number of threads that share a picture or, with `several`, that have their own."""
    single = 1
    chosen = sorted(
        (each.workers if several else each.threads, each.rate)
        for each in throughputs
        if (each.threads if several else each.workers) == single
    )
    return [math.log2(count) for count, _ in chosen], [rate for _, rate in chosen]
