"""How large a picture may be: every check happens before memory for its pixels is taken."""

from dataclasses import dataclass

from PIL import Image

from app.core.errors import ErrorCode, PictureError

# Bytes that Pillow stores for a pixel: it pads two- and three-band modes to four bytes.
_STORED_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
_PADDED_BYTES = 4

# Bytes a pixel that a decoder takes beside Pillow's picture, at its peak: WebP keeps two canvases, OpenJPEG
# planes of int32. Measured with 12-megapixel pictures as the growth of VmHWM.
_WORKING_BYTES = {"WEBP": 8, "AVIF": 6, "HEIF": 5, "JPEG2000": 14}

# libjpeg keeps every 16-bit coefficient of a progressive JPEG at full size, whatever the scale. A file of
# a few kilobytes can ask for hundreds of passes over them; encoders write about ten.
_COEFFICIENT_BYTES = 2
_MAX_SCANS = 100
_START_OF_SCAN = b"\xff\xda"

Layers = list[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What `decode` refuses as `too_large`.

    `max_pixels` counts the picture's full size: the default lets 200-megapixel phones through.
    `max_decoded_bytes` is compared with an estimate of what decoding takes, at its scale if it is scaled.
    """

    max_pixels: int = 268_000_000
    max_decoded_bytes: int = 2 << 30
    max_file_bytes: int = 1 << 30

    def check_file(self, size: int) -> None:
        """Raise `too_large` when a file of `size` bytes is over the limit."""
        if size > self.max_file_bytes:
            raise PictureError(ErrorCode.TOO_LARGE, file_bytes=size, limit=self.max_file_bytes)

    def check_pixels(self, width: int, height: int) -> None:
        """Raise `too_large` when a picture, or a tile of it, has too many pixels."""
        if width * height > self.max_pixels:
            raise PictureError(ErrorCode.TOO_LARGE, pixels=width * height, limit=self.max_pixels)

    def check_decoded(self, image: Image.Image, pixels: int) -> int:
        """The bytes that loading `pixels` of `image` takes; raises `too_large` when they are too many."""
        working = getattr(image, "working_bytes", _WORKING_BYTES.get(image.format or "", 0))
        return self._checked(pixels * (_STORED_BYTES.get(image.mode, _PADDED_BYTES) + working))

    def check_progressive(self, size: tuple[int, int], layers: Layers, data: bytes) -> int:
        """The bytes that a progressive JPEG takes beside; raises `too_large` for too many, or many passes.

        `size` is full size; `layers` holds (id, horizontal, vertical sampling, table) for each component.
        """
        if (scans := data.count(_START_OF_SCAN)) > _MAX_SCANS:
            raise PictureError(ErrorCode.TOO_LARGE, scans=scans, limit=_MAX_SCANS)
        densest = max(horizontal * vertical for _, horizontal, vertical, _ in layers)
        share = sum(horizontal * vertical for _, horizontal, vertical, _ in layers) / max(densest, 1)
        return self._checked(int(size[0] * size[1] * share * _COEFFICIENT_BYTES))

    def _checked(self, need: int) -> int:
        if need > self.max_decoded_bytes:
            raise PictureError(ErrorCode.TOO_LARGE, decoded_bytes=need, limit=self.max_decoded_bytes)
        return need


DEFAULT_LIMITS = Limits()
