"""A Pillow plugin for BMP that can also read a few rows at a time: a file of 800 MB need not be in memory."""

from collections.abc import Iterator
from typing import cast

from PIL import BmpImagePlugin, Image


class BitmapFile(BmpImagePlugin.BmpImageFile):
    """A Windows bitmap; `bands` reads uncompressed ones without loading them."""

    @property
    def has_bands(self) -> bool:
        """Whether rows lie one after another, uncompressed."""
        return bool(self.tile) and self.tile[0][0] == "raw"

    def bands(self, rows: int) -> Iterator[Image.Image]:
        """The picture from top to bottom, `rows` rows at a time; raises OSError where the file is cut."""
        if self.fp is None:
            raise ValueError("no file")
        offset, arguments = self.tile[0][2:]
        raw_mode, stride, direction = cast(tuple[str, int, int], arguments)
        for top in range(0, self.height, rows):
            bottom = min(top + rows, self.height)
            # Most bitmaps begin with the lowest row.
            first = self.height - bottom if direction < 0 else top
            self.fp.seek(offset + first * stride)
            data = self.fp.read((bottom - top) * stride)
            if len(data) < (bottom - top) * stride:
                raise OSError("image file is truncated")
            size = self.width, bottom - top
            band = Image.frombytes(self.mode, size, data, "raw", raw_mode, stride, direction)
            if self.palette:
                band.palette = self.palette.copy()
            yield band
