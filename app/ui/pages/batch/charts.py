"""Charts of what is listed: labels, groups, how sure the model is, how long a picture takes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.export.text import percent
from app.labels import LabelSet, group_in, group_place
from app.store.listing import CERTAINTY_BINS
from app.ui.kit.theme import theme
from app.ui.kit.widgets import Card, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.core.results import GroupPath
    from app.store.listing import Summary

_MOST_ROWS = 12
_ROW_PX, _GAP_PX = 24, 10
_PLOT_PX, _AXIS_PX = 170, 22
_LATENCY_BARS = 40


class RankBars(QWidget):
    """Named rows with bars, the largest first.

    Signals:
        chosen(int): a row was clicked; its number.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, int]] = []
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, int]]) -> None:
        """Draw these names with their counts."""
        self._rows = list(rows)
        self.setAccessibleName("; ".join(f"{name} {count:,}" for name, count in self._rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, max(len(self._rows), 3) * _ROW_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        # A little more than the texts need: their width is rounded, and they would be cut.
        widest = max((metrics.horizontalAdvance(name) + 2 for name, _ in self._rows), default=0)
        names = min(widest, self.width() // 3)
        numbers = max((metrics.horizontalAdvance(f"{count:,}") for _, count in self._rows), default=0)
        room = max(self.width() - names - numbers - 2 * _GAP_PX, 20)
        most = max((count for _, count in self._rows), default=1)
        for place, (name, count) in enumerate(self._rows):
            line = QRectF(0, place * _ROW_PX, self.width(), _ROW_PX)
            painter.setPen(theme.color("text"))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(
                line.adjusted(0, 0, names - self.width(), 0), Qt.AlignmentFlag.AlignVCenter, shown
            )
            bar = QRectF(names + _GAP_PX, line.top() + 5, max(room * count / most, 2), _ROW_PX - 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(theme.color("muted"))
            where = QRectF(bar.right() + _GAP_PX / 2, line.top(), numbers + _GAP_PX, _ROW_PX)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, f"{count:,}")
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_row = int(event.position().y()) // _ROW_PX < len(self._rows)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_row else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // _ROW_PX
        if 0 <= row < len(self._rows):
            self.chosen.emit(row)


class Histogram(QWidget):
    """Bars side by side over an axis; the mouse tells how many are in each."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: list[tuple[int, str]] = []
        self._marks: list[tuple[float, str]] = []
        self.setMouseTracking(True)
        self.setFixedHeight(_PLOT_PX + _AXIS_PX)
        self.setMinimumWidth(240)

    def show_bars(self, bars: Sequence[tuple[int, str]], marks: Sequence[tuple[float, str]]) -> None:
        """Draw bars, each a count and the text for its range; marks are places 0–1 on the axis."""
        self._bars, self._marks = list(bars), list(marks)
        self.setAccessibleName("; ".join(f"{text}: {count:,}" for count, text in self._bars if count))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max((count for count, _ in self._bars), default=0) or 1
        width = self.width() / max(len(self._bars), 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        for place, (count, _) in enumerate(self._bars):
            high = max((_PLOT_PX - 4) * count / most, 2 if count else 0)
            painter.drawRoundedRect(QRectF(place * width + 1, _PLOT_PX - high, max(width - 2, 1), high), 2, 2)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(QPointF(0, _PLOT_PX), QPointF(self.width(), _PLOT_PX))
        painter.setPen(theme.color("muted"))
        metrics = QFontMetrics(self.font())
        for share, text in self._marks:
            wide = metrics.horizontalAdvance(text)
            left = min(max(share * self.width() - wide / 2, 0), self.width() - wide)
            painter.drawText(QPointF(left, _PLOT_PX + metrics.ascent() + 4), text)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().x() * len(self._bars) / max(self.width(), 1))
        if 0 <= place < len(self._bars):
            count, text = self._bars[place]
            tip = tr("batch.bar", range=text, count=f"{count:,}")
            QToolTip.showText(event.globalPosition().toPoint(), tip, self)


class Charts(QScrollArea):
    """Four charts of a summary.

    Signals:
        searched(str): the user clicked a label: show the pictures with it.
        group_chosen(GroupPath): the user clicked a group: show the pictures in it.
    """

    searched = Signal(str)
    group_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._summary: Summary | None = None
        self._labels: LabelSet | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.labels, self.groups = RankBars(), RankBars()
        self._certainty, self._latency = Histogram(), Histogram()
        self._label_names: list[str] = []
        self._group_paths: list[GroupPath] = []
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setSpacing(14)
        charts = {"labels": self.labels, "groups": self.groups,
                  "certainty": self._certainty, "latency": self._latency}  # fmt: skip
        for number, (name, chart) in enumerate(charts.items()):
            grid.addWidget(_card(name, chart), number // 2, number % 2)
            grid.setColumnStretch(number % 2, 1)
        grid.setRowStretch(2, 1)
        self.setWidget(content)
        self.labels.chosen.connect(lambda row: self.searched.emit(self._label_names[row]))
        self.groups.chosen.connect(lambda row: self.group_chosen.emit(self._group_paths[row]))

    def clear(self) -> None:
        """Show nothing until the next summary."""
        self._summary = self._labels = None
        self._label_names, self._group_paths = [], []
        for bars in (self.labels, self.groups):
            bars.show_rows([])
        for histogram in (self._certainty, self._latency):
            histogram.show_bars([], [])

    def show_summary(self, summary: Summary, labels: LabelSet) -> None:
        """Draw what is in a list."""
        self._summary, self._labels = summary, labels
        self._draw_ranks(summary, labels)
        self._draw_certainty(summary)
        self._draw_latency(summary)

    def _draw_ranks(self, summary: Summary, labels: LabelSet) -> None:
        most = _label_rows(summary.labels, labels)[:_MOST_ROWS]
        self._label_names = [name for name, _ in most]
        self.labels.show_rows(most)
        groups = sorted(_group_rows(summary.groups, labels), key=lambda row: -row[1])[:_MOST_ROWS]
        self._group_paths = [path for path, _ in groups]
        self.groups.show_rows([(group_in(tr.language, path)[-1], count) for path, count in groups])

    def _draw_certainty(self, summary: Summary) -> None:
        step = 1 / CERTAINTY_BINS
        bars = [
            (count, f"{percent(place * step)}–{percent((place + 1) * step)}")
            for place, count in enumerate(summary.certainty)
        ]
        self._certainty.show_bars(bars, [(place / 4, f"{place / 4:.0%}") for place in range(5)])

    def _draw_latency(self, summary: Summary) -> None:
        counts = summary.milliseconds
        if not any(counts):
            self._latency.show_bars([], [])
            return
        used = max((place for place, count in enumerate(counts) if count), default=0) + 1
        width = max(-(-used // _LATENCY_BARS), 1)
        bars = [
            (sum(counts[low : low + width]), tr("batch.milliseconds", low=low, high=low + width))
            for low in range(0, used, width)
        ]
        end = len(bars) * width
        marks = [(share / 4, f"{round(end * share / 4)}") for share in range(5)]
        self._latency.show_bars(bars, [*marks[:-1], (1.0, tr("batch.axis_ms", end=end))])

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


def _card(name: str, chart: QWidget) -> Card:
    card = Card()
    column = QVBoxLayout(card)
    column.setContentsMargins(20, 14, 20, 16)
    column.setSpacing(4)
    column.addWidget(Text(f"batch.chart_{name}", "strong"))
    column.addWidget(Text(f"batch.note_{name}", "muted", wrap=True))
    column.addSpacing(6)
    column.addWidget(chart)
    column.addStretch()
    return card
