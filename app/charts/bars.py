"""Horizontal bars with a name before and a text behind them, whole or in parts, with an interval or not."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.charts.parts import GAP, Legend, axis_below, axis_height, legend_of, nothing
from app.charts.scale import Axis, even_ticks
from app.charts.scene import Box, Label, Line, Mark, Rect, Scene

if TYPE_CHECKING:
    from app.charts.scene import Lettering, Shape

_ROW, _MOST_ROW = 2.3, 6.0
_THICK = 1.35 / _ROW  # of a row
_LEAST_PLOT, _MOST_NAMES = 6.0, 0.36
_FADED = 0.35


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar; `text` tells it in full, for whoever points at it."""

    value: float
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One bar, its parts end to end.

    Attributes:
        shown: the text behind the bar.
        interval: of its end, drawn as a whisker.
        before: an earlier value, drawn as a tick; 0 for none.
        faded: it is not to be counted on.
    """

    name: str
    parts: tuple[Part, ...]
    shown: str
    interval: tuple[float, float] | None = None
    before: float = 0.0
    faded: bool = False

    @property
    def end(self) -> float:
        """The value at the end of the bar."""
        return sum(part.value for part in self.parts)

    @property
    def reach(self) -> float:
        """The furthest of bar, interval and earlier value."""
        return max(self.end, self.before, self.interval[1] if self.interval else 0.0)

    @property
    def drawable(self) -> Row:
        """The same without what has no place on an axis: values that are not finite."""
        parts = tuple(part if math.isfinite(part.value) else replace(part, value=0.0) for part in self.parts)
        interval = self.interval if all(map(math.isfinite, self.interval or ())) else None
        before = self.before if math.isfinite(self.before) else 0.0
        return replace(self, parts=parts, interval=interval, before=before)


@dataclass(frozen=True, slots=True)
class BarChart:
    """Rows from the top; the axis has a `unit`, or there is none."""

    rows: tuple[Row, ...]
    unit: str = ""
    legend: Legend = ()
    empty: str = ""

    def height(self, width: float, lettering: Lettering) -> float:
        """Rows, axis and legend."""
        rows = max(len(self.rows), 3) * _ROW * lettering.size
        axis = axis_height(Axis(0, 1, unit=self.unit), lettering) if self.unit else 0.0
        legend = legend_of(self.legend, width, lettering)[1]
        return rows + axis + legend

    def scene(self, width: float, height: float, lettering: Lettering) -> Scene:
        """The rows share the height, as far as bars do not become blocks; what is left is above and below."""
        if not self.rows:
            return nothing(self.empty, width, height, lettering)
        size = lettering.size
        spare = height - self.height(width, lettering) + max(3 - len(self.rows), 0) * _ROW * size
        thick = min(_ROW * size + max(spare, 0.0) / len(self.rows), _MOST_ROW * size)
        top = max(spare - (thick - _ROW * size) * len(self.rows), 0.0) / 2
        names = min(lettering.widest([row.name for row in self.rows]), width * _MOST_NAMES)
        left, texts = names + GAP * size, lettering.widest([row.shown for row in self.rows])
        room = max(width - left - texts - GAP * size, _LEAST_PLOT * size)
        rows = [row.drawable for row in self.rows]
        scale = room / (max(row.reach for row in rows) or 1.0)
        plot = Box(left, top, width - left, thick * len(self.rows))
        shapes: list[Shape] = []
        if self.unit:
            high = plot.width / scale
            ticks = even_ticks(high * 0.97, max(int(plot.width / (4.5 * size)), 2))
            shapes += axis_below(Axis(0, high, ticks, self.unit), plot, lettering, width)
        marks: list[Mark] = []
        for number, row in enumerate(rows):
            line = Box(0, top + number * thick, width, thick)
            shapes += _drawn(row, line, left, scale, lettering)
            marks += _marks(row, number, line, left, scale)
        legend, tall = legend_of(self.legend, width, lettering)
        shapes += (shape.moved(0, height - tall) for shape in legend)
        return Scene(width, height, tuple(shapes), tuple(marks))


def _drawn(row: Row, line: Box, left: float, scale: float, lettering: Lettering) -> list[Shape]:
    size, edge = lettering.size, line.x + line.width
    middle, thick = line.middle[1], _THICK * line.height
    shapes: list[Shape] = [Label(0, middle, lettering.cut(row.name, left - GAP * size))]
    x = left
    for part in row.parts:
        # Where there is something there is something to see.
        width = max(part.value * scale, 1.5 if part.value > 0 else 0.0)
        box = Box(x, middle - thick / 2, width, thick)
        shapes.append(Rect(box, part.colour, size / 4, _FADED if row.faded else 1.0))
        x += width
    if row.interval is not None:
        low, high = (left + value * scale for value in row.interval)
        arm = size * 0.3
        shapes += [
            Line(((low, middle), (high, middle)), "text"),
            *(Line(((end, middle - arm), (end, middle + arm)), "text") for end in (low, high)),
        ]
    if row.before:
        x = left + row.before * scale
        shapes.append(Line(((x, middle - thick * 0.7), (x, middle + thick * 0.7)), "text", 2))
    x = left + row.reach * scale + GAP * size
    shapes.append(Label(x, middle, lettering.cut(row.shown, edge - x), "muted"))
    return shapes


def _marks(row: Row, number: int, line: Box, left: float, scale: float) -> list[Mark]:
    """The whole line of a bar without parts; else each part."""
    if len(row.parts) == 1:
        return [Mark(line, row.parts[0].text, number)]
    marks, x = [], left
    for part in row.parts:
        marks.append(Mark(Box(x, line.y, part.value * scale, line.height), part.text, number))
        x += part.value * scale
    return marks
