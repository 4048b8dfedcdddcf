"""Opening a picture with the one Pillow plugin for its format: headers only, no pixels yet.

`Image.open` is not used: it hides why a file was refused. Naming the plugin class also is the strictest
allow-list: no other decoder can be reached, whatever the file says.
"""

import logging
import warnings
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import cast

from PIL import Image, ImageFile, ImagePalette, TiffImagePlugin, features

from app.core.errors import ErrorCode, PictureError
from app.images import icon, tiff
from app.images.formats import Format
from app.images.limits import DEFAULT_LIMITS, Limits
from app.images.source import Source
from app.images.tiff_samples import TiffSamplesFile
from app.images.warning import PictureWarning

_CLASSES = {
    Format.JPEG: ("PIL.JpegImagePlugin", "JpegImageFile"),
    Format.PNG: ("PIL.PngImagePlugin", "PngImageFile"),
    Format.WEBP: ("app.images.webp", "WebPFile"),
    Format.GIF: ("PIL.GifImagePlugin", "GifImageFile"),
    Format.BMP: ("app.images.bitmap", "BitmapFile"),
    Format.TIFF: ("PIL.TiffImagePlugin", "TiffImageFile"),
    Format.AVIF: ("PIL.AvifImagePlugin", "AvifImageFile"),
    Format.HEIF: ("app.images.heif", "HeifImageFile"),
    Format.ICO: ("PIL.IcoImagePlugin", "IcoImageFile"),
    Format.JPEG2000: ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
}
_OPTIONAL = {Format.WEBP: "webp", Format.AVIF: "avif", Format.JPEG2000: "jpg_2000"}

# What belongs to the process is set once, while this module is imported: changing it around each call would
# not be thread-safe. Pillow's pixel limit is a backstop inside its plugins (GIF frames, TIFF tiles), at
# twice this number, or at once through the filter; `Limits` are checked first. Pillow's other warnings tell
# of damage in metadata: what a user must know is an error or a PictureWarning.
Image.MAX_IMAGE_PIXELS = DEFAULT_LIMITS.max_pixels
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
logging.getLogger("PIL").addHandler(logging.NullHandler())
logging.getLogger("PIL").propagate = False


def open_picture(source: Source, limits: Limits) -> ImageFile.ImageFile:
    """Read the headers of `source` and check that the picture's size is within `limits`.

    Raises PictureError `unsupported_format` or `too_large`, and whatever the plugin raises for a
    damaged file.
    """
    picture_format, data = source.format, source.data
    if picture_format is Format.TIFF and tiff.is_unusual(data, limits):
        return _checked(TiffSamplesFile(BytesIO(data)), limits)
    if picture_format is Format.ICO:
        data, size = icon.largest_picture(data)
        picture_format = Format.PNG if data.startswith(b"\x89PNG") else Format.ICO
        limits.check_pixels(*size)
    file = source.file if picture_format is Format.BMP else BytesIO(data)
    image = _checked(_plugin(picture_format)(file), limits)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        _mend_palette(image)
    return image


def _checked(image: ImageFile.ImageFile, limits: Limits) -> ImageFile.ImageFile:
    limits.check_pixels(*image.size)
    return image


def _mend_palette(image: TiffImagePlugin.TiffImageFile) -> None:
    """Take a colour map of eight bits, where 16 are due, for what it is and not for black."""
    levels = image.tag_v2.get(TiffImagePlugin.COLORMAP) if image.palette else None
    if levels and max(levels) < 256:
        image.palette = ImagePalette.raw("RGB;L", bytes(levels))


@cache
def _plugin(picture_format: Format) -> type[ImageFile.ImageFile]:
    module, name = _CLASSES[picture_format]
    available = picture_format not in _OPTIONAL or features.check(_OPTIONAL[picture_format])
    try:
        plugin = cast(type[ImageFile.ImageFile], getattr(import_module(module), name))
    except ImportError as error:
        raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format=str(picture_format)) from error
    if not available:
        raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format=str(picture_format))
    return plugin


def left_out(image: ImageFile.ImageFile, data: bytes) -> set[PictureWarning]:
    """What the file has and `image`, opened but not loaded, will not give: more frames or pages, depth."""
    found = set()
    if image.format == "TIFF" and getattr(image, "is_animated", False):
        found.add(PictureWarning.FIRST_PAGE_ONLY)
    if image.format in ("PNG", "WEBP", "AVIF") and getattr(image, "is_animated", False):
        found.add(PictureWarning.FIRST_FRAME_ONLY)
    if image.format == "GIF" and _has_second_frame(data):
        found.add(PictureWarning.FIRST_FRAME_ONLY)
    deep_samples = image.format == "PNG" and any(";16" in str(tile.args) for tile in image.tile)
    if deep_samples or image.info.get("bit_depth", 8) > 8:
        found.add(PictureWarning.DEPTH_REDUCED)
    return found


def _has_second_frame(data: bytes) -> bool:
    """Asked of a plugin of its own: looking ahead moves a GIF's, and damage there may leave it anywhere."""
    try:
        return bool(getattr(_plugin(Format.GIF)(BytesIO(data)), "is_animated", False))
    except Exception:
        return False
