"""Pictures for the screen: decoded in a worker, as large as is shown and no larger."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.images import decode

VIEW_SIDE = 2048
THUMBNAIL_SIDE = 160


def load_view(path: Path) -> QImage:
    """The picture for the large view, its longer side at most 2048 pixels. Raises PictureError."""
    return _load(path, VIEW_SIDE, Qt.AspectRatioMode.KeepAspectRatio)


def load_thumbnail(path: Path) -> QImage:
    """The picture's middle as a square of 160 pixels. Raises PictureError."""
    image = _load(path, THUMBNAIL_SIDE, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    left, top = (image.width() - THUMBNAIL_SIDE) // 2, (image.height() - THUMBNAIL_SIDE) // 2
    return image.copy(left, top, THUMBNAIL_SIDE, THUMBNAIL_SIDE)


def _load(path: Path, side: int, mode: Qt.AspectRatioMode) -> QImage:
    rgb = decode(path, min_side=side).rgb
    height, width, _ = rgb.shape
    image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    expanding = mode == Qt.AspectRatioMode.KeepAspectRatioByExpanding
    if expanding or max(width, height) > side:
        image = image.scaled(side, side, mode, Qt.TransformationMode.SmoothTransformation)
    # The format that is painted without conversion; also a copy of its own of the pixels.
    return image.convertToFormat(QImage.Format.Format_RGB32)
