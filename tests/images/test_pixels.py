"""Pixels where Pillow has them: those that it gives itself, alive while somebody looks, copied if large."""

import gc

import numpy as np
import pytest
from PIL import Image

from app.images.pixels import to_array


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (1000, 1001), (4096, 1024), (4096, 1025), (2100, 2100)])
def test_pixels_are_those_that_pillow_gives(size: tuple[int, int]) -> None:
    picture = Image.effect_noise(size, 90).convert("RGB")
    pixels = to_array(picture)
    assert pixels.flags.c_contiguous
    assert np.array_equal(pixels[..., :3], np.asarray(picture))


def test_pixels_outlive_the_picture_that_they_were_taken_from() -> None:
    picture = Image.new("RGB", (300, 200), (1, 2, 3))
    pixels = to_array(picture)
    del picture
    gc.collect()
    others = [Image.new("RGB", (300, 200), "white") for _ in range(50)]
    assert (pixels[..., :3] == (1, 2, 3)).all()
    assert len(others) == 50


def test_pixels_are_not_copied() -> None:
    picture = Image.new("RGB", (30, 20))
    pixels = to_array(picture)
    pixels[4, 7, :3] = 9, 8, 7
    assert picture.getpixel((7, 4)) == (9, 8, 7)
