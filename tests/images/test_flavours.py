"""A whole file of a flavour that is not decoded is refused by its name and never called damaged."""

import struct
from pathlib import Path

import pytest

from app.core.errors import ErrorCode, PictureError
from app.images import decode
from tests.images.pictures import HEIC, encoded, photo


def _jpeg(marker: int, precision: int = 8) -> bytes:
    """A JPEG with another start of frame."""
    data = bytearray(encoded(photo(64, 48), "JPEG"))
    at = data.find(b"\xff\xc0")
    data[at + 1], data[at + 4] = marker, precision
    return bytes(data)


def _bmp(bits: int, compression: int, header: int = 40, masks: tuple[int, ...] = ()) -> bytes:
    packed = struct.pack("<IiiHHIIiiII", header, 8, 8, 1, bits, compression, 0, 0, 0, 0, 0).ljust(
        header, b"\0"
    )
    packed += struct.pack(f"<{len(masks)}I", *masks)
    return b"BM" + struct.pack("<IHHI", 14 + len(packed) + 512, 0, 0, 14 + len(packed)) + packed + bytes(512)


def _j2k(components: int) -> bytes:
    data = encoded(photo(64, 48), "JPEG2000", no_jp2=True)
    sizes = struct.pack(">H", components) + b"\7\1\1" * components
    at = data.find(b"\xff\x52")
    return data[:4] + struct.pack(">H", 38 + 3 * components) + data[6:40] + sizes + data[at:]


FILES = {
    "JPEG (12-bit)": _jpeg(0xC1, 12),
    "JPEG (hierarchical)": _jpeg(0xC5),
    "JPEG (arithmetic coding)": _jpeg(0xCB),
    "JPEG-LS": b"\xff\xd8\xff\xe8\x00\x0aSPIFF\0\1\0" + _jpeg(0xF7)[2:],
    "PNG (Apple's CgBI)": b"\x89PNG\r\n\x1a\n\0\0\0\4CgBI\x50\0\x20\6\x2b\xd5\xb3\x7f"
    + encoded(photo(8, 8), "PNG")[8:].replace(b"IDAT", b"IDAT\0"),
    "BMP (JPEG)": _bmp(24, 4),
    "BMP (PNG)": _bmp(24, 5),
    "BMP (CMYK)": _bmp(32, 11),
    "BMP (Huffman)": _bmp(1, 3, header=64),
    "BMP (2-bit)": _bmp(2, 0),
    "BMP (64-bit)": _bmp(64, 0),
    "BMP (unusual bit fields)": _bmp(16, 3, masks=(0xF00, 0xF0, 0xF)),
    "JPEG 2000 (5 components)": _j2k(5),
    "HEIF (other codec)": (HEIC / "orientation_1.heic").read_bytes().replace(b"hvc1", b"vvc1"),
    "CUR": b"\0\0\2\0\3\0" + bytes(100),
}


@pytest.mark.parametrize("name", FILES)
def test_flavour_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(FILES[name])
    with pytest.raises(PictureError) as raised:
        decode(path)
    assert (raised.value.code, raised.value.facts["format"]) == (ErrorCode.UNSUPPORTED_FORMAT, name)
