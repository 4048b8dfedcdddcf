"""TIFFs from microscopes, scanners and scripts look like what was saved, or are refused by name."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from app.core.errors import ErrorCode, PictureError
from app.images import DecodedImage, PictureWarning, decode
from tests.images.pictures import encoded, photo
from tests.images.tiffs import tiff

SIDES = (50, 37)
RGB = np.asarray(photo(*SIDES))
GREY = np.linspace(0, 255, SIDES[0] * SIDES[1]).astype(np.uint8).reshape(SIDES[1], SIDES[0], 1)
BLOCKS: dict[str, dict[str, Any]] = {"one strip": {}, "strips": {"rows": 5}, "tiles": {"tile": (16, 32)}}


def _decoded(folder: Path, data: bytes) -> DecodedImage:
    path = folder / "picture.tif"
    path.write_bytes(data)
    return decode(path)


def _apart(picture: DecodedImage, wanted: NDArray[Any]) -> int:
    return int(np.abs(picture.rgb.astype(int) - wanted).max())


def _wide(levels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return levels.astype(np.uint16) * 257


@pytest.mark.parametrize(
    ("blocks", "order", "deflated", "predictor"),
    [(*each, 1) for each in itertools.product(BLOCKS, "<>", (False, True))] + [("strips", ">", True, 2)],
)
def test_sixteen_bit_planes(blocks: str, order: str, deflated: bool, predictor: int, tmp_path: Path) -> None:
    options: dict[str, Any] = {"order": order, "deflated": deflated, "planar": True, "predictor": predictor}
    options |= BLOCKS[blocks]
    picture = _decoded(tmp_path, tiff(_wide(RGB), photometric=2, **options))
    assert np.array_equal(picture.rgb, RGB)
    assert picture.warnings == (PictureWarning.DEPTH_REDUCED,)
    alpha = np.full_like(GREY, 255)
    alpha[:10] = 0
    picture = _decoded(
        tmp_path,
        tiff(_wide(np.dstack([RGB, alpha])), photometric=2, tags={338: ("H", [2])}, **options),
    )
    assert np.array_equal(picture.rgb[10:], RGB[10:])
    assert picture.rgb[:10].min() == 255
    ink = np.asarray(Image.fromarray(RGB).convert("CMYK"))
    assert np.array_equal(_decoded(tmp_path, tiff(_wide(ink), photometric=5, **options)).rgb, RGB)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("white", [0, 1])
@pytest.mark.parametrize("bits", [9, 10, 12, 14, 16])
def test_grey_of_any_depth_keeps_its_brightness(bits: int, white: int, order: str, tmp_path: Path) -> None:
    deep = (GREY.astype(np.uint32) * ((1 << bits) - 1) // 255).astype(np.uint16)
    stored = ((1 << bits) - 1 - deep if white == 0 else deep).astype(np.uint16)
    data = tiff(stored, bits=bits, photometric=white, order=order, rows=7)
    assert _apart(_decoded(tmp_path, data), GREY) <= 1


@pytest.mark.parametrize("white", [0, 1])
@pytest.mark.parametrize("kind", ["i1", "i2", "u4", "i4", "u8", "f2", "f4", "f8"])
def test_measured_values_go_from_black_to_white(kind: str, white: int, tmp_path: Path) -> None:
    share = GREY / 255
    limits = (0.0, 1.0) if kind[0] == "f" else (np.iinfo(kind).min * 0.99, np.iinfo(kind).max * 0.99)
    stored = (limits[0] + (share if white else 1 - share) * (limits[1] - limits[0])).astype(kind)
    for blocks, order in itertools.product(BLOCKS.values(), "<>"):
        picture = _decoded(tmp_path, tiff(stored, photometric=white, order=order, **blocks))
        assert _apart(picture, GREY) <= 1
        assert picture.warnings == (() if kind == "i1" else (PictureWarning.DEPTH_REDUCED,))


@pytest.mark.parametrize("predictor", [1, 2, 3])
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_colours_as_floats(kind: type[np.floating[Any]], predictor: int, tmp_path: Path) -> None:
    stored = ((RGB - RGB.min()) / float(np.ptp(RGB))).astype(kind)
    wanted = (RGB.astype(float) - RGB.min()) * 255 / np.ptp(RGB)
    for blocks, order in itertools.product(BLOCKS.values(), "<>"):
        data = tiff(stored, photometric=2, order=order, deflated=True, predictor=predictor, **blocks)
        assert _apart(_decoded(tmp_path, data), wanted) <= 1


def test_grey_with_more_channels_shows_its_first(tmp_path: Path) -> None:
    more = np.dstack([_wide(GREY), np.zeros_like(_wide(GREY)), _wide(GREY)])
    assert np.array_equal(_decoded(tmp_path, tiff(more, tags={338: ("H", [0, 0])})).rgb, GREY.repeat(3, 2))


def test_multiplied_alpha_is_divided_out(tmp_path: Path) -> None:
    half = np.dstack([np.full_like(RGB, 50), np.full_like(GREY, 128)])
    picture = _decoded(tmp_path, tiff(_wide(half), photometric=2, tags={338: ("H", [1])}))
    assert np.abs(picture.rgb[0, 0].astype(int) - (50 + 127)).max() <= 1


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("planar", [False, True])
def test_fourth_sample_of_unknown_meaning_hides_nothing_when_it_is_zero(
    wide: bool, planar: bool, tmp_path: Path
) -> None:
    stored = np.dstack([RGB, np.zeros_like(GREY)])
    data = tiff(_wide(stored) if wide else stored, photometric=2, planar=planar, tile=(16, 16))
    picture = _decoded(tmp_path, data)
    assert np.array_equal(picture.rgb, RGB)
    assert PictureWarning.FULLY_TRANSPARENT not in picture.warnings


def test_sixteen_bit_lab(tmp_path: Path) -> None:
    lab = ImageCms.profileToProfile(
        Image.fromarray(RGB), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    bytes_of_it = np.frombuffer(lab.tobytes(), np.uint8).reshape(RGB.shape)
    picture = _decoded(tmp_path, tiff(_wide(bytes_of_it), photometric=8))
    assert np.abs(picture.rgb.astype(int) - RGB).mean() < 3
    icc_lab = bytes_of_it ^ np.array([0, 128, 128], np.uint8)
    assert np.array_equal(_decoded(tmp_path, tiff(icc_lab, photometric=9)).rgb, picture.rgb)


def test_orientation_and_second_page_count(tmp_path: Path) -> None:
    picture = _decoded(tmp_path, tiff(_wide(GREY), tags={274: ("H", [6])}))
    assert picture.source_size == SIDES[::-1]
    assert np.array_equal(picture.rgb, np.rot90(GREY, -1).repeat(3, 2))
    deep = Image.fromarray(_wide(GREY)[..., 0])
    picture = _decoded(tmp_path, encoded(deep, "TIFF", save_all=True, append_images=[deep]))
    assert picture.warnings == (PictureWarning.FIRST_PAGE_ONLY, PictureWarning.DEPTH_REDUCED)


@pytest.mark.parametrize("scale", [1, 257])
def test_colour_map_of_eight_bits_is_not_black(scale: int, tmp_path: Path) -> None:
    palette = [level * scale for level in [*range(256), *range(255, -1, -1), *[40] * 256]]
    picture = _decoded(tmp_path, tiff(GREY, photometric=3, tags={320: ("H", palette)}))
    assert np.array_equal(picture.rgb, np.dstack([GREY, 255 - GREY, np.full_like(GREY, 40)]))


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({259: ("H", [50001])}, "TIFF (compression WebP)"),
        ({259: ("H", [34887])}, "TIFF (compression LERC)"),
        ({259: ("H", [34712])}, "TIFF (compression JPEG 2000)"),
        ({259: ("H", [50002])}, "TIFF (compression JPEG XL)"),
        ({259: ("H", [7]), 258: ("H", [12])}, "TIFF (12-bit grey)"),
        ({258: ("H", [24]), 339: ("H", [3])}, "TIFF (24-bit float grey)"),
        ({339: ("H", [6])}, "TIFF (16-bit complex grey)"),
        ({262: ("H", [32845])}, "TIFF (16-bit colour space 32845)"),
        ({262: ("H", [3])}, "TIFF (16-bit palette)"),
        ({262: ("H", [6]), 258: ("H", [8])}, "TIFF (8-bit YCbCr)"),
    ],
)
def test_flavour_that_is_not_decoded_is_named(tags: dict[int, Any], name: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError) as raised:
        _decoded(tmp_path, tiff(_wide(GREY), tags=tags))
    assert raised.value.code is ErrorCode.UNSUPPORTED_FORMAT
    assert raised.value.facts["format"] == name


def test_cut_short_is_truncated(tmp_path: Path) -> None:
    for compression in (None, "tiff_lzw"):
        data = encoded(Image.fromarray(_wide(GREY)[..., 0]), "TIFF", compression=compression)
        for size in (len(data) // 2, len(data) - 40):
            with pytest.raises(PictureError, match="truncated"):
                _decoded(tmp_path, data[:size])
