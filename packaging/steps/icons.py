"""The program's icon in every size and form, from its one SVG."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter
from PySide6.QtSvg import QSvgRenderer
from steps.layout import ROOT

SVG = ROOT / "resources" / "icons" / "wanwu.svg"
SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)


def write_png(target: Path, size: int) -> None:
    """Render the icon, `size` pixels square, transparent around it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    image = QImage(QSize(size, size), QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    if not image.save(str(target)):
        raise OSError(f"cannot write {target}")


def write_side(target: Path) -> None:
    """The side of the Windows installer's first and last page, twice the size it has there."""
    image = QImage(QSize(328, 628), QImage.Format.Format_RGB888)
    painter = QPainter(image)
    shade = QLinearGradient(0, 0, image.width(), image.height())
    shade.setStops([(0, QColor("#eaf1ff")), (1, QColor("#d5efec"))])
    painter.fillRect(image.rect(), shade)
    QSvgRenderer(str(SVG)).render(painter, QRectF(84, 180, 160, 160))
    painter.end()
    if not image.save(str(target)):
        raise OSError(f"cannot write {target}")


def write_ico(target: Path, work: Path) -> None:
    """Windows' form: many sizes in one file."""
    _write_many(target, work, (16, 24, 32, 48, 64, 128, 256))


def write_icns(target: Path, work: Path) -> None:
    """macOS' form."""
    _write_many(target, work, (16, 32, 64, 128, 256, 512))


def _write_many(target: Path, work: Path, sizes: tuple[int, ...]) -> None:
    files = [work / f"icon-{size}.png" for size in sizes]
    for file, size in zip(files, sizes, strict=True):
        write_png(file, size)
    images = [Image.open(file) for file in files]
    images[-1].save(target, append_images=images[:-1], sizes=[image.size for image in images])
