"""What the loader's child process does: pictures decoded as large as they are shown, and no larger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from app.core.errors import ErrorCode, PictureError
from app.images import decode
from app.images.thumbnails import Thumbnails

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

VIEW_SIDE = 2048
# One whole picture, of at most 170 megapixels, is kept while its parts are looked at. That is beside the
# memory that decoders may take (app/images/memory.py), so larger ones are decoded for each part.
_MOST_KEPT_BYTES = 512 << 20

Box = tuple[int, int, int, int]
# A file at one time: its path, size and time of change; without these where it is not to be found.
Version = tuple["Path", int, int] | tuple["Path", None]


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as Qt paints it fastest: 4 bytes a pixel, blue, green, red and one that is 255.

    `source_size`: (width, height) in pixels of the whole picture in the file, upright.
    `version`: the file that they are of, as it was before it was read; None for a thumbnail.
    """

    data: bytes
    width: int
    height: int
    source_size: tuple[int, int]
    version: Version | None = None


class Decoder:
    """Decodes pictures for the screen; raises PictureError."""

    def __init__(self) -> None:
        self._thumbnails = Thumbnails()
        self._kept: tuple[Version, NDArray[np.uint8]] | None = None

    def ready(self, _report: Callable[[str], None]) -> None:
        """Answer as soon as the process has started."""

    def view(self, path: Path, _report: Callable[[str], None]) -> Pixels:
        """The whole picture, its longer side at most 2048 pixels."""
        version = version_of(path)
        if self._kept is not None and self._kept[0] != version:
            self._kept = None  # somebody looks at another picture: its memory is wanted no more
        decoded = decode(path, min_side=VIEW_SIDE)
        picture = Image.fromarray(decoded.rgb)
        picture.thumbnail((VIEW_SIDE, VIEW_SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
        return _pixels(picture, decoded.source_size, version)

    def part(self, path: Path, box: Box, size: tuple[int, int], _report: Callable[[str], None]) -> Pixels:
        """What is in `box` (left, top, right, bottom in pixels of the whole picture), scaled to `size`.

        A box of a picture that was larger before the file changed has no part; it raises PictureError.
        """
        version, whole = self._whole(path)
        left, top, right, bottom = box
        if right > whole.shape[1] or bottom > whole.shape[0]:
            raise PictureError(ErrorCode.DECODE_FAILED, path=path)
        picture = Image.fromarray(whole[top:bottom, left:right])
        if picture.size != size:
            picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        return _pixels(picture, (whole.shape[1], whole.shape[0]), version)

    def thumbnail(self, path: Path, _report: Callable[[str], None]) -> Pixels:
        """The picture's middle as a square of 240 pixels, kept on disk for the next time."""
        picture = self._thumbnails.get(path)
        return _pixels(picture, picture.size)

    def _whole(self, path: Path) -> tuple[Version, NDArray[np.uint8]]:
        """All pixels of a picture; those of the one that was asked for last are kept."""
        version = version_of(path)
        if self._kept is not None and self._kept[0] == version:
            return self._kept
        self._kept = None  # before the next one takes its memory
        rgb = decode(path).rgb
        if rgb.nbytes <= _MOST_KEPT_BYTES:
            self._kept = version, rgb
        return version, rgb


def version_of(path: Path) -> Version:
    """A file as it is now; another program may have saved it since."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return path, None
    return path, found.st_size, found.st_mtime_ns


def _pixels(picture: Image.Image, source_size: tuple[int, int], version: Version | None = None) -> Pixels:
    data = picture.convert("RGBA").tobytes("raw", "BGRA")
    return Pixels(data, picture.width, picture.height, source_size, version)
