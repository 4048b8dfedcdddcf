"""The large picture: fits the window, zooms with the wheel, pans with the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsPixmapItem, QGraphicsScene, QGraphicsView

_STEP = 1.25
_LARGEST = 8.0
_NOTCH = 120  # eighths of a degree, as Qt counts the turning of a wheel


class PictureView(QGraphicsView):
    """Shows one QImage. Keys: + and - zoom, 0 fits."""

    def __init__(self) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.addItem(self._item)
        self._fits = True
        self._turned = 0
        self.setScene(self._scene)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)
        self.viewport().setAutoFillBackground(False)

    def show_image(self, image: QImage | None) -> None:
        """Show a picture whole, or nothing."""
        pixmap = QPixmap.fromImage(image) if image is not None else QPixmap()
        self._item.setPixmap(pixmap)
        self._scene.setSceneRect(QRectF(pixmap.rect()))
        self.fit()

    def fit(self) -> None:
        """Show the whole picture, never larger than its pixels."""
        self._fits = True
        bounds = self._scene.sceneRect()
        if bounds.isEmpty():
            return
        area = self.viewport().rect()
        scale = min(area.width() / bounds.width(), area.height() / bounds.height(), 1.0)
        self.resetTransform()
        self.scale(scale, scale)

    def zoom(self, factor: float) -> None:
        """Zoom by a factor, between the whole picture and eight times its pixels."""
        current = self.transform().m11()
        area, bounds = self.viewport().rect(), self._scene.sceneRect()
        if bounds.isEmpty():
            return
        whole = min(area.width() / bounds.width(), area.height() / bounds.height(), 1.0)
        wanted = min(max(current * factor, whole), _LARGEST)
        self._fits = wanted <= whole
        self.scale(wanted / current, wanted / current)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms by whole notches, however finely it tells of them; a touchpad moves the picture."""
        event.accept()
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if not pixels.isNull() and QGuiApplication.platformName() != "xcb":  # X11 has them for wheels too
            self._move(pixels)
            return
        self._move(QPoint(angle.x(), 0))
        self._turned += angle.y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        if notches:
            self.zoom(_STEP**notches)

    def _move(self, pixels: QPoint) -> None:
        for bar, way in ((self.horizontalScrollBar(), pixels.x()), (self.verticalScrollBar(), pixels.y())):
            bar.setValue(bar.value() - way)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        actions = {
            Qt.Key.Key_Plus: lambda: self.zoom(_STEP),
            Qt.Key.Key_Equal: lambda: self.zoom(_STEP),
            Qt.Key.Key_Minus: lambda: self.zoom(1 / _STEP),
            Qt.Key.Key_0: self.fit,
        }
        action = actions.get(Qt.Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
        else:
            action()
