"""The large picture: fits its view or is zoomed, down to the pixels of the file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView

from app.ui.kit.keys import Keys

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from app.ui.pictures.loader import Loaded

STEP = 1.25  # of the zoom, for a notch, a key or a button
_LARGEST = 8.0
_NOTCH = 120  # eighths of a degree, as Qt counts the turning of a wheel
# From this zoom on, pixels are what one wants to see, and no longer a smooth picture.
_SHARP_FROM = 2.0
# Who turns the wheel or pans wants nothing of what is seen on the way.
_REST_MS = 80
# More than is seen, so that a little panning finds it there.
_MARGIN = 0.2
_FADED = 0.35
_ALMOST = 1.02  # rounding is not enlarging
# While it has the focus: a letter or a digit is no key of a whole page.
KEYS = Keys({"zoom_in": "+", "zoom_out": "-", "fit": "0", "pixels": "1", "move": "Left, Up, Right, Down"})
_PLUS_UNSHIFTED = "="
_Smooth, _Fast = Qt.TransformationMode.SmoothTransformation, Qt.TransformationMode.FastTransformation


class PictureView(QGraphicsView):
    """Shows one picture; the scene is measured in pixels of its file.

    Its keys are `KEYS`; Qt itself moves it with the arrows.

    Signals:
        zoomed(): another zoom, or another picture.
        part_wanted(QRect, QSize): there is more to see than is shown: this part in pixels of the file, scaled
            to this size. `show_part` takes it.
        drag_wanted(): the mouse draws the picture out of the window.
    """

    zoomed = Signal()
    part_wanted = Signal(QRect, QSize)
    drag_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self._whole, self._part = QGraphicsPixmapItem(), QGraphicsPixmapItem()
        for item in (self._whole, self._part):
            item.setTransformationMode(_Smooth)
            self._scene.addItem(item)
        self._fits = True
        self._turned = 0
        self._pressed: QPoint | None = None
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._want_part)
        self.setScene(self._scene)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(False)
        self.viewport().setAutoFillBackground(False)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(lambda _value: self._rest.start())

    def show_picture(self, loaded: Loaded | None) -> None:
        """Show a picture whole, or nothing."""
        image = loaded.image if loaded is not None else QImage()
        self._part.setPixmap(QPixmap())
        self._whole.setPixmap(QPixmap.fromImage(image))
        self._whole.setOpacity(1.0)
        width, height = loaded.source_size if loaded is not None else (0, 0)
        _stretch(self._whole, width, height)
        self._scene.setSceneRect(QRectF(0, 0, width, height))
        self.fit()

    def fade(self) -> None:
        """Say that another picture is on its way; this one stays until then."""
        self._part.setPixmap(QPixmap())  # lies over the whole, and would show through
        self._whole.setOpacity(_FADED)

    def show_part(self, box: QRect, image: QImage) -> None:
        """Paint a part with more pixels over the picture."""
        self._part.setPixmap(QPixmap.fromImage(image))
        self._part.setPos(QPointF(box.topLeft()))
        _stretch(self._part, box.width(), box.height())

    @property
    def percent(self) -> int:
        """The zoom: at 100, each pixel of the file is one of the screen."""
        return round(self._zoom * 100)

    @property
    def _zoom(self) -> float:
        """Pixels of the screen for each of the file."""
        return self.transform().m11() * self.devicePixelRatioF()

    def _whole_zoom(self) -> float:
        """The zoom at which the picture fits, never larger than its pixels."""
        bounds, area = self._scene.sceneRect(), self.viewport().rect()
        fitting = min(area.width() / bounds.width(), area.height() / bounds.height())
        return min(fitting * self.devicePixelRatioF(), 1.0)

    def fit(self) -> None:
        """Show the whole picture, never larger than its pixels."""
        self._set_zoom(0)

    def show_pixels(self) -> None:
        """Show each pixel of the file as one of the screen."""
        self._set_zoom(1.0)

    def zoom(self, factor: float) -> None:
        """Zoom by a factor, between the whole picture and eight times its pixels."""
        self._set_zoom(self._zoom * factor)

    def _set_zoom(self, wanted: float) -> None:
        if self._scene.sceneRect().isEmpty():
            self.zoomed.emit()
            return
        whole = self._whole_zoom()
        zoom = min(max(wanted, whole), _LARGEST)
        self._fits = zoom <= whole
        scale = zoom / self.devicePixelRatioF()
        self.setTransform(QTransform.fromScale(scale, scale))
        for item in (self._whole, self._part):
            item.setTransformationMode(_Fast if zoom >= _SHARP_FROM else _Smooth)
        can_move = QGraphicsView.DragMode.ScrollHandDrag  # the hand says that there is more to be seen
        self.setDragMode(QGraphicsView.DragMode.NoDrag if self._fits else can_move)
        self._rest.start()
        self.zoomed.emit()

    def _zoom_at(self, place: QPoint, zoom: float) -> None:
        """Zoom so that the point of the picture at `place` stays there."""
        # Qt's own anchor is the mouse of the last move, which a double click or a pinch has not told it.
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        point = self.mapToScene(place)
        self._set_zoom(zoom)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self._move(place - self.mapFromScene(point))

    def _want_part(self) -> None:
        """Ask for what is seen if the file has more pixels of it than are shown."""
        image = self._whole.pixmap()
        bounds = self._scene.sceneRect()
        if image.isNull():
            return
        shown = min(image.width() / bounds.width(), image.height() / bounds.height())
        if min(self._zoom, 1.0) <= shown * _ALMOST:
            return
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        across, down = seen.width() * _MARGIN, seen.height() * _MARGIN
        box = seen.adjusted(-across, -down, across, down).intersected(bounds).toAlignedRect()
        scale = min(self._zoom, 1.0)
        size = QSize(math.ceil(box.width() * scale), math.ceil(box.height() * scale))
        if not size.isEmpty():
            self.part_wanted.emit(box, size)

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
            self._zoom_at(event.position().toPoint(), self._zoom * STEP**notches)

    def viewportEvent(self, event: QEvent) -> bool:
        """Two fingers on a touchpad zoom where they are."""
        pinch = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == pinch:
            self._zoom_at(event.position().toPoint(), self._zoom * (1 + event.value()))
            return True
        return super().viewportEvent(event)

    def _move(self, pixels: QPoint) -> None:
        for bar, way in ((self.horizontalScrollBar(), pixels.x()), (self.verticalScrollBar(), pixels.y())):
            bar.setValue(bar.value() - way)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fits:
            self._zoom_at(event.position().toPoint(), 1.0)
        else:
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if left and self._fits else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A whole picture is drawn out of the window; one that is larger than its view is moved in it."""
        super().mouseMoveEvent(event)
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            way = event.position().toPoint() - self._pressed
            if way.manhattanLength() >= QApplication.startDragDistance():
                self._pressed = None
                self.drag_wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rest.start()  # what was asked for when it was hidden may never have come

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()
        else:
            self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = KEYS.sequences
        actions = {
            keys["zoom_in"]: lambda: self.zoom(STEP),
            _PLUS_UNSHIFTED: lambda: self.zoom(STEP),
            keys["zoom_out"]: lambda: self.zoom(1 / STEP),
            keys["pixels"]: self.show_pixels,
            keys["fit"]: self.fit,
        }
        action = actions.get(QKeySequence(event.key()).toString())
        if action is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            action()


def _stretch(item: QGraphicsPixmapItem, width: float, height: float) -> None:
    """Have an item's pixmap fill so much of the scene."""
    pixmap = item.pixmap()
    # Each way by itself: of 10 x 30000 pixels 1 x 2048 are shown, which is rounded by a third.
    if not pixmap.isNull():
        item.setTransform(QTransform.fromScale(width / pixmap.width(), height / pixmap.height()))
