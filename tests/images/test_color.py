"""Every kind of pixel becomes the colours that a person would see on white paper."""

import itertools
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.images import DecodedImage, PictureWarning, decode
from tests.images.pictures import (
    BLUE,
    GREEN,
    HEIC,
    RED,
    WHITE,
    encoded,
    linear_profile,
    photo,
    quadrant_colours,
    quadrants,
)


def _decoded(folder: Path, image: Image.Image, picture_format: str, **options: Any) -> DecodedImage:
    path = folder / "picture"
    path.write_bytes(encoded(image, picture_format, **options))
    return decode(path)


def _apart(picture: DecodedImage, *colours: tuple[int, int, int]) -> int:
    return int(np.abs(np.subtract(quadrant_colours(picture.rgb), colours)).max())


def _cut_out() -> Image.Image:
    """A red disc, soft at its edge, on transparent black."""
    y, x = np.mgrid[0:48, 0:64]
    alpha = 255 * (14 - np.hypot(x - 31.5, y - 23.5)).clip(0, 1)
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[alpha > 0, :3] = RED
    pixels[..., 3] = alpha
    return Image.fromarray(pixels)


@pytest.mark.parametrize(
    ("mode", "picture_format", "tolerance"),
    [
        ("RGB", "PNG", 0),
        ("P", "PNG", 0),
        ("P", "GIF", 0),
        ("P", "BMP", 0),
        ("RGBA", "PNG", 0),
        ("RGBA", "WEBP", 12),
        ("RGBA", "ICO", 0),
        ("RGBA", "JPEG2000", 12),
        ("CMYK", "JPEG", 12),
        ("CMYK", "TIFF", 0),
        ("YCbCr", "JPEG", 12),
        ("YCbCr", "TIFF", 12),
        ("LAB", "TIFF", 12),
        ("RGB", "AVIF", 12),
    ],
)
def test_colours_are_the_same_in_every_mode(
    mode: str, picture_format: str, tolerance: int, tmp_path: Path
) -> None:
    if mode == "LAB":
        image = ImageCms.profileToProfile(
            quadrants(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
        assert image is not None
    else:
        image = quadrants().quantize(8) if mode == "P" else quadrants().convert(mode)
    assert _apart(_decoded(tmp_path, image, picture_format), RED, GREEN, BLUE, WHITE) <= tolerance


@pytest.mark.parametrize(
    ("mode", "picture_format"), [("1", "PNG"), ("1", "TIFF"), ("L", "PNG"), ("L", "JPEG"), ("LA", "PNG")]
)
def test_grey_stays_grey(mode: str, picture_format: str, tmp_path: Path) -> None:
    image = Image.new("L", (64, 48), 0)
    image.paste(255, (32, 0, 64, 24))
    picture = _decoded(tmp_path, image.convert(mode), picture_format)
    assert _apart(picture, (0, 0, 0), (255, 255, 255), (0, 0, 0), (0, 0, 0)) <= 2
    assert picture.warnings == ()


def _slope(low: float, high: float, kind: type[np.generic]) -> Image.Image:
    return Image.fromarray(np.linspace(low, high, 64 * 48).reshape(48, 64).astype(kind))


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF", "JPEG2000"])
def test_sixteen_bit_grey_keeps_its_brightness(picture_format: str, tmp_path: Path) -> None:
    picture = _decoded(tmp_path, _slope(0, 65535, np.uint16), picture_format)
    assert picture.warnings == (PictureWarning.DEPTH_REDUCED,)
    assert (picture.rgb[0, 0, 0], picture.rgb[24, 0, 0], picture.rgb[-1, -1, 0]) == (0, 128, 255)


@pytest.mark.parametrize("kind", [np.float32, np.int32])
def test_measured_values_are_spread_from_black_to_white(kind: type[np.generic], tmp_path: Path) -> None:
    picture = _decoded(tmp_path, _slope(-1000, 5000, kind), "TIFF")
    assert picture.warnings == (PictureWarning.DEPTH_REDUCED,)
    assert (picture.rgb[0, 0, 0], picture.rgb[24, 0, 0], picture.rgb[-1, -1, 0]) == (0, 128, 255)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_number_do_not_spoil_the_rest(odd: float, tmp_path: Path) -> None:
    values = np.asarray(_slope(0, 1, np.float32)).copy()
    values[:10] = odd
    picture = _decoded(tmp_path, Image.fromarray(values), "TIFF")
    assert picture.rgb[5].max() == 0
    assert picture.rgb[-1, -1, 0] == 255


@pytest.mark.parametrize("value", [0.0, 7.5, np.nan, 3e38])
def test_flat_measurement_is_black(value: float, tmp_path: Path) -> None:
    assert _decoded(tmp_path, Image.new("F", (8, 8), value), "TIFF").rgb.max() == 0


def test_extremes_of_floats_do_not_overflow(tmp_path: Path) -> None:
    picture = _decoded(tmp_path, _slope(-3e38, 3e38, np.float32), "TIFF")
    assert (picture.rgb[0, 0, 0], picture.rgb[-1, -1, 0]) == (0, 255)


def test_ten_bit_heic_is_shown_in_eight() -> None:
    picture = decode(HEIC / "ten_bit.heic")
    assert _apart(picture, RED, GREEN, BLUE, WHITE) < 12
    assert picture.warnings == (PictureWarning.DEPTH_REDUCED,)


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_cut_out_stands_on_white_without_a_dark_rim(picture_format: str, tmp_path: Path) -> None:
    options = {"lossless": True} if picture_format == "WEBP" else {}
    picture = _decoded(tmp_path, _cut_out(), picture_format, **options)
    assert picture.warnings == (PictureWarning.TRANSPARENCY_ON_WHITE,)
    assert tuple(picture.rgb[0, 0]) == (255, 255, 255)
    assert picture.content_box is not None
    assert np.abs(np.subtract(picture.content_box, (18, 10, 46, 38))).max() <= 1
    # From red to white every pixel keeps the disc's red, give or take what compression loses.
    assert picture.rgb[..., 0].min() >= 190


def test_reduced_cut_out_takes_no_colour_from_what_is_hidden(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded(_cut_out().resize((640, 480)), "PNG"))
    picture = decode(path, min_side=48)
    assert picture.rgb[..., 0].min() >= 200
    assert picture.content_box is not None
    assert np.abs(np.subtract(picture.content_box, (18, 10, 46, 38))).max() <= 1


def test_heic_cut_out_has_its_box() -> None:
    picture = decode(HEIC / "cut_out.heic")
    assert picture.content_box == (16, 12, 48, 36)
    assert tuple(picture.rgb[0, 0]) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "picture_format", "transparency"),
    [("RGB", "PNG", RED), ("P", "PNG", 0), ("P", "GIF", 0), ("L", "PNG", 0), ("1", "PNG", 0)],
)
def test_colour_that_stands_for_nothing_becomes_white(
    mode: str, picture_format: str, transparency: Any, tmp_path: Path
) -> None:
    image = Image.new("P", (64, 48), 0)
    image.putpalette([*RED, *BLUE])
    image.paste(1, (32, 0, 64, 24))
    if mode in ("L", "1"):
        image = Image.fromarray(np.asarray(image) * np.uint8(255)).convert(mode)
    picture = _decoded(tmp_path, image.convert(mode), picture_format, transparency=transparency)
    assert tuple(picture.rgb[40, 10]) == (255, 255, 255)
    assert picture.content_box == (32, 0, 64, 24)


