"""Pictures for the screen: decoded in a process of their own, as large as is shown and no larger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from app.images import decode
from app.images.thumbnails import Thumbnails

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VIEW_SIDE = 2048


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as Qt paints it fastest: 4 bytes a pixel, blue, green, red and one that is 255."""

    data: bytes
    width: int
    height: int


class PictureLoader:
    """Loads pictures for the screen; raises PictureError."""

    def __init__(self) -> None:
        self._thumbnails = Thumbnails()

    def ready(self, _report: Callable[[str], None]) -> None:
        """Answer as soon as the process has started."""

    def view(self, path: Path, _report: Callable[[str], None]) -> Pixels:
        """The whole picture, its longer side at most 2048 pixels."""
        picture = Image.fromarray(decode(path, min_side=VIEW_SIDE).rgb)
        picture.thumbnail((VIEW_SIDE, VIEW_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return _pixels(picture)

    def thumbnail(self, path: Path, _report: Callable[[str], None]) -> Pixels:
        """The picture's middle as a square of 240 pixels, kept for the next time."""
        return _pixels(self._thumbnails.get(path))


def _pixels(picture: Image.Image) -> Pixels:
    return Pixels(picture.convert("RGBA").tobytes("raw", "BGRA"), picture.width, picture.height)
