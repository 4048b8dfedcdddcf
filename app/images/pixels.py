"""The pixels of a Pillow picture as an array, where they lie: copying them takes half as long as decoding."""

import ctypes

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRIP_ROWS = 256


class _ArrowArray(ctypes.Structure):
    """`struct ArrowArray` of https://arrow.apache.org/docs/format/CDataInterface.html."""


_ArrowArray._fields_ = [
    *((name, ctypes.c_int64) for name in ("length", "null_count", "offset", "n_buffers", "n_children")),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_ArrowArray))),
    *((name, ctypes.c_void_p) for name in ("dictionary", "release", "private_data")),
]

_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)


class _Shared:
    """Pillow's memory as numpy asks for it; the capsule keeps it alive while an array looks into it."""

    def __init__(self, image: Image.Image) -> None:
        """Raises ValueError for a picture in several pieces: those of more than 16 MB."""
        _, self._capsule = image.__arrow_c_array__()
        # One list of four bytes for each pixel: their values are the list's only child.
        values = _ArrowArray.from_address(_pointer(self._capsule, b"arrow_array")).children[0].contents
        self.__array_interface__ = {
            "version": 3,
            "typestr": "|u1",
            "shape": (image.height, image.width, 4),
            "data": (values.buffers[1], False),
        }


def to_array(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of an RGB picture, uint8 [H, W, 4] with a fourth byte that means nothing; of a large one a
    copy, [H, W, 3].

    `image` was made by Pillow, not around somebody's bytes, and is not changed any more. Copies are made in
    strips: at once Pillow takes 9 bytes more a pixel.
    """
    try:
        return np.asarray(_Shared(image))
    except ValueError:
        pixels = np.empty((image.height, image.width, 3), np.uint8)
        for top in range(0, image.height, _STRIP_ROWS):
            bottom = min(top + _STRIP_ROWS, image.height)
            pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
        return pixels
