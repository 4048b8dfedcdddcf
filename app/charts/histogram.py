"""Bars side by side over an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.charts.parts import LINE, nothing
from app.charts.scene import Box, Label, Line, Mark, Rect, Scene

if TYPE_CHECKING:
    from app.charts.scale import Ticks
    from app.charts.scene import Lettering, Shape

_PLOT = 13.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts, each with its text for whoever points at it; `ticks` are texts at places 0–1 of the width."""

    bars: tuple[tuple[int, str], ...]
    ticks: Ticks = ()
    empty: str = ""

    def height(self, _width: float, lettering: Lettering) -> float:
        """Bars and axis."""
        return (_PLOT + LINE) * lettering.size

    def scene(self, width: float, height: float, lettering: Lettering) -> Scene:
        """The bars fill the width."""
        most = max((count for count, _ in self.bars), default=0)
        if not most:
            return nothing(self.empty, width, height, lettering)
        size = lettering.size
        floor, each = height - LINE * size, width / len(self.bars)
        shapes: list[Shape] = []
        marks: list[Mark] = []
        for number, (count, text) in enumerate(self.bars):
            if count:
                high = max((floor - 4) * count / most, 2.0)
                box = Box(number * each + each * 0.08, floor - high, max(each * 0.84, 1.0), high)
                shapes.append(Rect(box, "accent", min(size / 6, each / 4)))
                marks.append(Mark(Box(number * each, 0, each, floor), text, number))
        shapes.append(Line(((0, floor), (width, floor)), "border"))
        for share, text in self.ticks:
            half = lettering.width(text) / 2
            x = min(max(share * width, half), width - half)
            shapes.append(Label(x, floor + LINE * size / 2, text, "muted", "middle"))
        return Scene(width, height, tuple(shapes), tuple(marks))
