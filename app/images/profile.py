"""Embedded ICC profiles: colours as their owner meant them, converted to sRGB."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

# Large enough for the tables of any printer; a profile is parsed again for each new one.
MAX_PROFILE_BYTES = 8 << 20
_CACHED_TRANSFORMS = 16
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_PROFILE_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_UNSEEN = 3  # of 255: makers' own tables of the sRGB curve are this far apart


class UnusableProfileError(Exception):
    """The profile is damaged or made for another kind of picture."""


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert an L, RGB or CMYK picture from its `profile` to RGB in sRGB.

    Raises UnusableProfileError; the picture can then be converted as if it had no profile.
    """
    if len(profile) > MAX_PROFILE_BYTES:
        raise UnusableProfileError
    try:
        transform, mode = _transform(profile)
        if mode == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if mode != image.mode:
            raise UnusableProfileError
        return image if transform is None else transform.apply(image)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise UnusableProfileError from error


def lab_to_srgb(image: Image.Image) -> Image.Image:
    """Convert a LAB picture (CIE L*a*b*, D50) to RGB in sRGB."""
    return _lab_transform().apply(image)


@lru_cache(maxsize=_CACHED_TRANSFORMS)
def _transform(profile: bytes) -> tuple[ImageCms.ImageCmsTransform | None, str]:
    """The transform, None when the profile is sRGB itself, and the mode of picture that it is for.

    A transform may be used by several threads at once: lcms2 keeps its one-pixel cache on the stack.
    """
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    mode = _PROFILE_MODES.get(source.profile.xcolor_space.strip(), "")
    if not mode:
        raise UnusableProfileError
    transform = ImageCms.ImageCmsTransform(source, _SRGB, mode, "RGB")
    return (None if mode == "RGB" and _changes_nothing(transform) else transform), mode


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether colours from all over the cube stay what they are: a profile's name does not tell.

    GIMP's "built-in Linear sRGB" has the primaries of sRGB and another curve.
    """
    colours = _some_colours()
    moved = np.asarray(transform.apply(colours), np.int16) - np.asarray(colours, np.int16)
    return int(np.abs(moved).max()) <= _UNSEEN


@lru_cache(maxsize=1)
def _some_colours() -> Image.Image:
    levels = np.linspace(0, 255, 18).astype(np.uint8)
    return Image.fromarray(np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 18, 3))


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.ImageCmsTransform(lab, _SRGB, "LAB", "RGB")
