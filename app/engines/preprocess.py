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
_FRAME_SCALE = 4
Box = tuple[int, int, int, int]


def crop_pixels(rgb: NDArray[np.uint8], spec: InputSpec, box: Box | None = None) -> NDArray[np.uint8]:
    """Resize the middle of `rgb [H, W, 3]` to the network's square, `uint8 [S, S, 3]`.

    The square is resized straight out of the source, so that no pixel outside it is computed. With
    `box` (left, top, right, bottom: the visible part of a cut-out) it is framed around that instead.
    """
    source = Image.fromarray(rgb)
    if box is not None:
        source = _framed(source, box, spec.size)
    width, height = (side * spec.crop for side in _window(source.size, spec.stretch))
    left, top = (source.width - width) / 2, (source.height - height) / 2
    middle = (left, top, left + width, top + height)
    return np.array(
        source.resize((spec.size, spec.size), _FILTERS[spec.interpolation], middle, reducing_gap=2.0)
    )


def _window(size: tuple[int, int], stretch: float) -> tuple[float, float]:
    """The centred part of a picture that is looked at: as wide as `stretch` allows it to be squeezed."""
    longest = min(size) * stretch
    return min(size[0], longest), min(size[1], longest)


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
    """Normalise `uint8 [S, S, 3]` to `float32 [1, 3, S, S]`, channels_last as the pixels are."""
    import torch

    scale = torch.tensor([1 / (255 * std) for std in spec.std])
    shift = torch.tensor([-mean / std for mean, std in zip(spec.mean, spec.std, strict=True)])
    picture = torch.from_numpy(pixels[None]).to(torch.float32)
    return torch.addcmul(shift, picture, scale).permute(0, 3, 1, 2)


def join(batches: list[Tensor]) -> Tensor:
    """Several batches as one: `[N1, 3, S, S]`, `[N2, 3, S, S]`, … → `[N1 + N2 + …, 3, S, S]`."""
    import torch

    return torch.cat(batches)
