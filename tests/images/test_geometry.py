"""Pictures stand upright, and large ones come back smaller."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.images import PictureWarning, decode
from tests.images.pictures import (
    BLUE,
    GREEN,
    HEIC,
    RED,
    WHITE,
    encoded,
    exif,
    photo,
    quadrant_colours,
    turned,
)

UPRIGHT = [RED, GREEN, BLUE, WHITE]
ORIENTATIONS = range(1, 9)


def _save(folder: Path, data: bytes) -> Path:
    path = folder / "picture"
    path.write_bytes(data)
    return path


def _is_upright(path: Path, **options: Any) -> bool:
    picture = decode(path, **options)
    apart = np.abs(np.subtract(quadrant_colours(picture.rgb), UPRIGHT)).max()
    return picture.source_size == (64, 48) and bool(apart < 12)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "MPO"])
def test_picture_stands_upright(picture_format: str, orientation: int, tmp_path: Path) -> None:
    data = encoded(turned(orientation), picture_format, exif=exif(orientation))
    assert _is_upright(_save(tmp_path, data))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("compression", ["tiff_lzw", "jpeg"])
def test_compressed_tiff_stands_upright(compression: str, orientation: int, tmp_path: Path) -> None:
    data = encoded(turned(orientation), "TIFF", exif=exif(orientation), compression=compression)
    assert _is_upright(_save(tmp_path, data))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_heic_that_says_its_orientation_twice_is_turned_once(orientation: int) -> None:
    assert _is_upright(HEIC / f"orientation_{orientation}.heic")


def test_heic_is_turned_by_its_container_and_not_by_exif(tmp_path: Path) -> None:
    data = (HEIC / "orientation_6.heic").read_bytes().replace(b"irot\x03", b"irot\x00")
    assert decode(_save(tmp_path, data)).source_size == (48, 64)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_orientation_in_xmp_counts(orientation: int, tmp_path: Path) -> None:
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="{orientation}"/></x:xmpmeta>'
    assert _is_upright(_save(tmp_path, encoded(turned(orientation), "JPEG", xmp=xmp.encode())))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_scaled_decoding_keeps_upright(orientation: int, tmp_path: Path) -> None:
    data = encoded(turned(orientation), "JPEG", exif=exif(orientation), quality=95, subsampling=0)
    assert _is_upright(_save(tmp_path, data), min_side=12)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_impossible_orientation_is_left_alone(value: int, tmp_path: Path) -> None:
    assert _is_upright(_save(tmp_path, encoded(turned(1), "JPEG", exif=exif(value))))


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "JPEG2000"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_reduced_picture_shows_the_same(picture_format: str, mode: str, tmp_path: Path) -> None:
    image = photo(1200, 900).convert(mode)
    path = _save(tmp_path, encoded(image, picture_format))
    reduced, full = decode(path, min_side=200), decode(path)
    assert reduced.source_size == full.source_size == (1200, 900)
    assert 200 <= min(reduced.rgb.shape[:2]) < 400
    size = (reduced.rgb.shape[1], reduced.rgb.shape[0])
    wanted = np.asarray(Image.fromarray(full.rgb).resize(size, Image.Resampling.BOX), np.int16)
    assert np.abs(reduced.rgb - wanted).mean() < 2


@pytest.mark.parametrize(("width", "height"), [(1000, 199), (399, 400), (17, 5000), (1, 1), (200, 200)])
def test_shorter_side_never_falls_below_the_wanted_one(width: int, height: int, tmp_path: Path) -> None:
    for picture_format in ("JPEG", "PNG"):
        path = _save(tmp_path, encoded(photo(width, height), picture_format))
        assert min(decode(path, min_side=200).rgb.shape[:2]) >= min(width, height, 200)


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("side", [3, 40])
def test_small_cut_out_on_a_large_canvas_keeps_its_pixels(
    side: int, picture_format: str, tmp_path: Path
) -> None:
    cut_out = photo(side, side // 2 + 1)
    canvas = Image.new("RGBA", (1000, 800), (0, 0, 0, 0))
    canvas.paste(cut_out, (605, 433))
    path = _save(
        tmp_path, encoded(canvas, picture_format, **({"lossless": True} if picture_format == "WEBP" else {}))
    )
    picture = decode(path, min_side=100, zoom=True)
    assert np.array_equal(picture.rgb, np.asarray(cut_out))
    assert picture.content_box == (0, 0, *cut_out.size)
    assert picture.source_size == (1000, 800)
    assert picture.warnings == (PictureWarning.TRANSPARENCY_ON_WHITE,)


def test_wanted_side_below_one_is_a_bug_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="min_side"):
        decode(tmp_path / "any.jpg", min_side=0)


def test_pixels_can_be_handed_to_a_tensor(tmp_path: Path) -> None:
    rgb = decode(_save(tmp_path, encoded(photo(33, 700), "PNG"))).rgb
    assert rgb.shape == (700, 33, 3)
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    assert rgb.flags.writeable
    assert np.array_equal(rgb, np.asarray(photo(33, 700)))
