"""Charts of what is listed: labels, groups, how sure the model is, how long a picture takes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.charts.bars import BarChart, Part, Row
from app.charts.histogram import Histogram
from app.charts.scale import even_ticks
from app.core.language_in_use import tr
from app.export.text import percent
from app.labels import LabelSet, group_in, group_place
from app.store.listing import CERTAINTY_BINS
from app.ui.charts.chart_card import ChartCard
from app.ui.kit.scroll import Scroll

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.core.results import GroupPath
    from app.store.listing import Summary

_MOST_ROWS = 12
_LATENCY_BARS, _LATENCY_TICKS = 40, 5
_CHARTS = ("labels", "groups", "certainty", "latency")


class Charts(Scroll):
    """Four charts of a summary.

    Signals:
        searched(str): the user clicked a label: show the pictures with it.
        group_chosen(GroupPath): the user clicked a group: show the pictures in it.
        saved(Path): a chart was written to a file.
        failed(str): the sentence for why it could not be.
    """

    searched = Signal(str)
    group_chosen = Signal(object)
    saved = Signal(object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._summary: Summary | None = None
        self._labels: LabelSet | None = None
        self.cards = {
            name: ChartCard(
                f"batch.chart_{name}", f"batch.note_{name}", is_pressable=name in ("labels", "groups")
            )
            for name in _CHARTS
        }
        self.labels, self.groups = self.cards["labels"].view, self.cards["groups"].view
        self._label_names: list[str] = []
        self._group_paths: list[GroupPath] = []
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setSpacing(14)
        for number, card in enumerate(self.cards.values()):
            card.saved.connect(self.saved)
            card.failed.connect(self.failed)
            grid.addWidget(card, number // 2, number % 2)
            grid.setColumnStretch(number % 2, 1)
        grid.setRowStretch(2, 1)
        self.setWidget(content)
        self.labels.pressed.connect(lambda row: self.searched.emit(self._label_names[row]))
        self.groups.pressed.connect(lambda row: self.group_chosen.emit(self._group_paths[row]))
        self.clear()

    def clear(self) -> None:
        """Show nothing until the next summary."""
        self._summary = self._labels = None
        self._label_names, self._group_paths = [], []
        for card in self.cards.values():
            card.show_chart(BarChart(()))

    def say_subject(self, subject: Path) -> None:
        """Files of the charts are called after this from now on, and proposed beside it."""
        for card in self.cards.values():
            card.subject = subject

    def show_summary(self, summary: Summary, labels: LabelSet) -> None:
        """Draw what is in a list."""
        self._summary, self._labels = summary, labels
        self._draw_ranks(summary, labels)
        self._draw_certainty(summary)
        self._draw_latency(summary)

    def _draw_ranks(self, summary: Summary, labels: LabelSet) -> None:
        most = _label_rows(summary.labels, labels)[:_MOST_ROWS]
        self._label_names = [name for name, _ in most]
        self.cards["labels"].show_chart(_ranks(most))
        groups = sorted(_group_rows(summary.groups, labels), key=lambda row: -row[1])[:_MOST_ROWS]
        self._group_paths = [path for path, _ in groups]
        named = [(group_in(tr.language, path)[-1], count) for path, count in groups]
        self.cards["groups"].show_chart(_ranks(named))

    def _draw_certainty(self, summary: Summary) -> None:
        step = 1 / CERTAINTY_BINS
        bars = [
            (count, f"{percent(place * step)}–{percent((place + 1) * step)}")
            for place, count in enumerate(summary.certainty)
        ]
        ticks = [(place / 4, f"{place / 4:.0%}") for place in range(5)]
        self.cards["certainty"].show_chart(_histogram(bars, ticks))

    def _draw_latency(self, summary: Summary) -> None:
        counts = summary.milliseconds
        used = max((place for place, count in enumerate(counts) if count), default=0) + 1
        width = max(-(-used // _LATENCY_BARS), 1)
        bars = [
            (sum(counts[low : low + width]), tr("batch.milliseconds", low=low, high=low + width))
            for low in range(0, used, width)
        ]
        if used == len(counts):  # the last of them holds all that took longer
            bars[-1] = bars[-1][0], tr("batch.milliseconds_more", low=used - width)
        end = len(bars) * width
        *ticks, (last, text) = [(value / end, text) for value, text in even_ticks(end, _LATENCY_TICKS)]
        self.cards["latency"].show_chart(_histogram(bars, [*ticks, (last, tr("batch.axis_ms", end=text))]))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._summary and self._labels:
            self.show_summary(self._summary, self._labels)


def _group_rows(exact: dict[GroupPath, int], labels: LabelSet) -> list[tuple[GroupPath, int]]:
    """Groups of the second level, and of the first where there is no second, each with its items.

    A bar counts what a click on it lists. So an answer that is only "not sure, looks like an animal" is in
    none of them, unless there are labels that are animals and nothing more exact: then one bar has them all.
    """
    own = {label.group for label in labels.labels}
    parents = {path[:1] for path in labels.groups if len(path) > 1}
    counts: Counter[GroupPath] = Counter()
    for path in sorted(exact, key=group_place):
        if len(path) > 1 or (path and path not in parents):
            counts[path[:2]] += exact[path]
        if path and path[:1] in parents & own:
            counts[path[:1]] += exact[path]
    return list(counts.items())


def _label_rows(by_label: dict[int, int], labels: LabelSet) -> list[tuple[str, int]]:
    """The names of labels with their counts, the most frequent first; labels may share a name, and a click
    on it lists the items of all of them."""
    counts: dict[str, tuple[str, int]] = {}
    for index, items in by_label.items():
        label = labels.labels[index]
        name = label.zh if tr.language == "zh" else label.en
        first, before = counts.get(name.casefold(), (name, 0))
        counts[name.casefold()] = first, before + items
    return sorted(counts.values(), key=lambda row: -row[1])


def _ranks(rows: Sequence[tuple[str, int]]) -> BarChart:
    """Named counts, the largest first."""
    bars = (
        Row(name, (Part(float(count), "accent", f"{name} {count:,}"),), f"{count:,}") for name, count in rows
    )
    return BarChart(tuple(bars), empty=tr("chart.empty"))


def _histogram(bars: Sequence[tuple[int, str]], ticks: Sequence[tuple[float, str]]) -> Histogram:
    """Counts, each with the text for its range; ticks are places 0-1 on the axis."""
    told = tuple((count, tr("batch.bar", range=text, count=f"{count:,}")) for count, text in bars)
    return Histogram(told, tuple(ticks), tr("chart.empty"))
