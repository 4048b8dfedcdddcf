"""The way from a path to upright RGB pixels, and the one place where library errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

from app.errors import ErrorCode, PictureError
from app.images import color, geometry
from app.images.flavours import flavour
from app.images.formats import Format
from app.images.limits import DEFAULT_LIMITS, Limits
from app.images.plugins import left_out, open_picture
from app.images.source import read_picture
from app.images.truncation import is_cut_short
from app.images.warning import PictureWarning

Box = tuple[int, int, int, int]

# Some programs write bitmaps of 32 bits with zeros for alpha, and mean none: Windows shows them opaque.
_ALPHA_MAY_BE_UNUSED = ("BMP", "ICO")
_DETAIL_CHARACTERS = 120
_OUT_OF_MEMORY = (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow and libheif say when the error's type does not tell.
_TRUNCATED_WORDS = ("truncated", "end of file")
_MEMORY_WORDS = ("out of memory", "security limit")


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """A picture's pixels and what is known of it.

    `rgb`: uint8 [H, W, 3], C-contiguous, writable, upright, sRGB; reduced when `min_side` was given.
    `source_size`: (width, height) in pixels, upright, of the file's picture at full size.
    `format`: a member of `Format`. `warnings`: in the order of `PictureWarning`.
    `content_box`: (left, top, right, bottom) in `rgb`'s pixels of the visible part of a picture with
    transparency; None for an opaque one, and when nothing is visible.
    """

    rgb: NDArray[np.uint8]
    source_size: tuple[int, int]
    format: str
    warnings: tuple[PictureWarning, ...] = ()
    content_box: Box | None = None


def decode(path: Path, *, min_side: int | None = None, limits: Limits = DEFAULT_LIMITS) -> DecodedImage:
    """Decode the picture file at `path`; may be called from several threads at once.

    With `min_side` (pixels, at least 1) large pictures come back smaller, their shorter side at least
    `min_side`: give a small multiple of what the network needs. Raises PictureError with the fact `path`
    and one of the codes `not_found`, `not_a_file`, `permission_denied`, `read_failed`, `empty_file`,
    `not_an_image`, `unsupported_format`, `truncated`, `too_large`, `decode_failed`.
    """
    if min_side is not None and min_side < 1:
        raise ValueError(f"min_side must be at least 1, not {min_side}")
    try:
        picture_format, data = read_picture(path, limits)
        with _library_errors(picture_format, data):
            return _decode(picture_format, data, min_side, limits)
    except MemoryError as error:
        raise PictureError(ErrorCode.TOO_LARGE, path=path, detail="out of memory") from error
    except PictureError as error:
        raise PictureError(error.code, path=path, **error.facts) from error


def _decode(picture_format: Format, data: bytes, min_side: int | None, limits: Limits) -> DecodedImage:
    image = open_picture(picture_format, data, limits)
    source_size = image.size
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        if image.info.get("progressive"):
            limits.check_progressive(image.size, image.layer, data)
        geometry.draft(image, min_side)
    limits.check_decoded(image)
    warnings = left_out(image, data)
    image.load()

    turn = geometry.orientation(image)
    opaque = image.format in _ALPHA_MAY_BE_UNUSED and color.is_alpha_unused(image)
    plain = color.to_eight_bits(image.convert("RGB") if opaque else image, warnings)
    small = geometry.reduced(plain, min_side)
    rgb, alpha = color.to_rgb(small, warnings)
    box = None
    if alpha is not None:
        box = color.content_box(geometry.upright(alpha, turn))
        if box is None:
            warnings.add(PictureWarning.FULLY_TRANSPARENT)
    return DecodedImage(
        rgb=geometry.to_array(geometry.upright(rgb, turn)),
        source_size=geometry.upright_size(source_size, turn),
        format=str(picture_format),
        warnings=tuple(warning for warning in PictureWarning if warning in warnings),
        content_box=box,
    )


@contextmanager
def _library_errors(picture_format: Format, data: bytes) -> Iterator[None]:
    try:
        yield
    except PictureError:
        raise
    except _OUT_OF_MEMORY as error:
        raise PictureError(ErrorCode.TOO_LARGE, format=str(picture_format), detail=_detail(error)) from error
    except Exception as error:
        # Hostile bytes make the decoders raise nearly every type there is: OSError, SyntaxError, ValueError,
        # KeyError, struct.error, AssertionError, zlib.error, RuntimeError, RecursionError …
        name = flavour(picture_format, data, str(error))
        code = ErrorCode.UNSUPPORTED_FORMAT if name else _code(error, picture_format, data)
        raise PictureError(code, format=name or str(picture_format), detail=_detail(error)) from error


def _code(error: Exception, picture_format: Format, data: bytes) -> ErrorCode:
    text = str(error).lower()
    if any(word in text for word in _MEMORY_WORDS):
        return ErrorCode.TOO_LARGE
    if any(word in text for word in _TRUNCATED_WORDS) or is_cut_short(picture_format, data):
        return ErrorCode.TRUNCATED
    return ErrorCode.DECODE_FAILED


def _detail(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_DETAIL_CHARACTERS]
