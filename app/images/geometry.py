"""Size and orientation: decode no more pixels than needed, then turn the picture upright."""

from collections.abc import Iterable, Iterator
from typing import Any

from PIL import Image, ImageFile

Box = tuple[int, int, int, int]

_ORIENTATION_TAG = 0x0112
_BAND_PIXELS = 4 << 20
_INDEXED = ("P", "PA")  # averaged numbers of colours are no colours
_J2K_SIZES, _J2K_CODING_STYLE = b"\xff\x51", b"\xff\x52"
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


def draft(image: ImageFile.ImageFile, min_side: int | None, data: bytes) -> tuple[int, int]:
    """Have a JPEG or JPEG 2000 decoded smaller if its shorter side then still has `min_side` pixels.

    Returns the (width, height) at which `image` will be loaded.
    """
    if min_side is None or min(image.size) < 2 * min_side:
        return image.size
    if image.format == "JPEG2000":
        return _draft_jpeg2000(image, min_side, data)
    image.draft(None, (min_side, min_side))
    return image.size


def _draft_jpeg2000(image: ImageFile.ImageFile, min_side: int, data: bytes) -> tuple[int, int]:
    """Leave out as many wavelet levels as the file has and Pillow can do without."""
    sizes = data.find(_J2K_SIZES)
    style = data.find(_J2K_CODING_STYLE, sizes)
    # XOsiz and YOsiz of SIZ; below, the number of levels of COD (ISO 15444-1, A.5.1 and A.6.1).
    has_offset = any(data[sizes + 14 : sizes + 22])
    if image.mode in _INDEXED or sizes < 0 or not sizes < style < len(data) - 9 or has_offset:
        return image.size
    # The last halving is left to averaging: wavelets keep more noise.
    for halvings in range(min(data[style + 9], (min(image.size) // min_side).bit_length() - 2), 0, -1):
        factor = 1 << halvings
        # Pillow 13.0 rounds where OpenJPEG rounds up, and refuses the picture if that makes a difference.
        if all(-(-side // factor) == (side + factor // 2) // factor for side in image.size):
            decoder: Any = image
            decoder.reduce = halvings
            return -(-image.width // factor), -(-image.height // factor)
    return image.size


def factor_for(size: tuple[int, int], min_side: int | None) -> int:
    """By how much a picture of `size` can be reduced so that its shorter side keeps `min_side` pixels."""
    return max(1, min(size) // min_side) if min_side else 1


def reduced(bands: Iterator[Image.Image], size: tuple[int, int], factor: int) -> Image.Image:
    """Average blocks of `factor` × `factor` pixels of a picture that comes in bands from top to bottom.

    All bands but the last have whole blocks. Pillow averages colours weighted by alpha, so that a cut-out's
    edge takes no colour from behind it.
    """
    whole, top = None, 0
    for band in bands:
        # Called on the class: the JPEG 2000 plugin hides the method behind a property of the same name.
        part = Image.Image.reduce(band, factor) if factor > 1 else band
        if part.height * factor >= size[1]:
            return part
        if whole is None:
            whole = Image.new(part.mode, (part.width, -(-size[1] // factor)))
            whole.info = part.info
        whole.paste(part, (0, top))
        top += part.height
    if whole is None:
        raise ValueError("a picture without pixels")
    return whole


def bands(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    """A loaded picture, `rows` rows at a time, so that what is made of it is never there as a whole."""
    if rows >= image.height:
        yield image
        return
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def box_size(box: Box) -> tuple[int, int]:
    """(width, height) of a box."""
    return box[2] - box[0], box[3] - box[1]


def joined_boxes(found: Iterable[tuple[Box | None, int]]) -> Box | None:
    """The box around the boxes that bands from top to bottom have; with each comes its band's height."""
    joined, top = None, 0
    for box, height in found:
        if box is not None:
            left, above, right, below = box[0], box[1] + top, box[2], box[3] + top
            first = joined or (left, above, right, below)
            joined = min(first[0], left), first[1], max(first[2], right), below
        top += height
    return joined


def cropped(bands: Iterable[Image.Image], box: Box) -> Image.Image:
    """The part in `box` of a picture that comes in bands from top to bottom."""
    part, top = None, 0
    for band in bands:
        if part is None:
            part = Image.new(band.mode, box_size(box))
            part.info = band.info
        first, last = max(box[1] - top, 0), min(box[3] - top, band.height)
        if first < last:
            part.paste(band.crop((box[0], first, box[2], last)), (0, top + first - box[1]))
        top += band.height
    if part is None:
        raise ValueError("a picture without pixels")
    return part


def band_rows(width: int, factor: int) -> int:
    """How many rows of a large picture to take at a time: whole blocks of `factor`."""
    return max(1, _BAND_PIXELS // (width * factor)) * factor


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


def upright_size(size: tuple[int, int], exif_orientation: int) -> tuple[int, int]:
    """(width, height) after `upright`."""
    return (size[1], size[0]) if exif_orientation in _QUARTER_TURNS else size
