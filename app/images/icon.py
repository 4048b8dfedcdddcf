"""The largest picture of a Windows icon, alone: Pillow decodes an icon as soon as it is opened, unchecked."""

import struct

_HEADER_BYTES, _ENTRY_BYTES = 6, 16
BITMAP_AT = _HEADER_BYTES + _ENTRY_BYTES  # in an icon of one entry
_DEEP, _OLD_DEPTH = 32, 24  # bits a pixel; Pillow asks the mask if the directory says less than 32
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def largest_picture(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The icon's largest picture, at equal size the deepest: a PNG file or an icon of one entry.

    Also returns its (width, height) in pixels as its own header states them, (0, 0) for a PNG: opening
    that tells. Raises struct.error or ValueError when the directory or the picture is cut short.
    """
    (count,) = struct.unpack_from("<H", data, 4)
    directory = range(_HEADER_BYTES, _HEADER_BYTES + count * _ENTRY_BYTES, _ENTRY_BYTES)
    entries = [struct.unpack_from("<BBBBHHII", data, at) for at in directory]
    # A side of 0 stands for 256.
    best = max(entries, key=lambda entry: ((entry[0] or 256) * (entry[1] or 256), entry[5]))
    size, offset = best[6:]
    picture = data[offset : offset + size]
    if len(picture) < size:
        raise ValueError("icon picture is truncated")
    if picture.startswith(_PNG_MAGIC):
        return picture, (0, 0)
    width, two_heights = struct.unpack_from("<ii", picture, 4)
    width, height = abs(width), abs(two_heights) // 2
    depth = _OLD_DEPTH if _lacks_alpha(picture, width, height) else best[5]
    entry = struct.pack("<BBBBHHII", *best[:5], depth, size, BITMAP_AT)
    return data[:4] + b"\x01\x00" + entry + picture, (width, height)


def _lacks_alpha(picture: bytes, width: int, height: int) -> bool:
    """Whether a bitmap of 32 bits has zeros for alpha and a mask of one bit after it, which then counts."""
    header, bits = struct.unpack_from("<I10xH", picture)
    pixels = picture[header : header + 4 * width * height]
    mask_bytes = (width + 31) // 32 * 4 * height
    return bits == _DEEP and len(picture) >= header + len(pixels) + mask_bytes and not any(pixels[3::4])
