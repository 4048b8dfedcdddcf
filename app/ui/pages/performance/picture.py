"""A widget as a picture, finer than on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.ui.charts.painter import SCALE
from app.ui.kit.theme import theme

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
