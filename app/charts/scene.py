"""What a chart consists of once its size is known: shapes in named colours, and the marks that have a value.

Whoever draws a scene says what the names of colours mean: a theme has two sets of them, a page in a browser
takes that of its text. `#rrggbb` is a colour too.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

# Forms of points, which tell curves apart without their colours: corners (0 is a circle) and degrees turned.
FORMS = ((0, 0), (4, 45), (3, 0), (4, 0), (3, 180), (5, 0), (6, 0), (3, 90), (5, 180), (3, 270), (8, 22.5))
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def moved(self, dx: float, dy: float) -> Box:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    box: Box
    fill: str
    radius: float = 0.0
    opacity: float = 1.0

    def moved(self, dx: float, dy: float) -> Rect:
        """The same elsewhere."""
        return replace(self, box=self.box.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: str
    opacity: float = 1.0

    def moved(self, dx: float, dy: float) -> Area:
        """The same elsewhere."""
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@dataclass(frozen=True, slots=True)
class Line:
    """A line from point to point."""

    points: tuple[Point, ...]
    stroke: str
    width: float = 1.0
    dashed: bool = False

    def moved(self, dx: float, dy: float) -> Line:
        """The same elsewhere."""
        return replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a curve, as a circle or a regular polygon of `FORMS`."""

    x: float
    y: float
    fill: str
    form: int = 0
    radius: float = 4.0

    @property
    def corners(self) -> tuple[Point, ...]:
        """Of the polygon; none of a circle."""
        count, turn = FORMS[self.form % len(FORMS)]
        angles = (math.radians(turn - 90 + 360 * corner / count) for corner in range(count))
        size = self.radius * 1.25  # looks as large as a circle of that radius
        return tuple((self.x + size * math.cos(angle), self.y + size * math.sin(angle)) for angle in angles)

    def moved(self, dx: float, dy: float) -> Dot:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; `y` is the middle of its height, and it begins, ends or has its middle at `x`."""

    x: float
    y: float
    text: str
    colour: str = "text"
    anchor: Anchor = "start"
    strong: bool = False
    upwards: bool = False

    def moved(self, dx: float, dy: float) -> Label:
        """The same elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


Shape = Rect | Area | Line | Dot | Label


@dataclass(frozen=True, slots=True)
class Mark:
    """What has a value, and can be pointed at or gone to with the keys.

    Attributes:
        box: where it is.
        text: its name and value, in full.
        row: of which row, column or curve it is, counted from 0.
        is_point: it is found by pointing near it, not only at it.
    """

    box: Box
    text: str
    row: int
    is_point: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawing; later shapes lie over earlier ones."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...] = ()

    def mark_at(self, x: float, y: float, reach: float = 24.0) -> int | None:
        """The number of the mark at a place, or of the nearest point not further than `reach`."""
        for number, mark in enumerate(self.marks):
            if mark.box.holds(x, y):
                return number
        far = [
            (math.dist(mark.box.middle, (x, y)), number)
            for number, mark in enumerate(self.marks)
            if mark.is_point
        ]
        nearest = min(far, default=(math.inf, 0))
        return nearest[1] if nearest[0] <= reach else None


@dataclass(frozen=True, slots=True)
class Lettering:
    """The letters of a drawing: their size in its units, and how wide a text in them is."""

    size: float
    width: Callable[[str], float]

    def cut(self, text: str, room: float) -> str:
        """`text`, or as much of its beginning as has room, and an ellipsis."""
        if self.width(text) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width(text[:middle] + _ELLIPSIS) <= room else (low, middle - 1)
        return text[:low].rstrip() + _ELLIPSIS

    def widest(self, texts: list[str]) -> float:
        """The width of the widest."""
        return max(map(self.width, texts), default=0.0)


def guessed_lettering(size: float) -> Lettering:
    """For whoever cannot ask a font: a little more than usual fonts take, so that nothing is cut."""

    def width(text: str) -> float:
        wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
        return size * (wide + 0.6 * (len(text) - wide))

    return Lettering(size, width)
