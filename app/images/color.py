"""Any of Pillow's modes to eight-bit RGB, transparency on white."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.images import profile
from app.images.warning import PictureWarning

# Lossy formats leave traces of opacity in empty regions; less than this, of 255, is nothing to see.
_VISIBLE_ALPHA = 8


def to_eight_bits(image: Image.Image, warnings: set[PictureWarning]) -> Image.Image:
    """Bring a loaded picture to L, LA, RGB, RGBA, CMYK or LAB, all of eight bits.

    16-bit grey keeps its upper half: its white is 65535.
    """
    if image.mode.startswith("I;16"):
        warnings.add(PictureWarning.DEPTH_REDUCED)
        return _like(image, (np.asarray(image) >> 8).astype(np.uint8))
    return _mode(image, _plain_mode(image))


def is_plain(image: Image.Image) -> bool:
    """Whether `to_eight_bits` has nothing to do."""
    return image.mode == _plain_mode(image)


def to_rgb(image: Image.Image, warnings: set[PictureWarning]) -> tuple[Image.Image, Image.Image | None]:
    """From what `to_eight_bits` returns to sRGB on white, and alpha (L) if any of it is see-through."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    opaque = image if alpha is None else image.convert(image.mode.removesuffix("A"))
    rgb = _in_srgb(opaque, image.info.get("icc_profile"), warnings)
    if alpha is None or alpha.getextrema() == (255, 255):
        return rgb, None
    warnings.add(PictureWarning.TRANSPARENCY_ON_WHITE)
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white, alpha


def is_alpha_unused(image: Image.Image) -> bool:
    """Whether there is an alpha channel and it is 0 everywhere."""
    return image.mode == "RGBA" and image.getchannel("A").getextrema() == (0, 0)


def content_box(alpha: Image.Image) -> tuple[int, int, int, int] | None:
    """(left, top, right, bottom) in pixels of what can be seen; None when nothing can."""
    return alpha.point([255 * (level >= _VISIBLE_ALPHA) for level in range(256)]).getbbox()


def _plain_mode(image: Image.Image) -> str:
    if image.mode in ("L", "1", "LA", "La"):
        return "LA" if image.has_transparency_data else "L"
    if image.mode in ("CMYK", "LAB"):
        return image.mode
    return "RGBA" if image.has_transparency_data else "RGB"


def _like(image: Image.Image, grey: NDArray[np.uint8]) -> Image.Image:
    plain = Image.fromarray(grey)
    # EXIF and the profile stay; a 16-bit transparent level means nothing in eight bits.
    plain.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return plain


def _in_srgb(image: Image.Image, embedded: object, warnings: set[PictureWarning]) -> Image.Image:
    if image.mode == "LAB":
        return profile.lab_to_srgb(image)
    if isinstance(embedded, bytes) and embedded:
        try:
            return profile.to_srgb(image, embedded)
        except profile.UnusableProfileError:
            warnings.add(PictureWarning.ICC_IGNORED)
    return _mode(image, "RGB")


def _mode(image: Image.Image, mode: str) -> Image.Image:
    """`convert` without the copy that it makes when there is nothing to do."""
    return image if image.mode == mode else image.convert(mode)
