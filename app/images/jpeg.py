"""A JPEG that lacks its end mark: whether anything else is missing."""

from collections.abc import Iterator
from io import BytesIO

from PIL import JpegImagePlugin

from app.images import geometry
from app.images.filling import zeros_from

END = b"\xff\xd9"
# What could follow: where pixels are missing they would turn out otherwise with each.
_CONTINUATIONS = (b"", bytes(range(1, 255)) * 9, bytes(range(254, 0, -3)) * 25)
_FRAMES, _SCAN, _STANDALONE = (0xC0, 0xC1, 0xC2), 0xDA, (0x01, *range(0xD0, 0xD9))
_COEFFICIENTS = 64


def lacks_end(data: bytes) -> bool:
    """Whether zeros stand where the end mark should be. Where anything else does, the decoder tells."""
    if zeros_from(data) is None or data.rstrip(b"\0").endswith(END):
        return False
    return all(marker != END[1] for marker, _ in _segments(data))


def with_end(data: bytes, min_side: int | None) -> bytes | None:
    """`data` with an end mark, if that is all that it lacks; None if pixels are missing.

    Pixels are compared as they are decoded for `min_side`.
    """
    # The first half of the mark may be there, and zeros for the rest of a download.
    body = (data if zeros_from(data) is None else data.rstrip(b"\0")).removesuffix(b"\xff")
    if not _has_all_scans(body):
        return None
    found = {_pixels(body + more + END, min_side) for more in _CONTINUATIONS}
    return body + END if len(found) == 1 else None


def _pixels(data: bytes, min_side: int | None) -> bytes:
    image = JpegImagePlugin.JpegImageFile(BytesIO(data))
    geometry.draft(image, min_side, data)
    return image.tobytes()


def _has_all_scans(data: bytes) -> bool:
    """Whether each coefficient of each component has come to its last bit in some scan."""
    missing: set[tuple[int, int]] = set()
    for marker, start in _segments(data):
        try:
            if marker in _FRAMES:
                components = [data[start + 6 + 3 * index] for index in range(data[start + 5])]
                missing = {(each, at) for each in components for at in range(_COEFFICIENTS)}
            if marker == _SCAN:
                count = data[start]
                first, last, bits = data[start + 1 + 2 * count : start + 4 + 2 * count]
                # Al, the lower half: 0 where the scan brings the last bit (ITU-T T.81, B.2.3).
                if bits & 15 == 0:
                    whose = [data[start + 1 + 2 * index] for index in range(count)]
                    missing -= {(each, at) for each in whose for at in range(first, last + 1)}
        except (IndexError, ValueError):
            return False
    return not missing


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """(marker, offset of what follows its length) of each segment."""
    at = data.find(b"\xff")
    while 0 <= at < len(data) - 4:
        marker = data[at + 1]
        # FF 00 is a byte of pixels, FF FF padding.
        if marker in (0, 0xFF) or marker in _STANDALONE:
            at = data.find(b"\xff", at + (1 if marker == 0xFF else 2))
            continue
        yield marker, at + 4
        at = data.find(b"\xff", at + 2 + int.from_bytes(data[at + 2 : at + 4], "big"))
