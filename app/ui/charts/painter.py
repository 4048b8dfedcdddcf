"""A scene drawn by a QPainter in the colours of the theme: on the screen and as a picture."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPainter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QApplication

from app.charts.scene import Area, Dot, Label, Lettering, Line, Rect
from app.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.charts.scene import Point, Scene, Shape

# Of the letters of the window; and dots of the device for one of the window in pictures.
_SMALLER, _LEAST_PX, SCALE = 0.88, 11, 2
_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine
_SIDES = {
    "start": Qt.AlignmentFlag.AlignLeft, "middle": Qt.AlignmentFlag.AlignHCenter,
    "end": Qt.AlignmentFlag.AlignRight,
}  # fmt: skip


def colour(name: str) -> str:
    """What a colour of a scene is in the theme of this moment, as `#rrggbb`."""
    if name.startswith("#"):
        return name
    found = re.fullmatch(r"(series|step)(\d+)", name)
    if found is None:
        return theme.color(name).name()
    colours = theme.colours.series if found[1] == "series" else theme.colours.steps
    return colours[int(found[2]) % len(colours)]


def chart_font(*, strong: bool = False) -> QFont:
    """The font of the window, a little smaller."""
    font = QFont(QApplication.font())
    font.setPixelSize(max(round(QFontInfo(font).pixelSize() * _SMALLER), _LEAST_PX))
    font.setBold(strong)
    return font


def chart_lettering() -> Lettering:
    """For laying out what `paint` draws."""
    font = chart_font()
    metrics = QFontMetricsF(font)
    return Lettering(float(font.pixelSize()), metrics.horizontalAdvance)


def paint(scene: Scene, painter: QPainter) -> None:
    """Draw a scene at the painter's origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(chart_font())
    for shape in scene.shapes:
        _draw(shape, painter)


def to_image(scene: Scene) -> QImage:
    """A scene as a picture, finer than on the screen, on the colour of cards."""
    image = QImage(
        round(scene.width * SCALE), round(scene.height * SCALE), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(SCALE)
    image.fill(theme.color("surface"))
    painter = QPainter(image)
    paint(scene, painter)
    painter.end()
    return image


def to_png(image: QImage) -> bytes:
    """The content of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


@singledispatch
def _draw(shape: Shape, _painter: QPainter) -> None:
    raise TypeError(shape)


@_draw.register
def _(shape: Rect, painter: QPainter) -> None:
    box = shape.box
    _fill(painter, shape.fill, shape.opacity)
    painter.drawRoundedRect(QRectF(box.x, box.y, box.width, box.height), shape.radius, shape.radius)


@_draw.register
def _(shape: Area, painter: QPainter) -> None:
    _fill(painter, shape.fill, shape.opacity)
    painter.drawPolygon(_polygon(shape.points))


@_draw.register
def _(shape: Line, painter: QPainter) -> None:
    style = Qt.PenStyle.DashLine if shape.dashed else Qt.PenStyle.SolidLine
    pen = QPen(QColor(colour(shape.stroke)), shape.width, style)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(_polygon(shape.points))


@_draw.register
def _(shape: Dot, painter: QPainter) -> None:
    _fill(painter, shape.fill, 1.0)
    if shape.corners:
        painter.drawPolygon(_polygon(shape.corners))
    else:
        painter.drawEllipse(QPointF(shape.x, shape.y), shape.radius, shape.radius)


@_draw.register
def _(shape: Label, painter: QPainter) -> None:
    painter.save()
    painter.translate(shape.x, shape.y)
    if shape.upwards:
        painter.rotate(-90)
    if shape.strong:
        painter.setFont(chart_font(strong=True))
    painter.setPen(QColor(colour(shape.colour)))
    # A box without a width would be no box to Qt.
    left = {"start": 0.0, "middle": -0.5, "end": -1.0}[shape.anchor]
    painter.drawText(QRectF(left, -10, 1, 20), int(_SIDES[shape.anchor] | _FLAGS), shape.text)
    painter.restore()


def _fill(painter: QPainter, name: str, opacity: float) -> None:
    brush = QColor(colour(name))
    brush.setAlphaF(opacity)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)


def _polygon(points: Iterable[Point]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])
