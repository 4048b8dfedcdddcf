"""What the network sees: the middle of the picture, in its own range."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from app.core.model_card import InputSpec, load_card
from app.engines.preprocess import Normalise, crop_pixels, join, to_batch

SPEC = load_card("efficientnet_lite2").input
RED, GREEN = (255, 0, 0), (0, 255, 0)


def plain(height: int, width: int, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.full((height, width, 3), colour, np.uint8)


def normalised(pixels: NDArray[np.uint8], spec: InputSpec) -> torch.Tensor:
    height, width = pixels.shape[:2]
    return Normalise(replace(spec, height=height, width=width), "cpu")(to_batch(pixels))


@pytest.mark.parametrize("size", [(1, 1), (260, 260), (3000, 40), (40, 3000), (700, 500)])
def test_any_size_becomes_the_networks_square(size: tuple[int, int]) -> None:
    pixels = crop_pixels(plain(*size, RED), SPEC)
    assert pixels.shape == (260, 260, 3)
    assert pixels.dtype == np.uint8
    assert (pixels == RED).all()


def test_ends_of_a_long_picture_are_cut_off() -> None:
    picture = plain(100, 400, RED)
    picture[:, 140:260] = GREEN
    assert (crop_pixels(picture, SPEC) == GREEN).mean() > 0.99


def test_picture_that_is_nearly_square_is_seen_whole() -> None:
    picture = plain(100, 120, RED)
    picture[:, 2:118] = GREEN
    pixels = crop_pixels(picture, SPEC)
    assert tuple(pixels[130, 0]) == tuple(pixels[130, -1]) == RED


def test_cut_out_is_framed_in_white() -> None:
    picture = plain(400, 400, (255, 255, 255))
    picture[300:340, 20:60] = RED
    pixels = crop_pixels(picture, SPEC, (20, 300, 60, 340))
    assert tuple(pixels[130, 130]) == RED
    assert tuple(pixels[5, 5]) == (255, 255, 255)
    assert (pixels == RED).all(axis=2).mean() == pytest.approx(1 / 1.2**2, abs=0.03)


@pytest.mark.parametrize("size", [(681, 1024), (90, 60), (260, 700)])
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_resized_picture_looks_as_pillow_resizes_it(size: tuple[int, int], interpolation: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    spec = replace(SPEC, interpolation=interpolation, crop=1.0, stretch=100.0)
    wanted = Image.fromarray(noise).resize((260, 260), Image.Resampling[interpolation.upper()])
    apart = np.abs(crop_pixels(noise, spec).astype(int) - np.asarray(wanted, int))
    assert apart.max() <= 3
    assert apart.mean() < 0.1


def test_fourth_byte_of_a_pixel_means_nothing() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400, 4), np.uint8)
    for spec, box in ((SPEC, None), (SPEC, (20, 30, 90, 80)), (replace(SPEC, fit="pad"), None)):
        colours = crop_pixels(np.ascontiguousarray(pixels[..., :3]), spec, box)
        assert np.array_equal(crop_pixels(pixels, spec, box), colours)


def test_channels_are_turned_for_a_network_that_wants_blue_first() -> None:
    turned = normalised(plain(4, 6, (255, 127, 0)), replace(SPEC, channels="bgr"))
    assert torch.equal(turned, normalised(plain(4, 6, (0, 127, 255)), SPEC))


def test_numbers_are_scaled_by_the_cards_mean_and_deviation() -> None:
    batch = normalised(plain(4, 4, (0, 127, 255)), SPEC)
    assert batch.shape == (1, 3, 4, 4)
    assert batch.dtype is torch.float32
    assert batch.is_contiguous(memory_format=torch.channels_last)
    assert batch[0, :, 0, 0].tolist() == pytest.approx([-1, 127 / 127.5 - 1, 1], abs=1e-6)
    other = replace(SPEC, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    white = normalised(plain(1, 1, (255, 255, 255)), other)[0, :, 0, 0].tolist()
    assert white == pytest.approx([(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225], abs=1e-5)


def test_joined_batches_keep_their_order() -> None:
    batches = [to_batch(plain(2, 2, colour)) for colour in (RED, GREEN)]
    assert torch.equal(join(batches)[1:], batches[1])
