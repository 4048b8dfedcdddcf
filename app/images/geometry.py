"""Size and orientation: decode no more pixels than needed, then turn the picture upright."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

_ORIENTATION_TAG = 0x0112
_STRIP_ROWS = 256
_QUARTER_TURNS = (5, 6, 7, 8)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def draft(image: ImageFile.ImageFile, min_side: int | None) -> None:
    """Have a JPEG decoded at 1/2, 1/4 or 1/8 if its shorter side then still has `min_side` pixels."""
    if min_side is not None and min(image.size) >= 2 * min_side:
        image.draft(None, (min_side, min_side))


def reduced(image: Image.Image, min_side: int | None) -> Image.Image:
    """Average blocks of whole pixels so that the shorter side keeps `min_side` pixels or more.

    Pillow averages colours weighted by alpha, so that a cut-out's edge takes no colour from behind it.
    """
    factor = min(image.size) // min_side if min_side else 1
    # Called on the class: the JPEG 2000 plugin hides the method behind a property of the same name.
    return Image.Image.reduce(image, factor) if factor > 1 else image


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1–8, that remains to be applied to a loaded picture.

    Pillow turns TIFFs, libheif turns HEICs while they are loaded, and both then say 1 here.
    """
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:
        # EXIF is read by a parser of its own that raises nearly anything on a damaged block. A picture
        # that lies on its side is better than none.
        return 1
    return value if value in _TURNS else 1


def upright(image: Image.Image, exif_orientation: int) -> Image.Image:
    """`image` turned and mirrored as its EXIF orientation, 1–8, asks."""
    turn = _TURNS.get(exif_orientation)
    return image if turn is None else image.transpose(turn)


def to_array(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of an RGB picture, uint8 [H, W, 3], in strips: at once Pillow takes 9 bytes more a pixel."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, _STRIP_ROWS):
        bottom = min(top + _STRIP_ROWS, image.height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return pixels


def upright_size(size: tuple[int, int], exif_orientation: int) -> tuple[int, int]:
    """(width, height) after `upright`."""
    return (size[1], size[0]) if exif_orientation in _QUARTER_TURNS else size
