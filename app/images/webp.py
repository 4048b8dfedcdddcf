"""A Pillow plugin for WebP that takes no memory before it loads, and lets go of libwebp's canvases then.

The plugin that comes with Pillow makes two canvases of four bytes a pixel when it opens a file, and has two
more copies of the picture beside them while it loads.
"""

import struct
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from PIL import Image, ImageFile

# Not typed. This module is imported when the first WebP is opened.
_libwebp = import_module("PIL._webp")

_METADATA = {"icc_profile": "ICCP", "exif": "EXIF"}
_FRAME_HEADER_BYTES = 16


class WebPFile(ImageFile.ImageFile):
    """The first frame; once loaded, `info` has perhaps `icc_profile` and `exif`."""

    format = "WEBP"
    format_description = "WebP picture"
    _data: bytes | None = None

    def _open(self) -> None:
        if self.fp is None:
            raise ValueError("no file")
        self._data = self.fp.read()
        self._size = canvas(self._data)
        self._mode = "RGBX"
        self.is_animated = sum(kind == b"ANMF" for kind, _, _ in chunks(self._data)) > 1

    def load(self) -> Any:
        """Decode the first frame, as RGBX or RGBA."""
        if self._data is not None:
            decoder, self._data = _libwebp.WebPAnimDecoder(self._data), None
            size, _, _, _, self._mode = decoder.get_info()
            for key, kind in _METADATA.items():
                if value := decoder.get_chunk(kind):
                    self.info[key] = value
            frame = decoder.get_next()
            del decoder
            if frame is None:
                raise OSError("broken data stream")
            # The picture lies in these bytes: nothing is copied.
            self.im = Image.frombuffer(self._mode, size, frame[0], "raw", self._mode, 0, 1).im
        return Image.Image.load(self)


def canvas(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels."""
    # https://developers.google.com/speed/webp/docs/riff_container: sides less one; of VP8L in 14 bits each.
    if data.startswith(b"VP8X", 12):
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data.startswith(b"VP8L", 12):
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    # RFC 6386, 9.1: 14 bits each; the two above ask for scaling.
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def chunks(data: bytes, at: int = 12) -> Iterator[tuple[bytes, int, int]]:
    """(kind, offset of its content, length in bytes) of each; of a frame, what is inside follows it."""
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8, length
        # Chunks of odd length are followed by a byte of padding.
        at += 8 + (_FRAME_HEADER_BYTES if kind == b"ANMF" else length + length % 2)
