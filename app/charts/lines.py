"""Curves over two axes, either of which may be logarithmic, with points, dashes and bands around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.charts.parts import GAP, LINE, axis_below, axis_height, legend_of, nothing
from app.charts.scene import Area, Box, Dot, Label, Line, Mark, Scene

if TYPE_CHECKING:
    from app.charts.parts import Legend
    from app.charts.scale import Axis
    from app.charts.scene import Lettering, Point, Shape

_LEAST = 13.0
_POINT = 0.36
_BAND = 0.18


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a curve that has a text, for whoever points at it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One line, named in the legend.

    Attributes:
        spots: what can be pointed at.
        dotted: whether the spots are drawn.
        band: from where to where it may be, x, low and high.
    """

    name: str
    colour: str
    points: tuple[Point, ...]
    spots: tuple[Spot, ...] = ()
    dotted: bool = False
    dashed: bool = False
    band: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class LineChart:
    """Curves; those of the same name share their place in the legend."""

    curves: tuple[Curve, ...]
    across: Axis
    up: Axis
    empty: str = ""

    @property
    def legend(self) -> Legend:
        """Names and colours."""
        return tuple(dict.fromkeys((curve.name, curve.colour) for curve in self.curves))

    def height(self, width: float, lettering: Lettering) -> float:
        """A plot that is not too flat, axis and legend."""
        below = axis_height(self.across, lettering) + legend_of(self.legend, width, lettering)[1]
        return _LEAST * lettering.size + below

    def scene(self, width: float, height: float, lettering: Lettering) -> Scene:
        """The plot takes what the texts around it leave."""
        if not any(curve.points for curve in self.curves):
            return nothing(self.empty, width, height, lettering)
        size = lettering.size
        legend, tall = legend_of(
            self.legend, width, lettering, forms=any(curve.dotted for curve in self.curves)
        )
        unit = LINE * size if self.up.unit else 0.0
        left = unit + lettering.widest([text for _, text in self.up.ticks]) + GAP * size
        floor = height - tall - axis_height(self.across, lettering)
        plot = Box(left, size / 2, width - left - size, floor - size / 2)
        shapes = self._axes(plot, width, lettering)
        forms = {name: number for number, (name, _) in enumerate(self.legend)}
        marks: list[Mark] = []
        for row, curve in enumerate(self.curves):
            shapes += self._drawn(curve, forms[curve.name], plot, size)
            marks += self._marks(curve, row, plot, size)
        shapes += (shape.moved(0, height - tall) for shape in legend)
        return Scene(width, height, tuple(shapes), tuple(marks))

    def _axes(self, plot: Box, width: float, lettering: Lettering) -> list[Shape]:
        size = lettering.size
        shapes = axis_below(self.across, plot, lettering, width)
        for value, text in self.up.ticks:
            y = self._place(self.across.low, value, plot)[1]
            shapes.append(Line(((plot.x, y), (plot.x + plot.width, y)), "raised"))
            shapes.append(Label(plot.x - GAP * size, y, text, "muted", "end"))
        if self.up.unit:
            middle = plot.y + plot.height / 2
            shapes.append(Label(LINE * size / 2, middle, self.up.unit, "muted", "middle", upwards=True))
        return shapes

    def _holds(self, x: float, y: float) -> bool:
        """Whether a point has a place: beyond the end of the axis it would be drawn over the numbers."""
        return 0 <= self.across.share(x) <= 1 and math.isfinite(y)

    def _place(self, x: float, y: float, plot: Box) -> Point:
        up = min(max(self.up.share(y), 0.0), 1.0)
        return plot.x + self.across.share(x) * plot.width, plot.y + (1 - up) * plot.height

    def _drawn(self, curve: Curve, form: int, plot: Box, size: float) -> list[Shape]:
        shapes: list[Shape] = []
        if band := [each for each in curve.band if all(map(math.isfinite, each))]:
            above = [self._place(x, high, plot) for x, _, high in band]
            below = [self._place(x, low, plot) for x, low, _ in band]
            shapes.append(Area((*above, *reversed(below)), curve.colour, _BAND))
        line = tuple(self._place(*point, plot) for point in curve.points if self._holds(*point))
        if len(line) > 1:
            shapes.append(Line(line, curve.colour, 2, curve.dashed))
        if curve.dotted:
            spots = (self._place(spot.x, spot.y, plot) for spot in curve.spots if self._holds(spot.x, spot.y))
            shapes += (Dot(x, y, curve.colour, form, _POINT * size) for x, y in spots)
        return shapes

    def _marks(self, curve: Curve, row: int, plot: Box, size: float) -> list[Mark]:
        marks, side = [], size
        for spot in curve.spots:
            if self._holds(spot.x, spot.y):
                x, y = self._place(spot.x, spot.y, plot)
                marks.append(Mark(Box(x - side / 2, y - side / 2, side, side), spot.text, row, is_point=True))
        return marks
