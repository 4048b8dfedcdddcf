"""A widget as a picture, finer than on the screen."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.ui.kit.theme import theme

SCALE = 2
_MARGIN = 24


def lay_out(widget: QWidget, width: int) -> None:
    """Give a widget this width inside a margin, and the height that it needs, without its being seen."""
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    widget.setFixedWidth(width + 2 * _MARGIN)
    widget.show()
    widget.setFixedHeight(widget.heightForWidth(widget.width()))


def drawn(widget: QWidget) -> QPixmap:
    """A widget that has been laid out, with all it has to show."""
    pixmap = QPixmap(widget.size() * SCALE)
    pixmap.setDevicePixelRatio(SCALE)
    pixmap.fill(theme.color("window"))
    widget.render(pixmap, QPoint())
    return pixmap


def to_png(pixmap: QPixmap) -> bytes:
    """A picture as the content of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    return bytes(buffer.data().data())
