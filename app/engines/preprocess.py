"""From an upright RGB picture to the tensor that a network is fed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from torch import Tensor

    from app.core.model_card import InputSpec

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
# White around a cut-out, as a share of its longer side.
_CUT_OUT_MARGIN = 0.1
# A cut-out is framed at this multiple of the network's size at most: its square may be far larger than the
# picture.
_FRAME_SCALE = 4
Box = tuple[int, int, int, int]


def crop_pixels(rgb: NDArray[np.uint8], spec: InputSpec, box: Box | None = None) -> NDArray[np.uint8]:
    """Resize the part of `rgb [H, W, 3]` that the network looks at, to `uint8 [h, w, 3]`, still RGB.

    It is resized straight out of the source, so that no pixel outside it is computed. With `box` (left, top,
    right, bottom: the visible part of a cut-out) the picture is framed around that instead.
    """
    source = Image.fromarray(rgb)
    if box is not None:
        source = _framed(source, box, spec.longest)
    if spec.fit == "pad":
        return _padded(source, spec)
    width, height = (side * spec.crop for side in _window(source.size, spec))
    left, top = (source.width - width) / 2, (source.height - height) / 2
    middle = (left, top, left + width, top + height)
    return np.array(
        source.resize((spec.width, spec.height), _FILTERS[spec.interpolation], middle, reducing_gap=2.0)
    )


def _window(size: tuple[int, int], spec: InputSpec) -> tuple[float, float]:
    """The centred part of a picture that is looked at: as long as `stretch` allows it to be squeezed."""
    unit = min(size[0] / spec.width, size[1] / spec.height)  # of the source, for one pixel of the network
    longest = unit * spec.stretch
    return min(size[0], spec.width * longest), min(size[1], spec.height * longest)


def _padded(source: Image.Image, spec: InputSpec) -> NDArray[np.uint8]:
    """The whole picture, as large as it fits into the middle; beside it is the mean, as near as may be."""
    scale = min(spec.width / source.width, spec.height / source.height)
    width, height = max(round(source.width * scale), 1), max(round(source.height * scale), 1)
    mean = [round(255 * value / spec.highest) for value in spec.mean]
    colour = tuple(min(max(value, 0), 255) for value in (mean if spec.channels == "rgb" else mean[::-1]))
    canvas = Image.new("RGB", (spec.width, spec.height), colour)
    small = source.resize((width, height), _FILTERS[spec.interpolation], reducing_gap=2.0)
    canvas.paste(small, ((spec.width - width) // 2, (spec.height - height) // 2))
    return np.array(canvas)


def _framed(source: Image.Image, box: Box, size: int) -> Image.Image:
    """The visible part of a cut-out in the middle of a white square: in its own picture it may be tiny.

    The square of a long one would be huge: it is made a few times as large as `size`, what is looked at.
    """
    left, top, right, bottom = box
    side = round(max(right - left, bottom - top) * (1 + 2 * _CUT_OUT_MARGIN))
    x, y = round((side - left - right) / 2), round((side - top - bottom) / 2)  # of the source, in the square
    part = (max(0, -x), max(0, -y), min(source.width, side - x), min(source.height, side - y))
    factor = max(1, side // (size * _FRAME_SCALE))
    canvas = Image.new("RGB", (side // factor, side // factor), "white")
    canvas.paste(source.reduce(factor, part), ((part[0] + x) // factor, (part[1] + y) // factor))
    return canvas


def to_batch(pixels: NDArray[np.uint8], spec: InputSpec) -> Tensor:
    """Normalise RGB `uint8 [h, w, 3]` to `float32 [1, 3, h, w]`, channels_last as the pixels are.

    The channels are in the order of `spec`, whatever its layout: an engine turns the batch where it must.
    """
    import torch

    scale = torch.tensor([spec.highest / (255 * std) for std in spec.std])
    shift = torch.tensor([-mean / std for mean, std in zip(spec.mean, spec.std, strict=True)])
    picture = torch.from_numpy(pixels[None]).to(torch.float32)
    if spec.channels == "bgr":
        picture = picture.flip(3)
    # One pass over the pixels; permuting copies nothing, so that they stay channels_last.
    return torch.addcmul(shift, picture, scale).permute(0, 3, 1, 2)


def join(batches: list[Tensor]) -> Tensor:
    """Several batches as one: `[N1, 3, h, w]`, `[N2, 3, h, w]`, … → `[N1 + N2 + …, 3, h, w]`."""
    import torch

    return torch.cat(batches)
