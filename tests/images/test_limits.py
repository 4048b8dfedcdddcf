"""A picture that is too large is refused by its header, before memory is taken for it."""

from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ErrorCode, PictureError
from app.images import Limits, decode
from tests.images.pictures import encoded, every_format, photo


def _facts(path: Path, limits: Limits, **options: Any) -> dict[str, object]:
    with pytest.raises(PictureError) as raised:
        decode(path, limits=limits, **options)
    assert raised.value.code is ErrorCode.TOO_LARGE
    return raised.value.facts


@pytest.fixture(params=every_format())
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    variant: str = request.param
    path = tmp_path / variant
    path.write_bytes(every_format()[variant])
    return path


def test_too_many_pixels(path: Path) -> None:
    width, height = decode(path).source_size
    assert decode(path, limits=Limits(max_pixels=width * height))
    facts = _facts(path, Limits(max_pixels=width * height - 1))
    assert facts == {"path": path, "pixels": width * height, "limit": width * height - 1}


def test_too_much_memory(path: Path) -> None:
    assert _facts(path, Limits(max_decoded_bytes=500))["limit"] == 500


def test_too_large_a_file(path: Path) -> None:
    size = path.stat().st_size
    assert _facts(path, Limits(max_file_bytes=size - 1)) == {
        "path": path,
        "file_bytes": size,
        "limit": size - 1,
    }


def test_large_jpeg_fits_when_it_is_decoded_smaller(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(encoded(photo(1600, 1200), "JPEG"))
    limits = Limits(max_decoded_bytes=1_000_000)
    assert decode(path, min_side=200, limits=limits).source_size == (1600, 1200)
    assert _facts(path, limits)["decoded_bytes"] == 1600 * 1200 * 4


def test_film_is_no_image_however_large(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(2000))
    with pytest.raises(PictureError, match="not_an_image"):
        decode(path, limits=Limits(max_file_bytes=1000))


def test_memory_that_cannot_be_had_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("app.images.color.to_rgb", exhausted)
    assert _facts(path, Limits())["path"] == path
