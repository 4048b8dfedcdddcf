"""Whether a file that could not be decoded ends too early, from the lengths that its container states.

The decoders refuse files that are cut short, all ten formats of them (tests/images/test_truncation.py), but
most do not say that this is the reason. A file is therefore looked at here only after its decoder failed.
"""

import struct
from collections.abc import Callable

from app.images import tiff_tags
from app.images.formats import Format

_PNG_SIGNATURE_BYTES = 8
_PNG_CHUNK_FRAME_BYTES = 12  # length, type, checksum


def is_cut_short(picture_format: Format, data: bytes, size: int) -> bool:
    """Whether the file of `size` bytes, which failed to decode, lacks its end; `data`: of a BMP its head."""
    try:
        if picture_format is Format.BMP:
            return _bmp(data, size)
        return _CHECKS[picture_format](data)
    except (struct.error, OverflowError):
        return True


def _jpeg(data: bytes) -> bool:
    return not data.rstrip(b"\0").endswith(b"\xff\xd9")


def _png(data: bytes) -> bool:
    at = _PNG_SIGNATURE_BYTES
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        at += _PNG_CHUNK_FRAME_BYTES + length
        if kind == b"IEND":
            return False
    return True


def _riff(data: bytes) -> bool:
    (length,) = struct.unpack_from("<I", data, 4)
    return bool(len(data) < 8 + length)


def _gif(data: bytes) -> bool:
    return not data.rstrip(b"\0").endswith(b";")


def _bmp(data: bytes, size: int) -> bool:
    (length,) = struct.unpack_from("<I", data, 2)
    return bool(size < length)


def _tiff(data: bytes) -> bool:
    try:
        return tiff_tags.pixels_end(tiff_tags.read_tags(data)) > len(data)
    except tiff_tags.CutShortError:
        return True


def _boxes(data: bytes, pixels: bytes) -> bool:
    """ISO base media files and JP2 are a row of boxes; `pixels` is the kind that holds the picture."""
    at, seen = 0, False
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
        seen |= kind == pixels
        if length == 0:
            break
        at += max(length, 8)
    return at > len(data) or not seen


def _jpeg2000(data: bytes) -> bool:
    codestream_only = data.startswith(b"\xff\x4f")
    lacks_end = not data.rstrip(b"\0").endswith(b"\xff\xd9")
    return lacks_end if codestream_only else _boxes(data, b"jp2c")


def _icon(data: bytes) -> bool:
    (count,) = struct.unpack_from("<H", data, 4)
    entries = [struct.unpack_from("<II", data, 6 + 16 * index + 8) for index in range(count)]
    return any(offset + size > len(data) for size, offset in entries)


_CHECKS: dict[Format, Callable[[bytes], bool]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: _riff,
    Format.GIF: _gif,
    Format.TIFF: _tiff,
    Format.AVIF: lambda data: _boxes(data, b"mdat"),
    Format.HEIF: lambda data: _boxes(data, b"mdat"),
    Format.ICO: _icon,
    Format.JPEG2000: _jpeg2000,
}