def test_empty_picture_says_so(tmp_path: Path) -> None:
    picture = _decoded(tmp_path, Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")
    assert picture.rgb.min() == 255
    assert picture.content_box is None
    assert picture.warnings == (PictureWarning.TRANSPARENCY_ON_WHITE, PictureWarning.FULLY_TRANSPARENT)


def test_unused_alpha_is_not_mentioned(tmp_path: Path) -> None:
    picture = _decoded(tmp_path, quadrants().convert("RGBA"), "PNG")
    assert (picture.content_box, picture.warnings) == (None, ())


def _bitmap_without_alpha(header: int) -> bytes:
    """A BMP of 32 bits whose alpha mask is set and whose alpha is 0, as Photoshop writes it."""
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[..., :3] = np.asarray(quadrants())[::-1, :, ::-1]
    head = struct.pack(
        "<IiiHHIIiiII4I", header, 64, 48, 1, 32, 3, 0, 0, 0, 0, 0, *(255 << at for at in (16, 8, 0, 24))
    )
    head = head.ljust(header, b"\0")
    return (
        b"BM" + struct.pack("<IHHI", 14 + header + pixels.size, 0, 0, 14 + header) + head + pixels.tobytes()
    )


@pytest.mark.parametrize("header", [56, 108, 124])
def test_bitmap_whose_alpha_is_zero_everywhere_is_opaque(header: int, tmp_path: Path) -> None:
    path = tmp_path / "picture.bmp"
    path.write_bytes(_bitmap_without_alpha(header))
    picture = decode(path)
    assert _apart(picture, RED, GREEN, BLUE, WHITE) == 0
    assert picture.warnings == ()


@pytest.mark.parametrize("masked", ["nothing", "a part", "all", "no mask"])
def test_icon_whose_alpha_is_zero_everywhere_is_shown(masked: str, tmp_path: Path) -> None:
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[..., :3] = np.asarray(quadrants())[::-1, :, ::-1]
    mask = np.zeros((48, 64), np.uint8)
    mask[:, :16] = {"a part": 1, "all": 1}.get(masked, 0)
    mask[:, 16:] = masked == "all"
    bitmap = struct.pack("<IiiHHIIiiII", 40, 64, 96, 1, 32, 0, 0, 0, 0, 0, 0) + pixels.tobytes()
    bitmap += b"" if masked == "no mask" else np.packbits(mask, axis=1).tobytes()
    entry = struct.pack("<BBBBHHII", 64, 48, 0, 0, 1, 32, len(bitmap), 22)
    path = tmp_path / "picture.ico"
    path.write_bytes(b"\0\0\1\0\1\0" + entry + bitmap)
    picture = decode(path)
    shown = picture.rgb[:, 16:] if masked == "a part" else picture.rgb
    assert np.array_equal(shown, np.asarray(quadrants())[:, -shown.shape[1] :])
    if masked == "a part":
        assert picture.rgb[:, :16].min() == 255
        assert picture.content_box == (16, 0, 64, 48)


def test_content_box_is_turned_with_the_picture(tmp_path: Path) -> None:
    image = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    image.paste((*RED, 255), (0, 0, 10, 5))
    exif = Image.Exif()
    exif[0x0112] = 6
    assert _decoded(tmp_path, image, "PNG", exif=exif).content_box == (15, 0, 20, 10)


@pytest.mark.parametrize(
    ("picture_format", "warning"),
    [
        ("GIF", "first_frame_only"),
        ("WEBP", "first_frame_only"),
        ("PNG", "first_frame_only"),
        ("AVIF", "first_frame_only"),
        ("TIFF", "first_page_only"),
    ],
)
def test_first_of_several_is_shown_and_said(picture_format: str, warning: str, tmp_path: Path) -> None:
    others = [Image.new("RGB", (64, 48), BLUE), photo(64, 48)]
    picture = _decoded(tmp_path, quadrants(), picture_format, save_all=True, append_images=others)
    assert _apart(picture, RED, GREEN, BLUE, WHITE) < 12
    assert picture.warnings == (warning,)


def _swapped_profile() -> bytes:
    """sRGB with the colorants of red and blue exchanged: unmistakable when it is honoured."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[:] = data.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    return bytes(data.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")))


_WITH_ALPHA = ("PNG", "WEBP", "TIFF", "AVIF")


@pytest.mark.parametrize(
    ("picture_format", "mode"),
    [("JPEG", "RGB"), *((each, mode) for each in _WITH_ALPHA for mode in ("RGB", "RGBA"))],
)
def test_embedded_profile_is_honoured(picture_format: str, mode: str, tmp_path: Path) -> None:
    picture = _decoded(tmp_path, quadrants().convert(mode), picture_format, icc_profile=_swapped_profile())
    assert _apart(picture, RED[::-1], GREEN, BLUE[::-1], WHITE) < 16
    assert picture.warnings == ()


def test_grey_picture_with_a_colour_profile_is_converted(tmp_path: Path) -> None:
    picture = _decoded(tmp_path, photo().convert("L"), "JPEG", icc_profile=_swapped_profile())
    assert picture.warnings == ()
    assert np.ptp(picture.rgb.astype(int), axis=2).max() <= 2


def test_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = _decoded(tmp_path, photo(), "PNG", icc_profile=profile)
    assert np.array_equal(picture.rgb, np.asarray(photo()))


@pytest.mark.parametrize("name", ["sRGB", "line"])
@pytest.mark.parametrize("picture_format", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_profile_is_told_by_its_curve_and_not_by_its_name(
    name: str, picture_format: str, tmp_path: Path
) -> None:
    linear = Image.new("RGB", (64, 48), (55, 55, 55))  # 21.6% of white's light is level 127 of sRGB
    picture = _decoded(tmp_path, linear, picture_format, icc_profile=linear_profile(name))
    assert np.abs(picture.rgb.astype(int) - 127).max() <= 3
    assert picture.warnings == ()


@pytest.mark.parametrize(
    "profile", [b"nonsense" * 50, b"\0" * 200, _swapped_profile()[:300], b"x" * (9 << 20)]
)
def test_broken_profile_is_ignored_and_said(profile: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(encoded(quadrants(), "TIFF", icc_profile=profile))
    picture = decode(path)
    assert _apart(picture, RED, GREEN, BLUE, WHITE) == 0
    assert picture.warnings == (PictureWarning.ICC_IGNORED,)


def test_profile_of_another_kind_of_picture_is_ignored_and_said(tmp_path: Path) -> None:
    picture = _decoded(tmp_path, quadrants().convert("CMYK"), "TIFF", icc_profile=_swapped_profile())
    assert _apart(picture, RED, GREEN, BLUE, WHITE) == 0
    assert picture.warnings == (PictureWarning.ICC_IGNORED,)


def _cmyk_profile() -> bytes:
    """A print profile as small as they get: the colour of each overprint of the four inks, and mixtures."""
    inks = {0: (0, 140, 200), 1: (210, 0, 120), 2: (250, 230, 0), 3: (30, 30, 30)}
    corners = []
    for corner in itertools.product((0, 1), repeat=4):
        shares = [np.divide(inks[ink], 255) for ink in range(4) if corner[ink]]
        corners.append(np.prod(shares, axis=0) * 255 if shares else np.full(3, 255.0))
    paper = Image.fromarray(np.array([corners], np.uint8))
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    in_lab = ImageCms.profileToProfile(paper, srgb, lab, outputMode="LAB")
    assert in_lab is not None
    # Pillow hands out a* and b* as signed bytes, the table wants 128 for zero.
    clut = (
        np.frombuffer(in_lab.tobytes(), np.uint8).reshape(-1, 3) ^ np.array([0, 128, 128], np.uint8)
    ).tobytes()
    unit = struct.pack(">9i", *(65536 if index % 4 == 0 else 0 for index in range(9)))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + unit + bytes(range(256)) * 4 + bytes(clut)
    table += bytes(range(256)) * 3
    tag = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    header = struct.pack(">I4sI4s4s4s", 144 + len(table), bytes(4), 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + tag + table


def test_print_profile_of_a_cmyk_jpeg_is_honoured(tmp_path: Path) -> None:
    ink = Image.new("CMYK", (64, 48), (255, 0, 0, 0))
    plain = _decoded(tmp_path, ink, "JPEG", quality=95)
    printed = _decoded(tmp_path, ink, "JPEG", quality=95, icc_profile=_cmyk_profile())
    assert tuple(plain.rgb[0, 0]) == (0, 255, 255)
    assert printed.warnings == ()
    assert np.abs(np.subtract(printed.rgb[0, 0].astype(int), (0, 140, 200))).max() < 25
