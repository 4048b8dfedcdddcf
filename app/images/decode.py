"""The way from a picture to upright RGB pixels, and the one place where library errors become ours."""

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin

from app.core.errors import ErrorCode, PictureError
from app.images import color, filling, geometry, jpeg, numbers, pixels
from app.images.bitmap import BitmapFile
from app.images.flavours import flavour
from app.images.formats import Format
from app.images.limits import DEFAULT_LIMITS, Limits
from app.images.memory import PIXELS
from app.images.opening import left_out, open_picture
from app.images.source import Picture, Source, opened, path_of
from app.images.truncation import is_cut_short
from app.images.warning import PictureWarning

Box = tuple[int, int, int, int]

# Some programs write bitmaps of 32 bits with zeros for alpha, and mean none: Windows shows them opaque.
_ALPHA_MAY_BE_UNUSED = ("BMP", "ICO")
_DETAIL_CHARACTERS = 120
# Bytes a pixel of what is returned, with what making it takes beside: two pictures, alpha, the array.
_RESULT_BYTES = 12
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow and libheif say when the error's type does not tell.
_TRUNCATED_WORDS = ("truncated", "end of file")
_MEMORY_WORDS = "out of memory"
_LIMIT_WORDS = "security limit"


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """A picture's pixels and what is known of it.

    `pixels`: uint8 [H, W, 3 or 4], C-contiguous, upright, sRGB; a fourth byte means nothing. Reduced when
    `min_side` was given.
    `source_size`: (width, height) in pixels, upright, of the file's picture at full size.
    `format`: a member of `Format`. `warnings`: in the order of `PictureWarning`.
    `content_box`: (left, top, right, bottom) in `pixels` of the visible part of a picture with
    transparency; None for an opaque one, and when nothing is visible.
    """

    pixels: NDArray[np.uint8]
    source_size: tuple[int, int]
    format: str
    warnings: tuple[PictureWarning, ...] = ()
    content_box: Box | None = None

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The colours alone, uint8 [H, W, 3], C-contiguous: a copy, unless there is nothing else."""
        return np.ascontiguousarray(self.pixels[..., :3])


def decode(
    picture: Picture, *, min_side: int | None = None, zoom: bool = False, limits: Limits = DEFAULT_LIMITS
) -> DecodedImage:
    """Decode a picture file, by its path or its bytes; may be called from several threads at once.

    With `min_side` (pixels, at least 1) large pictures come back smaller, their shorter side at least
    `min_side`: give a small multiple of what the network needs. With `zoom` this goes for the longer side of
    what can be seen of a cut-out: of a small one on a large canvas only that is given.

    Raises PictureError with the fact `path` and one of the codes `not_found`, `not_a_file`,
    `permission_denied`, `read_failed`, `empty_file`, `not_an_image`, `unsupported_format`, `truncated`,
    `too_large`, `decode_failed`.
    """
    if min_side is not None and min_side < 1:
        raise ValueError(f"min_side must be at least 1, not {min_side}")
    try:
        with suppress(MemoryError):
            return _decode(picture, min_side, zoom, limits)
        # Other decoders may have had the memory: once more, with none beside.
        return _decode(picture, min_side, zoom, limits, alone=True)
    except MemoryError as error:
        raise PictureError(ErrorCode.TOO_LARGE, path=path_of(picture), detail="out of memory") from error
    except PictureError as error:
        raise PictureError(error.code, path=path_of(picture), **error.facts) from error


def _decode(
    file: Picture, min_side: int | None, zoom: bool, limits: Limits, *, alone: bool = False
) -> DecodedImage:
    with opened(file, limits) as source, _library_errors(source):
        try:
            if source.format is Format.JPEG and jpeg.lacks_end(source.data):
                raise OSError("image file is truncated")
            return _decoded(source, min_side, zoom, limits, alone)
        except OSError:
            whole = _with_end(source, min_side)
            if whole is None:
                raise
        picture = _decoded(whole, min_side, zoom, limits, alone)
        return replace(picture, warnings=(PictureWarning.END_MISSING, *picture.warnings))


def _with_end(source: Source, min_side: int | None) -> Source | None:
    """A JPEG that failed, with the end mark, if that is all that it lacks."""
    if source.format is not Format.JPEG or flavour(source.format, source.data, ""):
        return None
    with PIXELS.share(PIXELS.total):
        data = jpeg.with_end(source.data, min_side)
    return None if data is None else replace(source, data=data)


def _decoded(source: Source, min_side: int | None, zoom: bool, limits: Limits, alone: bool) -> DecodedImage:
    image = open_picture(source, limits)
    source_size = image.size
    need = 0
    if isinstance(image, JpegImagePlugin.JpegImageFile) and image.info.get("progressive"):
        need = limits.check_progressive(image.size, image.layer, source.data)
    size = geometry.draft(image, min_side, source.data)
    factor = geometry.factor_for(size, min_side)
    is_banded = isinstance(image, BitmapFile) and image.has_bands and factor > 1
    need += limits.check_decoded(
        image, size[0] * geometry.band_rows(size[0], factor) if is_banded else math.prod(size)
    )
    need += _RESULT_BYTES * math.prod(size) // factor**2
    with PIXELS.share(max(need, PIXELS.total) if alone else need):
        return _pixels(source, image, source_size, factor, min_side if zoom else None)


def _pixels(
    source: Source, image: ImageFile.ImageFile, source_size: tuple[int, int], factor: int, wanted: int | None
) -> DecodedImage:
    warnings = left_out(image, source.data) | filling.check(source)
    profile, is_hdr = numbers.colour_profile(image, source.data, source.file)
    if profile is not None:
        image.info["icc_profile"] = profile
    if is_hdr:
        warnings.add(PictureWarning.HDR_COMPRESSED)
    bands = _Bands(image, factor, warnings)
    rgb, alpha = color.to_rgb(geometry.reduced(iter(bands), image.size, factor), warnings)
    if alpha is not None and wanted and factor > 1:
        box = color.content_box(alpha)
        if box is None or max(geometry.box_size(box)) < wanted:
            rgb, alpha = _zoomed(bands, wanted, warnings) or (rgb, alpha)
    # Only now: some plugins have turned the picture while it was loaded, and say so.
    turn = geometry.orientation(image)
    box = None
    if alpha is not None:
        box = color.content_box(geometry.upright(alpha, turn))
        if box is None:
            warnings.add(PictureWarning.FULLY_TRANSPARENT)
    return DecodedImage(
        pixels=pixels.to_array(geometry.upright(rgb, turn)),
        source_size=geometry.upright_size(source_size, turn),
        format=str(source.format),
        warnings=tuple(warning for warning in PictureWarning if warning in warnings),
        content_box=box,
    )


def _zoomed(
    bands: "_Bands", wanted: int, warnings: set[PictureWarning]
) -> tuple[Image.Image, Image.Image] | None:
    """What can be seen of a cut-out, its longer side `wanted` pixels if it has them; None if nothing."""
    box = geometry.joined_boxes((color.content_box(band.getchannel("A")), band.height) for band in bands)
    if box is None:
        return None
    visible = geometry.cropped(iter(bands), box)
    factor = max(1, max(visible.size) // wanted)
    rgb, alpha = color.to_rgb(geometry.reduced(iter([visible]), visible.size, factor), warnings)
    return rgb, alpha or Image.new("L", rgb.size, 255)  # without holes it still is a cut-out


class _Bands:
    """The rows of a picture from top to bottom, plain, at full size; where that helps, some at a time."""

    def __init__(self, image: ImageFile.ImageFile, factor: int, warnings: set[PictureWarning]) -> None:
        self._image, self._warnings = image, warnings
        self._rows = geometry.band_rows(image.width, factor)
        self._is_read = isinstance(image, BitmapFile) and image.has_bands and factor > 1
        if not self._is_read:
            image.load()
        self._is_opaque = image.format in _ALPHA_MAY_BE_UNUSED and all(
            map(color.is_alpha_unused, self._raw())
        )
        if not self._is_read and (factor == 1 or (color.is_plain(image) and not self._is_opaque)):
            self._rows = image.height

    def __iter__(self) -> Iterator[Image.Image]:
        for band in self._raw():
            yield color.to_eight_bits(band.convert("RGB") if self._is_opaque else band, self._warnings)

    def _raw(self) -> Iterator[Image.Image]:
        if self._is_read and isinstance(self._image, BitmapFile):
            return self._image.bands(self._rows)
        return geometry.bands(self._image, self._rows)


@contextmanager
def _library_errors(source: Source) -> Iterator[None]:
    try:
        yield
    except (PictureError, MemoryError):
        raise
    except _TOO_LARGE as error:
        raise PictureError(ErrorCode.TOO_LARGE, format=str(source.format), detail=_detail(error)) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # of the system, while a bitmap's rows were read
        # Hostile bytes make the decoders raise nearly every type there is: OSError, SyntaxError, ValueError,
        # KeyError, struct.error, AssertionError, zlib.error, RuntimeError, RecursionError …
        if _MEMORY_WORDS in str(error).lower():
            raise MemoryError from error
        name = flavour(source.format, source.data, str(error))
        code = ErrorCode.UNSUPPORTED_FORMAT if name else _code(error, source)
        raise PictureError(code, format=name or str(source.format), detail=_detail(error)) from error


def _code(error: Exception, source: Source) -> ErrorCode:
    text = str(error).lower()
    if _LIMIT_WORDS in text:
        return ErrorCode.TOO_LARGE
    is_short = any(word in text for word in _TRUNCATED_WORDS) or filling.zeros_from(source.data) is not None
    if is_short or is_cut_short(source.format, source.data, source.size):
        return ErrorCode.TRUNCATED
    return ErrorCode.DECODE_FAILED


def _detail(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:_DETAIL_CHARACTERS]
