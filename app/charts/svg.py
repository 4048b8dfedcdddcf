"""A scene as SVG, for pages and for files."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from html import escape
from typing import TYPE_CHECKING

from app.charts.scene import Area, Dot, Label, Line, Rect

if TYPE_CHECKING:
    from app.charts.scene import Point, Scene, Shape

Colour = Callable[[str], str]
_FONTS = "system-ui, 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
# The middle of the letters is so much above the line they stand on, in their size.
_MIDDLE = 0.35


def to_svg(scene: Scene, colour: Colour, size: float, background: str = "") -> str:
    """An `<svg>` element; `colour` says what the names of colours are in CSS, `size` is that of letters."""
    parts = [_drawn(shape, colour) for shape in scene.shapes]
    if background:
        parts.insert(0, f'<rect width="100%" height="100%" fill="{background}"/>')
    # A text for each mark: browsers show it as a tool tip, screen readers read it.
    parts += [
        f'<rect {_box(mark.box.x, mark.box.y, mark.box.width, mark.box.height)} fill="transparent">'
        f"<title>{escape(mark.text)}</title></rect>"
        for mark in scene.marks
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" '
        f'width="{_n(scene.width)}" height="{_n(scene.height)}" role="img" font-family="{_FONTS}" '
        f'font-size="{_n(size)}">{"".join(parts)}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


@singledispatch
def _drawn(shape: Shape, _colour: Colour) -> str:
    raise TypeError(shape)


@_drawn.register
def _(shape: Rect, colour: Colour) -> str:
    opacity = f' opacity="{shape.opacity}"' if shape.opacity < 1 else ""
    box = _box(shape.box.x, shape.box.y, shape.box.width, shape.box.height)
    return f'<rect {box} rx="{_n(shape.radius)}" fill="{colour(shape.fill)}"{opacity}/>'


@_drawn.register
def _(shape: Area, colour: Colour) -> str:
    return (
        f'<polygon points="{_points(shape.points)}" fill="{colour(shape.fill)}" opacity="{shape.opacity}"/>'
    )


@_drawn.register
def _(shape: Line, colour: Colour) -> str:
    dashes = ' stroke-dasharray="6 4"' if shape.dashed else ""
    return (
        f'<polyline points="{_points(shape.points)}" fill="none" stroke="{colour(shape.stroke)}" '
        f'stroke-width="{_n(shape.width)}" stroke-linejoin="round"{dashes}/>'
    )


@_drawn.register
def _(shape: Dot, colour: Colour) -> str:
    if shape.corners:
        return f'<polygon points="{_points(shape.corners)}" fill="{colour(shape.fill)}"/>'
    return (
        f'<circle cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}" fill="{colour(shape.fill)}"/>'
    )


@_drawn.register
def _(shape: Label, colour: Colour) -> str:
    where = f'x="{_n(shape.x)}" y="{_n(shape.y)}" dy="{_MIDDLE}em"'
    turned = f' transform="rotate(-90 {_n(shape.x)} {_n(shape.y)})"' if shape.upwards else ""
    weight = ' font-weight="600"' if shape.strong else ""
    return (
        f'<text {where} text-anchor="{shape.anchor}"{weight}{turned} fill="{colour(shape.colour)}">'
        f"{escape(shape.text)}</text>"
    )
