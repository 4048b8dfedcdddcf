"""An area that scrolls up and down what is as wide as it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from app.core.language_in_use import tr
from app.ui.kit.drawing import draw_focus
from app.ui.kit.keyboard import show_ring, shows_ring

_CORNER_PX = 12  # as cards have it


class Scroll(QScrollArea):
    """The keyboard scrolls it where it has a name, a key of `resources/i18n`, which a screen reader says.

    Without one it leaves the keyboard to what is in it. So it does with Tab where it is no `stop`; what Tab
    reaches in it is in sight, wherever it came from.
    """

    def __init__(self, name: str = "", parent: QWidget | None = None, *, stop: bool = True) -> None:
        super().__init__(parent)
        self._name = name
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named = Qt.FocusPolicy.StrongFocus if stop else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(named if name else Qt.FocusPolicy.NoFocus)
        if name:
            self.setAccessibleName(tr(name))
        self._ring = _Ring(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Qt does this only where Tab came from inside; what the mouse has pressed stays under it."""
        if now is not None and shows_ring(now) and self.isAncestorOf(now):
            self.show_whole(now)

    def show_whole(self, widget: QWidget) -> None:
        """Scroll to something that is in it."""
        self.ensureWidgetVisible(widget)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        show_ring(self, by_key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End as well: Qt knows arrows and pages."""
        bar = self.verticalScrollBar()
        ends = {Qt.Key.Key_Home: bar.minimum(), Qt.Key.Key_End: bar.maximum()}
        if event.key() in ends:
            bar.setValue(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ring.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DynamicPropertyChange:
            self._ring.setVisible(shows_ring(self))
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._name:
            self.setAccessibleName(tr(self._name))


class _Ring(QWidget):
    """The ring of the focus, over the edges of what is scrolled: cards would cut a border below them."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_focus(painter, self.rect(), _CORNER_PX)
        painter.end()
