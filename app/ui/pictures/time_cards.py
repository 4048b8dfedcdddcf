"""How long a picture took, step by step, and both engines side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.core.language_in_use import tr
from app.ui.kit.bars import Bar, Dot
from app.ui.kit.cards import Card
from app.ui.kit.texts import Text
from app.ui.pictures import texts
from app.ui.pictures.texts import milliseconds

if TYPE_CHECKING:
    from app.core.results import Comparison, Recognition

STEPS = ("decode", "preprocess", "inference", "postprocess")
_TWO_COLUMNS_PX, _GAP, _SPACING = 350, 12, 8
_SIDES = {"reference": "eager", "other": "inference"}  # and their colours


class TimeCard(Card):
    """Total milliseconds, the share of each step, and who computed."""

    def __init__(self) -> None:
        super().__init__()
        self._total, self._bar, self._engine = Text(name="figure"), Bar(10), Text(name="muted", wrap=True)
        self._values = {step: Text() for step in STEPS}
        self._head = QHBoxLayout()
        self._head.addWidget(Text("times.title", "section"), 1)
        self._head.addWidget(self._total)
        self._legend = QGridLayout()
        self._legend.setHorizontalSpacing(_SPACING)
        self._legend.setVerticalSpacing(4)
        self._parts = [(Dot(step), Text(f"times.{step}"), self._values[step]) for step in STEPS]
        self._columns = 0
        self._place(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 12)
        layout.setSpacing(8)
        layout.addLayout(self._head)
        layout.addWidget(self._bar)
        layout.addLayout(self._legend)
        layout.addWidget(self._engine)

    def _needed(self, columns: int) -> int:
        """How wide the card must be for its steps to stand in so many columns."""
        wide = (columns - 1) * (_GAP + 2 * _SPACING)
        for first in range(columns):
            parts = zip(*self._parts[first::columns], strict=True)
            widths = [max(part.sizeHint().width() for part in column) for column in parts]
            wide += sum(widths) + 2 * _SPACING
        return wide + self._edges()

    def _edges(self) -> int:
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        return margins.left() + margins.right() + 2 * self.frameWidth()

    def minimumSizeHint(self) -> QSize:
        """As in one column, however they stand now."""
        head = self._head.minimumSize().width() + self._edges()
        return QSize(max(self._needed(1), head), super().minimumSizeHint().height())

    def _fit(self) -> None:
        self._place(2 if self.width() >= max(_TWO_COLUMNS_PX, self._needed(2)) else 1)

    def _place(self, columns: int) -> None:
        """Have the steps stand in one column or, where there is room, in two."""
        if columns == self._columns:
            return
        self._columns = columns
        for place, (dot, name, value) in enumerate(self._parts):
            row, left = place // columns, 4 * (place % columns)
            self._legend.addWidget(dot, row, left)
            self._legend.addWidget(name, row, left + 1)
            self._legend.addWidget(value, row, left + 2, Qt.AlignmentFlag.AlignRight)
            self._legend.setColumnStretch(left + 1, 1)
        self._legend.setColumnMinimumWidth(3, _GAP if columns > 1 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_recognition(self, recognition: Recognition) -> None:
        """Show the times of one recognition."""
        times = recognition.timings
        self._total.setText(milliseconds(times.total))
        self._bar.show_parts([(getattr(times, step) / times.total, step) for step in STEPS])
        for step, text in self._values.items():
            text.setText(milliseconds(getattr(times, step)))
        self._engine.setText(texts.engine_text(recognition.engine))
        self._fit()


class CompareSection(QWidget):
    """Of the answer's card: inference time of both engines on the same pixels, ratio, agreement."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict, self._agrees, self._busy = Text(wrap=True), Text(), Text(name="muted", wrap=True)
        self._bars = {side: Bar(10) for side in _SIDES}
        self._values = {side: Text() for side in _SIDES}
        self._names = {side: Text() for side in _SIDES}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(6)
        layout.addWidget(Text("compare.title", "section"))
        for side in _SIDES:
            row = QHBoxLayout()
            row.addWidget(self._names[side], 1)
            row.addWidget(self._values[side])
            layout.addLayout(row)
            layout.addWidget(self._bars[side])
        for text in (self._verdict, self._agrees, self._busy):
            layout.addWidget(text)

    def show_comparison(
        self, comparison: Comparison | None, medians: texts.Medians, *, was_busy: bool = False
    ) -> None:
        """Show a comparison, or that it is still to come; `was_busy`: other work made its times longer."""
        stood_in = comparison is not None and comparison.other.fallback is not None
        self._agrees.setVisible(comparison is not None and not stood_in)
        self._busy.setText(tr("compare.busy"))
        self._busy.setVisible(comparison is not None and not stood_in and was_busy)
        if comparison is None:
            self._verdict.setText(tr("compare.waiting"))
            for side in _SIDES:
                self._values[side].clear()
                self._bars[side].show_parts([])
            return
        both = {"reference": comparison.reference, "other": comparison.other}
        slowest = max(item.timings.inference for item in both.values())
        for side, recognition in both.items():
            time, ran = recognition.timings.inference, side == "reference" or not stood_in
            self._values[side].setText(milliseconds(time) if ran else "–")
            self._bars[side].show_parts([(time / slowest, _SIDES[side])] if ran else [])
        self._names["reference"].setText(texts.reference_name(comparison))
        self._names["other"].setText(texts.engine_beside(comparison))
        self._verdict.setText(texts.verdict(comparison, medians))
        self._agrees.setText(tr("compare.same" if comparison.agrees else "compare.different"))
        self._agrees.setObjectName("good" if comparison.agrees else "error")
        self._agrees.style().polish(self._agrees)
