"""A colour space that is given by numbers counts like one that is given by a profile."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.images import DecodedImage, PictureWarning, decode
from app.images.tiff_tags import read_tags
from tests.images.pictures import HEIC, encoded, linear_profile
from tests.images.tiffs import tiff

GREY, LINEAR_GREY = 127, 55  # the same light by sRGB's curve and by none


def _decoded(folder: Path, data: bytes) -> DecodedImage:
    path = folder / "picture"
    path.write_bytes(data)
    return decode(path)


def _flat(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (64, 48), colour)


def _png(image: Image.Image, **chunks: bytes) -> bytes:
    data = encoded(image, "PNG")
    more = b""
    for name, content in chunks.items():
        body = name.encode() + content
        more += struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + more + data[33:]


def _with_nclx(data: bytes, primaries: int, transfer: int) -> bytes:
    at = data.index(b"nclx") + 4
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def _near(picture: DecodedImage, colour: tuple[int, ...], most: int = 4) -> bool:
    return bool(np.abs(picture.rgb[20, 20].astype(int) - colour).max() <= most)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_png_with_a_gamma_of_its_own(mode: str, tmp_path: Path) -> None:
    flat = _flat((LINEAR_GREY,) * 3).convert(mode)
    picture = _decoded(tmp_path, _png(flat, gAMA=struct.pack(">I", 100_000)))
    assert _near(picture, (GREY,) * 3)
    assert picture.warnings == ()


@pytest.mark.parametrize(
    "chunks",
    [
        {"gAMA": struct.pack(">I", 45_455)},
        {
            "gAMA": struct.pack(">I", 45_455),
            "cHRM": struct.pack(">8I", *(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        },
        {"sRGB": b"\0", "gAMA": struct.pack(">I", 100_000)},
        {"cICP": b"\1\x0d\0\1", "gAMA": struct.pack(">I", 100_000)},
    ],
)
def test_png_that_says_srgb_in_any_way_is_left_alone(chunks: dict[str, bytes], tmp_path: Path) -> None:
    picture = _decoded(tmp_path, _png(_flat((10, 130, 250)), **chunks))
    assert (_near(picture, (10, 130, 250), most=0), picture.warnings) == (True, ())


def test_png_with_primaries_of_its_own(tmp_path: Path) -> None:
    swapped = struct.pack(">8I", 31270, 32900, 15000, 6000, 30000, 60000, 64000, 33000)
    assert _near(_decoded(tmp_path, _png(_flat((220, 60, 30)), cHRM=swapped)), (30, 60, 220))


@pytest.mark.parametrize(
    "chunks",
    [
        {"cHRM": bytes(32), "gAMA": struct.pack(">I", 45_455)},
        {"cICP": b"\1\xc8\0\1"},
        {"cICP": b"\xc8\x0d\0\1"},
    ],
)
def test_numbers_that_mean_nothing_are_ignored_and_said(chunks: dict[str, bytes], tmp_path: Path) -> None:
    picture = _decoded(tmp_path, _png(_flat((10, 130, 250)), **chunks))
    assert (_near(picture, (10, 130, 250), most=0), picture.warnings) == (True, (PictureWarning.ICC_IGNORED,))


def test_display_p3_and_bt2020_are_told_apart_from_srgb(tmp_path: Path) -> None:
    p3_green = (0x75, 0xFB, 0x4C)  # sRGB's green, in Display P3
    assert _near(_decoded(tmp_path, _png(_flat(p3_green), cICP=b"\x0c\x0d\0\1")), (0, 255, 0))
    bt2020_green = _decoded(tmp_path, _png(_flat((145, 245, 75)), cICP=b"\x09\x0d\0\1"))
    assert bt2020_green.rgb[0, 0, 0] < 30


@pytest.mark.parametrize("picture_format", ["AVIF", "HEIF"])
def test_linear_light_by_nclx(picture_format: str, tmp_path: Path) -> None:
    if picture_format == "AVIF":
        data = encoded(_flat((LINEAR_GREY,) * 3), "AVIF")
        wanted: tuple[int, ...] = (GREY,) * 3
    else:
        data = (HEIC / "orientation_1.heic").read_bytes()
        wanted = tuple(
            round(255 * _srgb_level(level / 255)) for level in decode(HEIC / "orientation_1.heic").rgb[20, 20]
        )
    assert _near(_decoded(tmp_path, _with_nclx(data, 1, 8)), wanted)


def _srgb_level(light: float) -> float:
    return float(12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize(("transfer", "white"), [(16, 148), (18, 191)])
@pytest.mark.parametrize("picture_format", ["AVIF", "PNG"])
def test_diffuse_white_of_hdr_is_nearly_white_and_said(
    transfer: int, white: int, picture_format: str, tmp_path: Path
) -> None:
    def shown(level: int) -> DecodedImage:
        flat = _flat((level,) * 3)
        if picture_format == "AVIF":
            return _decoded(tmp_path, _with_nclx(encoded(flat, "AVIF", quality=100), 9, transfer))
        return _decoded(tmp_path, _png(flat, cICP=bytes((9, transfer, 0, 1))))

    levels = [int(shown(level).rgb[20, 20, 1]) for level in (0, white // 2, white, 255)]
    assert levels[0] <= 2
    assert levels[0] < levels[1] < levels[2] < levels[3] <= 255
    assert 225 <= levels[2] <= 250
    assert shown(white).warnings == (PictureWarning.HDR_COMPRESSED,)


SWAPPED = [15, 100, 6, 100, 30, 100, 60, 100, 64, 100, 33, 100]  # blue, green, red
WHITE = [3127, 10000, 3290, 10000]


def _pixels(kind: type, colour: tuple[int, ...]) -> NDArray[Any]:
    return np.full((48, 64, len(colour)), colour, kind)


@pytest.mark.parametrize(("kind", "scale"), [(np.uint8, 1), (np.uint16, 257)])
@pytest.mark.parametrize("planar", [False, True])
def test_tiff_with_primaries_of_its_own(kind: type, scale: int, planar: bool, tmp_path: Path) -> None:
    tags = {318: ("fraction", WHITE), 319: ("fraction", SWAPPED)}
    data = tiff(_pixels(kind, (220 * scale, 60 * scale, 30 * scale)), photometric=2, planar=planar, tags=tags)
    picture = _decoded(tmp_path, data)
    assert (_near(picture, (30, 60, 220)), PictureWarning.ICC_IGNORED in picture.warnings) == (True, False)


@pytest.mark.parametrize(("kind", "levels"), [(np.uint8, 256), (np.uint16, 65536)])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiff_with_a_curve_of_its_own(kind: type, levels: int, channels: int, tmp_path: Path) -> None:
    curve = np.linspace(0, 65535, levels).round().astype(int).tolist()
    grey = LINEAR_GREY * levels // 256
    for points in (curve, curve * channels):
        samples = _pixels(kind, (grey,) * channels)
        data = tiff(samples, photometric=2 if channels == 3 else 1, tags={301: ("H", points)})
        assert _near(_decoded(tmp_path, data), (GREY,) * 3)


@pytest.mark.parametrize(
    "tags",
    [
        {319: ("fraction", [1, 0] * 6)},
        {318: ("fraction", [1, 3])},
        {301: ("H", [1, 2, 3])},
        {301: ("H", [0] * 256)},
        {301: ("I", [70_000] * 256)},
        {318: ("fraction", [4_000_000_000, 1, 1, 3])},
        {301: ("H", list(range(0, 65536, 256))), 342: ("H", [0, 200] * 3)},
    ],
)
def test_tiff_with_numbers_that_mean_nothing(tags: dict[int, Any], tmp_path: Path) -> None:
    picture = _decoded(tmp_path, tiff(_pixels(np.uint8, (10, 130, 250)), photometric=2, tags=tags))
    assert (_near(picture, (10, 130, 250), most=0), picture.warnings) == (True, (PictureWarning.ICC_IGNORED,))


def _bitmap(colour: tuple[int, int, int], space: int, numbers: list[float], more: bytes = b"") -> bytes:
    """With a BITMAPV5HEADER: the ends of red, green and blue in XYZ, three exponents; `more` at the end."""
    pixels = bytes(reversed(colour)) * 64 * 48
    ends = [round(each * (1 << 30)) for each in numbers[:9]] or [0] * 9
    exponents = [round(each * 65536) for each in numbers[9:]] or [0] * 3
    header = struct.pack("<IiiHHIIiiII", 124, 64, 48, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    header += struct.pack("<4II9i3I", 0, 0, 0, 0, space, *ends, *exponents)
    header += struct.pack("<4I", 4, 124 + len(pixels), len(more), 0)
    return b"BM" + struct.pack("<IHHI", 138 + len(pixels) + len(more), 0, 0, 138) + header + pixels + more


BMP_SWAPPED = [0.15, 0.06, 0.79, 0.30, 0.60, 0.10, 0.64, 0.33, 0.03]


@pytest.mark.parametrize("exponents", [[0.0] * 3, [2.2] * 3, [1 / 2.2] * 3])
def test_bitmap_with_primaries_of_its_own(exponents: list[float], tmp_path: Path) -> None:
    data = _bitmap((220, 60, 30), 0, BMP_SWAPPED + exponents)
    assert _near(_decoded(tmp_path, data), (30, 60, 220), most=8)


def test_bitmap_whose_ends_are_xyz_has_their_sum_as_white(tmp_path: Path) -> None:
    srgb = [
        0.4361,
        0.2225,
        0.0139,
        0.3851,
        0.7169,
        0.0971,
        0.1431,
        0.0606,
        0.7141,
    ]  # D50
    assert _near(_decoded(tmp_path, _bitmap((220, 60, 30), 0, [*srgb, 0, 0, 0])), (220, 60, 30), most=1)


def test_tags_over_the_same_bytes_take_no_memory() -> None:
    entries, shared = 2000, 200_000
    at = 8 + 2 + 12 * entries + 4
    directory = b"".join(struct.pack("<HHII", 1000 + each, 3, shared // 2, at) for each in range(entries))
    data = b"II*\0" + struct.pack("<IH", 8, entries) + directory + bytes(4 + shared)
    assert sum(map(len, read_tags(data).values())) <= len(data)


def test_bitmap_with_a_profile(tmp_path: Path) -> None:
    linear = _decoded(tmp_path, _bitmap((LINEAR_GREY,) * 3, 0x4D424544, [], linear_profile("line")))
    assert (_near(linear, (GREY,) * 3), linear.warnings) == (True, ())


@pytest.mark.parametrize(
    ("space", "numbers", "warnings"),
    [
        (0, [], ()),  # as many programs write it
        (0x73524742, BMP_SWAPPED + [1.0] * 3, ()),  # sRGB
        (0x57696E20, [], ()),  # that of Windows
        (0, [0.0] * 3 + BMP_SWAPPED[:6] + [1.0] * 3, (PictureWarning.ICC_IGNORED,)),
        (0, [*BMP_SWAPPED, 0.00002, 2.2, 2.2], (PictureWarning.ICC_IGNORED,)),
        (0, [0.64, 0.33, -0.03, *BMP_SWAPPED[3:], 0, 0, 0], (PictureWarning.ICC_IGNORED,)),
        (0x4C494E4B, [], (PictureWarning.ICC_IGNORED,)),  # the name of a file elsewhere
        (0x4D424544, [], (PictureWarning.ICC_IGNORED,)),
    ],
)
def test_bitmap_of_a_usual_or_unknown_space_is_left_alone(
    space: int, numbers: list[float], warnings: tuple[PictureWarning, ...], tmp_path: Path
) -> None:
    picture = _decoded(tmp_path, _bitmap((10, 130, 250), space, numbers))
    assert (_near(picture, (10, 130, 250), most=0), picture.warnings) == (True, warnings)


def test_adobe_rgb_of_cameras(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 65535
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(_flat((100, 180, 90)), "JPEG", quality=95, exif=exif))
    picture = decode(path)
    assert picture.rgb[20, 20, 0] < 80
    assert picture.warnings == ()
