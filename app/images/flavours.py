"""What a whole, valid file is called that no decoder here reads; looked for only after one has failed.

TIFFs are told apart before they are opened, by `tiff_layout`.
"""

import struct
from collections.abc import Callable

from app.images.formats import Format

_JPEG_FRAMES = {
    **{0xC3: "JPEG (lossless)", 0xC5: "JPEG (hierarchical)", 0xC6: "JPEG (hierarchical)"},
    **{0xC7: "JPEG (hierarchical)", 0xC9: "JPEG (arithmetic coding)", 0xCA: "JPEG (arithmetic coding)"},
    **{0xCB: "JPEG (arithmetic coding)", 0xCD: "JPEG (hierarchical)", 0xCE: "JPEG (hierarchical)"},
    **{0xCF: "JPEG (hierarchical)", 0xF7: "JPEG-LS"},
}
_PLAIN_JPEG_FRAMES = (0xC0, 0xC1, 0xC2)
_JPEG_STANDALONE = {0x01, *range(0xD0, 0xD9)}

_BMP_COMPRESSIONS = {4: "JPEG", 5: "PNG", 6: "alpha bit fields", 11: "CMYK", 12: "CMYK", 13: "CMYK"}
_OS2_COMPRESSIONS = {3: "Huffman", 4: "24-bit run lengths"}
_OS2_HEADER_BYTES = (16, 64)
_BMP_BIT_FIELDS = 3
_BMP_DEPTHS = (1, 4, 8, 16, 24, 32)

_J2K_SIZES = b"\xff\x51"
_J2K_MOST_COMPONENTS = 4
_HEIF_WORDS = ("unsupported", "not implemented", "no codec")


def flavour(picture_format: Format, data: bytes, said: str) -> str | None:
    """The name of the flavour of `data`, whose decoder failed and `said` why; None if that is no reason."""
    if picture_format in (Format.HEIF, Format.AVIF):
        return (
            f"{picture_format} (other codec)" if any(word in said.lower() for word in _HEIF_WORDS) else None
        )
    try:
        return _NAMES[picture_format](data) if picture_format in _NAMES else None
    except (struct.error, IndexError):
        return None


def _jpeg(data: bytes) -> str | None:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        # Any number of FF may stand before a marker (ITU-T T.81, B.1.1.2).
        if marker == 0xFF or marker in _JPEG_STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            return _JPEG_FRAMES[marker]
        if marker in _PLAIN_JPEG_FRAMES:
            return "JPEG (12-bit)" if data[at + 4] == 12 else None
        (length,) = struct.unpack_from(">H", data, at + 2)
        at += 2 + length
    return None


def _png(data: bytes) -> str | None:
    return "PNG (Apple's CgBI)" if data[12:16] == b"CgBI" else None


def _bmp(data: bytes) -> str | None:
    header, _, _, _, bits, compression = struct.unpack_from("<IiiHHI", data, 14)
    # BITMAPCOREHEADER has sizes of 16 bits and no compression.
    if header == 12:
        (bits,), compression = struct.unpack_from("<H", data, 24), 0
    names = _OS2_COMPRESSIONS if header in _OS2_HEADER_BYTES else _BMP_COMPRESSIONS
    if compression in names:
        return f"BMP ({names[compression]})"
    if 0 < bits <= 64 and bits not in _BMP_DEPTHS:
        return f"BMP ({bits}-bit)"
    return "BMP (unusual bit fields)" if compression == _BMP_BIT_FIELDS and bits in (16, 24, 32) else None


def _jpeg2000(data: bytes) -> str | None:
    at = data.find(_J2K_SIZES)
    if at < 0:
        return None
    # SIZ (ISO 15444-1, A.5.1): Csiz at 38, then three bytes for each component, the depth first.
    (components,) = struct.unpack_from(">H", data, at + 38)
    depths = {data[at + 40 + 3 * index] for index in range(components)}
    if components > _J2K_MOST_COMPONENTS:
        return f"JPEG 2000 ({components} components)"
    return "JPEG 2000 (mixed depths)" if len(depths) > 1 else None


_NAMES: dict[Format, Callable[[bytes], str | None]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.BMP: _bmp,
    Format.JPEG2000: _jpeg2000,
}
