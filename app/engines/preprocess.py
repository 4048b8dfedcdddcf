"""From an upright RGB picture to what a network is fed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engines.torch_runtime import load_torch

if TYPE_CHECKING:
    from torch import Tensor

    from app.core.model_card import InputSpec

# White around a cut-out, as a share of its longer side.
_CUT_OUT_MARGIN = 0.1
# A cut-out is framed at this multiple of the network's size at most: its square may be far larger than the
# picture.
_FRAME_SCALE = 4
Box = tuple[int, int, int, int]


def crop_pixels(picture: NDArray[np.uint8], spec: InputSpec, box: Box | None = None) -> NDArray[np.uint8]:
    """Resize the part of `picture [H, W, 3 or 4]` that the network looks at, to `uint8 [h, w, 3]`, RGB.

    A fourth byte of a pixel means nothing. With `box` (left, top, right, bottom: the visible part of a
    cut-out) the picture is framed around that instead.
    """
    if box is not None:
        picture = _framed(picture, box, spec.longest)
    if spec.fit == "pad":
        return _padded(picture, spec)
    width, height = _window((picture.shape[1], picture.shape[0]), spec)
    left, top = (picture.shape[1] - width) // 2, (picture.shape[0] - height) // 2
    return _resized(picture[top : top + height, left : left + width], spec.width, spec.height, spec)


def _window(size: tuple[int, int], spec: InputSpec) -> tuple[int, int]:
    """The part of a picture that is looked at: as long as `stretch` allows it to be squeezed.

    It has whole pixels, as many on each side of the picture's middle: of small pictures half a pixel counts.
    """
    unit = min(size[0] / spec.width, size[1] / spec.height)  # of the source, for one pixel of the network
    longest = unit * spec.stretch
    width, height = spec.width * longest, spec.height * longest
    left, top = (
        (size[0] - min(size[0], width) * spec.crop) / 2,
        (size[1] - min(size[1], height) * spec.crop) / 2,
    )
    return max(size[0] - 2 * round(left), 1), max(size[1] - 2 * round(top), 1)


def _resized(picture: NDArray[np.uint8], width: int, height: int, spec: InputSpec) -> NDArray[np.uint8]:
    """All of `picture`, antialiased as Pillow does it (off by one of 255 at most), in a tenth of the time."""
    torch = load_torch()
    # Its kernels for pixels of bytes want channels_last without gaps (`[None]` of numpy has a stride of 0).
    whole = torch.from_numpy(np.ascontiguousarray(picture))[None].permute(0, 3, 1, 2)
    resize = torch.nn.functional.interpolate
    small: Tensor = resize(whole, size=(height, width), mode=spec.interpolation, antialias=True)
    pixels: NDArray[np.uint8] = small[0].permute(1, 2, 0).numpy()
    return np.stack([pixels[..., channel] for channel in range(3)], 2)


def _padded(picture: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    """The whole picture, as large as it fits into the middle; beside it is the mean, as near as may be."""
    scale = min(spec.width / picture.shape[1], spec.height / picture.shape[0])
    height, width = (max(round(side * scale), 1) for side in picture.shape[:2])
    mean = [round(255 * value / spec.highest) for value in spec.mean]
    canvas = np.empty((spec.height, spec.width, 3), np.uint8)
    canvas[:] = np.clip(mean if spec.channels == "rgb" else mean[::-1], 0, 255)
    left, top = (spec.width - width) // 2, (spec.height - height) // 2
    canvas[top : top + height, left : left + width] = _resized(picture, width, height, spec)
    return canvas


def _framed(picture: NDArray[np.uint8], box: Box, size: int) -> NDArray[np.uint8]:
    """The visible part of a cut-out in the middle of a white square: in its own picture it may be tiny.

    The square of a long one would be huge: it is made a few times as large as `size`, what is looked at.
    """
    left, top, right, bottom = box
    side = round(max(right - left, bottom - top) * (1 + 2 * _CUT_OUT_MARGIN))
    x, y = round((side - left - right) / 2), round((side - top - bottom) / 2)  # of the source, in the square
    above, before = max(0, -y), max(0, -x)
    part = picture[above : min(picture.shape[0], side - y), before : min(picture.shape[1], side - x), :3]
    factor = max(1, side // (size * _FRAME_SCALE))
    if factor > 1:
        part = np.asarray(Image.fromarray(np.ascontiguousarray(part)).reduce(factor))
    canvas = np.full((side // factor, side // factor, 3), 255, np.uint8)
    y, x = (above + y) // factor, (before + x) // factor
    part = part[: canvas.shape[0] - y, : canvas.shape[1] - x]  # rounding may have made it longer
    canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    return canvas


def to_batch(pixels: NDArray[np.uint8]) -> Tensor:
    """RGB `uint8 [h, w, 3]` as a batch of one, `uint8 [1, h, w, 3]`; nothing is copied."""
    batch: Tensor = load_torch().from_numpy(pixels)[None]
    return batch


def join(batches: list[Tensor]) -> Tensor:
    """Several batches as one: `uint8 [N1, h, w, 3]`, `[N2, h, w, 3]`, … → `[N1 + N2 + …, h, w, 3]`."""
    joined: Tensor = load_torch().cat(batches)
    return joined


class Normalise:
    """What turns pixels into a network's own range, on its device: the first thing that an engine does."""

    def __init__(self, spec: InputSpec, device: str) -> None:
        torch = load_torch()
        self._device, self._flipped = device, spec.channels == "bgr"
        scale = [spec.highest / (255 * std) for std in spec.std]
        shift = [-mean / std for mean, std in zip(spec.mean, spec.std, strict=True)]
        # For a row of pixels: three numbers, broadcast, take torch five times as long.
        self._scale, self._shift = (torch.tensor(each * spec.width, device=device) for each in (scale, shift))

    def __call__(self, batch: Tensor) -> Tensor:
        """RGB `uint8 [N, h, w, 3]` → `float32 [N, 3, h, w]` on the device, channels_last as the pixels are.

        The channels are in the order of the card, whatever its layout: an engine turns the batch where it
        must.
        """
        torch = load_torch()
        pixels = send_pixels(batch, self._device)
        rows = (pixels.flip(3) if self._flipped else pixels).flatten(2).to(torch.float32)
        torch.addcmul(self._shift, rows, self._scale, out=rows)
        return rows.view(batch.shape).permute(0, 3, 1, 2)


def send_pixels(batch: Tensor, device: str) -> Tensor:
    """`batch` on a device. On its way to a GPU it passes through memory that the GPU itself can read, so that
    nobody waits for the copy: torch keeps that memory, and knows when it is free again.
    """
    if device == "cuda" and batch.device.type == "cpu":
        batch = batch.pin_memory()
    return batch.to(device, non_blocking=True)
