"""What a file is, told from its content."""

from pathlib import Path

import pytest

from app.core.errors import ErrorCode, PictureError
from app.images import PICTURE_SUFFIXES, decode
from tests.images.pictures import encoded, every_format, photo

FORMATS = {
    **{"jpeg": "JPEG", "jpeg-progressive": "JPEG", "jpeg-cmyk": "JPEG", "png": "PNG", "png-palette": "PNG"},
    **{"webp": "WEBP", "webp-lossless": "WEBP", "webp-alpha": "WEBP", "gif": "GIF", "bmp": "BMP"},
    **{"tiff": "TIFF", "tiff-lzw": "TIFF", "tiff-deflate": "TIFF", "tiff-jpeg": "TIFF", "tiff-fax": "TIFF"},
    **{"tiff-big": "TIFF", "avif": "AVIF", "heic": "HEIF", "ico-png": "ICO", "ico-bmp": "ICO"},
    **{"jp2": "JPEG2000", "j2k": "JPEG2000"},
}


@pytest.mark.parametrize("variant", FORMATS)
def test_every_format_is_known_by_its_content_whatever_its_name(variant: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.txt"
    path.write_bytes(every_format()[variant])
    picture = decode(path)
    assert picture.format == FORMATS[variant]
    assert picture.rgb.shape[::-1][1:] == picture.source_size


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"8BPS\0\1", "PSD"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg/>', "SVG"),
        (b"II*\0\x10\0\0\0CR\2\0", "RAW"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "RAW"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"P6\n2 2\n255\n", "PNM"),
        (b"\xff\xd8\xff\xf7\0", "JPEG-LS"),
    ],
)
def test_picture_of_another_kind_is_named(head: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(head)
    with pytest.raises(PictureError) as raised:
        decode(path)
    assert raised.value.code is ErrorCode.UNSUPPORTED_FORMAT
    assert raised.value.facts == {"path": path, "format": name}


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"just words", b"BMW", b"\0\0\0\x18ftypisom", b"P", b"\n", b"\0"]
)
def test_file_that_is_no_picture_is_told_apart(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(data)
    with pytest.raises(PictureError, match="not_an_image"):
        decode(path)


def test_photo_of_a_phone_that_carries_a_second_picture_is_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(photo(64, 48), "MPO", save_all=True, append_images=[photo(32, 24)]))
    picture = decode(path)
    assert (picture.format, picture.source_size, picture.warnings) == ("JPEG", (64, 48), ())


def test_largest_of_an_icons_pictures_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "program.ico"
    path.write_bytes(encoded(photo(256, 256), "ICO", sizes=[(16, 16), (256, 256), (48, 48)]))
    assert decode(path).source_size == (256, 256)


def test_suffixes_fit_file_dialogs() -> None:
    assert {".jpg", ".png", ".heic", ".webp"} < set(PICTURE_SUFFIXES)
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in PICTURE_SUFFIXES)
