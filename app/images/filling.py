"""Downloads that stopped, and were then filled up with zeros to the length that was announced.

Most decoders take zeros for pixels. Compressed pixels do not end in a long row of zeros, so that such a file
is cut short; pixels that are not compressed may be black, and only a row that breaks off tells.
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

from app.core.errors import ErrorCode, PictureError
from app.images import icon, iso, tiff_tags, webp
from app.images.formats import Format
from app.images.source import Source
from app.images.tiff_layout import UNCOMPRESSED, Layout
from app.images.warning import PictureWarning

_ZEROS = 64  # fewer may be chance, or padding
_LOST = 16  # bytes of compressed pixels among the zeros from which on some are lost for certain
_SEEN = 24  # bytes of a row that must go on: fewer may be the black edge of something
_BLOCK = 1 << 20
_LATER_HEADER_BYTES = 40  # the first form of a bitmap's header has other fields, and no user
_PNG_MAGIC = b"\x89PNG"
_END_OF_CODESTREAM = b"\xff\xd9"
_GIF_EXTENSION, _GIF_IMAGE = 0x21, 0x2C
_STRIPS, _TILES, _TILE_WIDTH = 273, 324, 322


def check(source: Source) -> set[PictureWarning]:
    """Raise `truncated` when pixels were replaced by zeros; `damaged` when that cannot be excluded."""
    is_bitmap = source.format is Format.BMP
    zeros = None if is_bitmap else zeros_from(source.data)
    if source.format is Format.JPEG or (zeros is None and not is_bitmap):
        return set()  # a JPEG has an end mark, which its decoder wants to see
    try:
        if zeros is None:
            is_lost = _bitmap_breaks_off(source.file, source.size, source.data)
        else:
            is_lost = _is_lost(source.format, source.data, zeros)
    except (struct.error, ValueError, IndexError, KeyError, tiff_tags.CutShortError):
        is_lost = True
    return {PictureWarning.DAMAGED} if is_lost else set()


def zeros_from(data: bytes) -> int | None:
    """The offset from which on a file has zeros only; None when it does not end in many."""
    start = len(data.rstrip(b"\0"))
    return start if len(data) - start >= _ZEROS else None


def _is_lost(picture_format: Format, data: bytes, zeros: int) -> bool:
    if picture_format is Format.ICO:
        data, _ = icon.largest_picture(data)
        zeros = len(data.rstrip(b"\0"))
        if not data.startswith(_PNG_MAGIC):
            return _icon_breaks_off(data, zeros)
        picture_format = Format.PNG
    if picture_format is Format.TIFF:
        tags = tiff_tags.read_tags(data)
        layout = Layout.of(data, tags)
        if layout.compression == UNCOMPRESSED:
            return _breaks_off(data, zeros, *_tiff_rows(tags, layout))
    if _ENDS[picture_format](data) - zeros >= _LOST:
        raise PictureError(ErrorCode.TRUNCATED, format=str(picture_format), detail="filled up with zeros")
    return False


def _breaks_off(data: bytes, zeros: int, start: int, end: int, row: int) -> bool:
    """Whether zeros begin within a row while the one before goes on; `start` and `end` of the pixels."""
    return zeros < end and _goes_on(data[zeros - row : zeros - row + _rest(zeros - start, row)])


def _rest(at: int, row: int) -> int:
    """How many bytes are left of the row that the byte `at` of the pixels breaks; 0 in the first row."""
    return -at % row if at > row else 0


def _goes_on(pixels: bytes) -> bool:
    return len(pixels) >= _SEEN and pixels.count(0) * 2 < len(pixels)


def _tiff_rows(tags: tiff_tags.Tags, layout: Layout) -> tuple[int, int, int]:
    offsets = tags[_TILES] if _TILES in tags else tags[_STRIPS]
    width = tags[_TILE_WIDTH][0] if _TILES in tags else layout.size[0]
    return (
        min(offsets),
        tiff_tags.pixels_end(tags),
        max(1, width * (1 if layout.is_planar else layout.samples) * layout.bits // 8),
    )


def _icon_breaks_off(data: bytes, zeros: int) -> bool:
    """The same for an icon of one bitmap, after whose pixels a mask lies that is all zeros, as a rule."""
    header, width, heights, bits = struct.unpack_from("<Iii2xH", data, icon.BITMAP_AT)
    start = icon.BITMAP_AT + header + (4 << bits if bits <= 8 else 0)
    # Rows of a bitmap are padded to four bytes; an icon's header counts the rows of its mask as well.
    row = (abs(width) * bits + 31) // 32 * 4
    return _breaks_off(data, zeros, start, start + row * (abs(heights) // 2), row)


def _bitmap_breaks_off(file: BinaryIO, size: int, head: bytes) -> bool:
    """The same for a bitmap, of which only the end is read, and no more than it takes."""
    start, header, width, height = struct.unpack_from("<IIii", head, 10)
    (bits,) = struct.unpack_from("<H", head, 28)
    row = (abs(width) * bits + 31) // 32 * 4
    if header < _LATER_HEADER_BYTES or not row:
        return False
    zeros = end = min(size, start + row * abs(height))
    while zeros > start:
        begin = max(start, zeros - _BLOCK)
        file.seek(begin)
        kept = len(file.read(zeros - begin).rstrip(b"\0"))
        zeros = begin + kept
        if kept:
            break
    above = b""
    if end - zeros >= _ZEROS and (rest := _rest(zeros - start, row)):
        file.seek(zeros - row)
        above = file.read(rest)
    file.seek(0)
    return _goes_on(above)


def _png_end(data: bytes) -> int:
    at, end = len(_PNG_MAGIC) + 4, 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            end = at + 8 + length
        elif not kind.isalpha() or kind == b"IEND":
            # Kinds are letters: among the zeros there are no chunks any more.
            break
        at += 12 + length
    return end


def _webp_end(data: bytes) -> int:
    # The first of them: of an animation only the first frame is shown.
    ends = (at + length for kind, at, length in webp.chunks(data) if kind in (b"VP8 ", b"VP8L"))
    return next(ends, len(data))


def _gif_end(data: bytes) -> int:
    """Where the first frame ends."""
    at = 13 + _gif_colours(data[10])
    while True:
        kind = data[at]
        at += 2 if kind == _GIF_EXTENSION else 1
        if kind == _GIF_IMAGE:
            at += 10 + _gif_colours(data[at + 8])
        elif kind != _GIF_EXTENSION:
            raise ValueError("no frame")
        end = at
        while data[at]:
            at += 1 + data[at]
            end = at
        at += 1
        if kind == _GIF_IMAGE:
            return end


def _gif_colours(flags: int) -> int:
    # GIF89a, 18 and 20: 2 ** (n + 1) colours of three bytes.
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _iso_end(data: bytes) -> int:
    return max(end for _, end in iso.primary_picture(data).spans)


def _jpeg2000_end(data: bytes) -> int:
    return 0 if data.rstrip(b"\0").endswith(_END_OF_CODESTREAM) else iso.end_of(data, b"jp2c")


_ENDS: dict[Format, Callable[[bytes], int]] = {
    Format.PNG: _png_end,
    Format.WEBP: _webp_end,
    Format.GIF: _gif_end,
    Format.TIFF: lambda data: tiff_tags.pixels_end(tiff_tags.read_tags(data)),
    Format.AVIF: _iso_end,
    Format.HEIF: _iso_end,
    Format.JPEG2000: _jpeg2000_end,
}
