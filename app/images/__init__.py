"""An untrusted file in, an upright RGB picture out."""

from app.images.decode import DecodedImage, decode
from app.images.formats import PICTURE_SUFFIXES, Format
from app.images.limits import Limits
from app.images.source import Picture, PictureBytes, path_of
from app.images.warning import PictureWarning

__all__ = [
    "PICTURE_SUFFIXES", "DecodedImage", "Format", "Limits", "Picture", "PictureBytes", "PictureWarning",
    "decode", "path_of",
]  # fmt: skip
