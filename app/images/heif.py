"""A Pillow plugin for HEIC that asks libheif for pixels and the colour profile, and for nothing else.

The plugin that comes with pi-heif also reads metadata, thumbnails and depth maps; one damaged byte in the
name of a metadata block ends the process there (pi-heif 1.4.0, `CtxImage.metadata`, a null pointer). Its C
module does not crash on the rest: 150 000 damaged files. libheif turns pictures upright by itself, as the
standard wants: by the container's `irot` and `imir`, whatever EXIF says; so EXIF is not needed.
"""

from importlib import import_module
from typing import Any

from PIL import Image, ImageFile

# Not typed. This module is imported when the first HEIC is opened, and not at all where there is no libheif.
_libheif = import_module("_pi_heif")

_THREADS = 4


class HeifImageFile(ImageFile.ImageFile):
    """The primary picture of a HEIF file; `info` has `bit_depth`, perhaps `icc_profile` or `nclx`."""

    format = "HEIF"
    format_description = "HEIF picture"
    _handle: Any = None

    def _open(self) -> None:
        if self.fp is None:
            raise ValueError("no file")
        to_eight_bits, bgr, remove_stride, to_sixteen_bits, decoder, unlimited = (
            True,
            False,
            False,
            True,
            "",
            False,
        )
        handles = _libheif.load_file(
            self.fp.read(), _THREADS, to_eight_bits, bgr, remove_stride, to_sixteen_bits, decoder, unlimited
        )
        # libheif gives no handle for a codec that it does not have: JPEG, AVC, VVC, uncompressed.
        self._handle = next((handle for handle in handles if handle is not None and handle.primary), None)
        if self._handle is None:
            raise ValueError("unsupported codec")
        self._size, self._mode = self._handle.size_mode
        self.info["bit_depth"] = self._handle.bit_depth
        profile = self._handle.color_profile
        if profile.get("type") in ("rICC", "prof"):
            self.info["icc_profile"] = profile["data"]
        if profile.get("type") == "nclx":
            numbers = profile["data"]
            self.info["nclx"] = numbers["color_primaries"], numbers["transfer_characteristics"]

    def load(self) -> Any:
        """Decode the pixels; the size may turn out other than the header said."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            pixels = handle.data  # lies in the handle's memory
            self._size, self._mode = handle.size_mode
            self.load_prepare()
            self.frombytes(pixels, "raw", (self._mode, handle.stride))
        return Image.Image.load(self)
