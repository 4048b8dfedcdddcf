"""Which TIFF files are read, and by whom; the others are refused before a pixel is."""

from __future__ import annotations

import ctypes
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, PictureError
from app.images import tiff_tags
from app.images.formats import Format
from app.images.tiff_layout import Layout

if TYPE_CHECKING:
    from app.images.limits import Limits


def is_unusual(data: bytes, limits: Limits) -> bool:
    """Whether `tiff_samples` reads it; raises `unsupported_format` or `too_large`."""
    _silence_libtiff()
    try:
        tags = tiff_tags.read_tags(data, all_of_them=False)
    except tiff_tags.CutShortError as error:
        raise PictureError(ErrorCode.TRUNCATED, format=str(Format.TIFF)) from error
    if tiff_tags.is_camera_raw(tags):
        raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format="RAW")
    limits.check_pixels(*tiff_tags.tile_size(tags))
    layout = Layout.of(data, tags)
    if not layout.is_pillows and not layout.is_ours:
        raise PictureError(ErrorCode.UNSUPPORTED_FORMAT, format=layout.name)
    return not layout.is_pillows


@cache
def _silence_libtiff() -> None:
    """Keep libtiff from printing every error of a damaged file on stderr, in addition to reporting it.

    Its handlers belong to the process and are set once. They are found through Pillow's own extension,
    which works wherever libtiff is a shared library (Linux, macOS); in Pillow for Windows it is linked in
    and out of reach: there the lines appear, if there is a console, and do no harm.
    """
    try:
        library = ctypes.CDLL(import_module("PIL._imaging").__file__)
        library.TIFFSetErrorHandler(None)
        library.TIFFSetWarningHandler(None)
    except (OSError, AttributeError):
        return
