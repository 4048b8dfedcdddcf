"""From a picture to what an engine is fed: decoded, framed, resized; and the times of that."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.errors import ErrorCode, PictureError
from app.core.files import is_folder
from app.engines.preprocess import crop_pixels, to_batch
from app.images import DecodedImage, Picture, PictureBytes, decode, path_of

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from app.core.model_card import InputSpec

# Decoding stops at this multiple of the network's size. With 2 a JPEG of 12 megapixels is decoded at 1/4 and
# not at 1/8, which takes a quarter longer for the same answers (docs/benchmarks.md).
_DECODE_SCALE = 1.4


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """A picture that is ready for any engine: `batch` is RGB `uint8 [1, h, w, 3]`."""

    path: Path
    image: DecodedImage
    batch: Tensor
    decode_ms: float
    preprocess_ms: float


def load_picture(picture: Picture, spec: InputSpec) -> LoadedPicture:
    """Read a picture for a network. Raises PictureError; a folder is `no_pictures` or `permission_denied`."""
    path = path_of(picture)
    if not isinstance(picture, PictureBytes):
        _refuse_folder(picture)
    start = time.perf_counter_ns()
    image = decode_for(picture, spec)
    decoded = time.perf_counter_ns()
    try:
        batch = to_batch(crop_pixels(image.pixels, spec, image.content_box))
    except MemoryError as error:
        raise PictureError(ErrorCode.TOO_LARGE, path=path, detail="out of memory") from error
    ready = time.perf_counter_ns()
    return LoadedPicture(path, image, batch, (decoded - start) / 1e6, (ready - decoded) / 1e6)


def decode_for(picture: Picture, spec: InputSpec) -> DecodedImage:
    """Decode a picture as far as a network can use it: of a picture that is cropped, the middle has to do."""
    crop = spec.crop if spec.fit == "cover" else 1.0
    return decode(picture, min_side=round(spec.longest * _DECODE_SCALE / crop), zoom=True)


def _refuse_folder(path: Path) -> None:
    """A folder comes here when no picture was found in it, or when it could not be looked into."""
    try:
        os.scandir(path).close()
    except PermissionError as error:
        if is_folder(path):
            raise PictureError(ErrorCode.PERMISSION_DENIED, path=path) from error
    except (OSError, ValueError):
        return
    else:
        raise PictureError(ErrorCode.NO_PICTURES, path=path)
