"""A download that stopped and was filled up with zeros is never shown as if it were whole."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.core.errors import ErrorCode, PictureError
from app.images import PictureWarning, decode
from tests.images.pictures import HEIC, encoded, every_format, photo

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

UNCOMPRESSED = {
    name: data for name, data in every_format(photo(200, 150)).items() if name in ("bmp", "tiff", "tiff-big")
}
UNCOMPRESSED["ico-bmp"] = encoded(photo(64, 64), "ICO", sizes=[(64, 64)], bitmap_format="bmp")
FILES = {name: data for name, data in every_format(photo(200, 150)).items() if name not in UNCOMPRESSED}
FILES |= {
    "png-small": encoded(photo(40, 40), "PNG"),
    "ico-png": encoded(photo(64, 64), "ICO", sizes=[(64, 64)]),
    "avif-animated": encoded(
        photo(200, 150), "AVIF", save_all=True, append_images=[photo(200, 150).rotate(90)]
    ),
    "avif-alpha": encoded(photo(200, 150).convert("RGBA"), "AVIF"),
    "heic-deep": (HEIC / "ten_bit.heic").read_bytes(),
}
TOLD = {"truncated", "damaged"}


def _told(path: Path) -> set[str]:
    try:
        return {str(warning) for warning in decode(path).warnings}
    except PictureError as error:
        return {str(error.code)}


@pytest.mark.parametrize("variant", FILES)
def test_zeros_for_the_rest_of_a_file_are_told(variant: str, tmp_path: Path) -> None:
    data, path = FILES[variant], tmp_path / "picture"
    for share in (0.41, 0.5, 0.66, 0.8):
        size = int(len(data) * share)
        if len(data) - size < 64 or (variant == "avif-animated" and share > 0.5):
            continue  # too few to tell; the first frame is whole
        path.write_bytes(data[:size].ljust(len(data), b"\0"))
        assert _told(path) & TOLD, share


@pytest.mark.parametrize("variant", UNCOMPRESSED)
def test_row_that_breaks_off_is_told(variant: str, tmp_path: Path) -> None:
    """Where rows end by chance it is not: such a picture may be black from there on."""
    data, path = UNCOMPRESSED[variant], tmp_path / "picture"
    told = []
    for share in np.linspace(0.41, 0.8, 30):
        path.write_bytes(data[: int(len(data) * share)].ljust(len(data), b"\0"))
        told.append(bool(_told(path) & TOLD))
    assert sum(told) >= 0.8 * len(told)


@pytest.mark.parametrize("variant", [*FILES, *UNCOMPRESSED])
@pytest.mark.parametrize("zeros", [1, 70, 5000])
def test_whole_file_with_zeros_after_it_is_whole(variant: str, zeros: int, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    data = (FILES | UNCOMPRESSED)[variant]
    path.write_bytes(data)
    whole = decode(path)
    path.write_bytes(data + bytes(zeros))
    padded = decode(path)
    assert np.array_equal(padded.rgb, whole.rgb)
    assert padded.warnings == whole.warnings


@pytest.mark.parametrize("picture_format", ["BMP", "TIFF", "PNG", "GIF", "WEBP", "ICO"])
def test_black_part_of_a_picture_is_no_damage(picture_format: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    for box in ((0, 0, 200, 70), (0, 80, 200, 150), (20, 10, 200, 150), (0, 0, 200, 150)):
        image = photo(200, 150)
        image.paste("black", box)
        path.write_bytes(encoded(image, picture_format))
        assert PictureWarning.DAMAGED not in decode(path).warnings


def test_first_frame_that_is_whole_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    more = [photo(100, 75).rotate(angle) for angle in (90, 180, 270)]
    data = encoded(photo(100, 75), "GIF", save_all=True, append_images=more)
    path.write_bytes(data[: int(len(data) * 0.8)].ljust(len(data), b"\0"))
    assert decode(path).warnings == (PictureWarning.FIRST_FRAME_ONLY,)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("filled", [0, 3000])
@pytest.mark.parametrize("lost", [1, 2])
def test_jpeg_that_lacks_only_its_end_mark_is_answered(
    lost: int, filled: int, progressive: bool, tmp_path: Path
) -> None:
    path = tmp_path / "picture.jpg"
    for mode in ("RGB", "L", "CMYK"):
        data = encoded(photo(200, 150).convert(mode), "JPEG", progressive=progressive)
        path.write_bytes(data)
        whole = decode(path)
        path.write_bytes(data[:-lost] + bytes(filled))
        picture = decode(path)
        assert np.array_equal(picture.rgb, whole.rgb)
        if lost == 2 or filled:
            assert picture.warnings == (PictureWarning.END_MISSING,)


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_that_lacks_a_part_of_its_last_scan_is_truncated(progressive: bool, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    data = encoded(photo(200, 150), "JPEG", progressive=progressive)
    last_scan = len(data) - data.rindex(b"\xff\xda")
    for lost in {6, 10, 50, 200, last_scan, last_scan + 5}:
        path.write_bytes(data[:-lost])
        with pytest.raises(PictureError) as raised:
            decode(path)
        assert raised.value.code is ErrorCode.TRUNCATED


def test_large_bitmap_is_read_back_to_where_the_zeros_begin(tmp_path: Path) -> None:
    path = tmp_path / "picture.bmp"
    whole = encoded(Image.new("RGB", (1000, 1500), (90, 80, 70)), "BMP")
    path.write_bytes(whole[: len(whole) // 3].ljust(len(whole), b"\0"))
    assert _told(path) == {"damaged"}
    path.write_bytes(whole)
    assert _told(path) == set()
