"""What several kinds of charts draw: a legend, an axis below the plot, a sentence in place of a plot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from app.charts.scene import Dot, Label, Line, Scene

if TYPE_CHECKING:
    from app.charts.scale import Axis
    from app.charts.scene import Box, Lettering, Shape

Legend = tuple[tuple[str, str], ...]
# In heights of a letter.
LINE, GAP, MARGIN = 1.7, 0.7, 1.4


class Chart(Protocol):
    """Something that can be drawn at any width. `empty` is the sentence for a chart without values."""

    @property
    def empty(self) -> str: ...

    def height(self, width: float, lettering: Lettering) -> float:
        """The least height that it needs at this width."""
        ...

    def scene(self, width: float, height: float, lettering: Lettering) -> Scene:
        """The chart in this size."""
        ...


def legend_of(
    entries: Legend, width: float, lettering: Lettering, *, forms: bool = False
) -> tuple[list[Shape], float]:
    """The shapes of a legend, as many lines as it takes, and its height. Each entry is text and colour.

    With `forms` each entry has a point of its own form too.
    """
    size = lettering.size
    shapes: list[Shape] = []
    x = y = 0.0
    for number, (text, colour) in enumerate(entries):
        shown = lettering.cut(text, width - 1.5 * size)
        needed = 1.3 * size + lettering.width(shown)
        if x and x + needed > width:
            x, y = 0.0, y + LINE * size
        shapes.append(Dot(x + size / 2, y + LINE * size / 2, colour, number if forms else 0, size * 0.36))
        shapes.append(Label(x + 1.3 * size, y + LINE * size / 2, shown, "muted"))
        x += needed + 1.4 * size
    return shapes, y + LINE * size if entries else 0.0


def axis_height(axis: Axis, lettering: Lettering) -> float:
    """What the numbers and the unit below a plot need."""
    return lettering.size * LINE * (2 if axis.unit else 1)


def axis_below(axis: Axis, plot: Box, lettering: Lettering, edge: float) -> list[Shape]:
    """Grid lines in the plot, numbers below it and the unit below these; nothing reaches beyond `edge`."""
    size, floor = lettering.size, plot.y + plot.height
    shapes: list[Shape] = []
    for value, text in axis.ticks:
        x = plot.x + axis.share(value) * plot.width
        shapes.append(Line(((x, plot.y), (x, floor)), "raised"))
        half = lettering.width(text) / 2
        shapes.append(Label(min(x, edge - half), floor + LINE * size / 2, text, "muted", "middle"))
    if axis.unit:
        shapes.append(Label(plot.x + plot.width / 2, floor + 1.5 * LINE * size, axis.unit, "muted", "middle"))
    return shapes


def nothing(sentence: str, width: float, height: float, lettering: Lettering) -> Scene:
    """A sentence in the middle."""
    shown = lettering.cut(sentence, width)
    return Scene(width, height, (Label(width / 2, height / 2, shown, "muted", "middle"),))


def framed(scene: Scene, title: str, note: str, lettering: Lettering) -> Scene:
    """A scene with a title, a remark below it and a margin around: to stand alone, as a file."""
    size = lettering.size
    margin, head = MARGIN * size, (LINE * size) * (2 if note else 1) + GAP * size
    room = scene.width
    labels = [Label(margin, margin + LINE * size / 2, lettering.cut(title, room), strong=True)]
    if note:
        labels.append(Label(margin, margin + 1.5 * LINE * size, lettering.cut(note, room), "muted"))
    dx, dy = margin, margin + head
    return Scene(
        scene.width + 2 * margin,
        scene.height + 2 * margin + head,
        (*labels, *(shape.moved(dx, dy) for shape in scene.shapes)),
        tuple(replace(mark, box=mark.box.moved(dx, dy)) for mark in scene.marks),
    )
