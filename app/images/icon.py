"""The largest picture of a Windows icon, alone: Pillow decodes an icon as soon as it is opened, unchecked."""

import struct

_HEADER_BYTES, _ENTRY_BYTES = 6, 16
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def largest_picture(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The icon's largest picture, at equal size the deepest: a PNG file or an icon of one entry.

    Also returns its (width, height) in pixels as its own header states them, (0, 0) for a PNG: opening
    that tells. Raises struct.error or ValueError when the directory or the picture is cut short.
    """
    (count,) = struct.unpack_from("<H", data, 4)
    directory = range(_HEADER_BYTES, _HEADER_BYTES + count * _ENTRY_BYTES, _ENTRY_BYTES)
    entries = [struct.unpack_from("<BBBBHHII", data, at) for at in directory]
    best = max(entries, key=lambda entry: ((entry[0] or 256) * (entry[1] or 256), entry[5]))
    size, offset = best[6:]
    picture = data[offset : offset + size]
    if len(picture) < size:
        raise ValueError("icon picture is truncated")
    if picture.startswith(_PNG_MAGIC):
        return picture, (0, 0)
    width, two_heights = struct.unpack_from("<ii", picture, 4)
    entry = struct.pack("<BBBBHHII", *best[:6], size, _HEADER_BYTES + _ENTRY_BYTES)
    return data[:4] + b"\x01\x00" + entry + picture, (abs(width), abs(two_heights) // 2)
