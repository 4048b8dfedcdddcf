"""Thumbnails are made once, made anew when the file or the kept one is not what it was, and never pile up."""

import os
from pathlib import Path

import pytest
from PIL import Image

from app.core import paths
from app.core.errors import ErrorCode, PictureError
from app.images.thumbnails import THUMBNAIL_SIDE, Thumbnails

PANDA, CAT = (paths.resource("samples", f"{name}.jpg") for name in ("panda", "cat"))
SQUARE = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "thumbnails"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "大熊猫.jpg"
    file.write_bytes(PANDA.read_bytes())
    return file


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.jpg"), key=lambda file: file.stat().st_mtime_ns)


def paint_over(file: Path) -> None:
    """Replace a kept thumbnail by a red one, which tells that it was read."""
    Image.new("RGB", SQUARE, "red").save(file)


def is_red(picture: Image.Image) -> bool:
    return picture.getpixel((100, 100)) == (254, 0, 0)


def test_the_second_time_comes_from_disk(folder: Path, picture: Path) -> None:
    first = Thumbnails(folder).get(picture)
    assert (first.size, first.mode) == (SQUARE, "RGB")
    (file,) = kept(folder)
    paint_over(file)
    assert is_red(Thumbnails(folder).get(picture))


def test_a_changed_file_gets_a_new_thumbnail(folder: Path, picture: Path) -> None:
    Thumbnails(folder).get(picture)
    paint_over(kept(folder)[0])
    picture.write_bytes(CAT.read_bytes())
    assert not is_red(Thumbnails(folder).get(picture))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff"])
def test_a_damaged_one_is_made_anew(folder: Path, picture: Path, content: bytes) -> None:
    thumbnails = Thumbnails(folder)
    thumbnails.get(picture)
    (file,) = kept(folder)
    file.write_bytes(content)
    assert thumbnails.get(picture).size == SQUARE
    with Image.open(file) as picture_on_disk:
        assert picture_on_disk.size == SQUARE


def test_one_that_is_cut_short_is_made_anew(folder: Path, picture: Path) -> None:
    thumbnails = Thumbnails(folder)
    thumbnails.get(picture)
    (file,) = kept(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    thumbnails.get(picture)
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, picture: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Thumbnails(tmp_path / "file" / "thumbnails").get(picture).size == SQUARE


def test_what_was_not_used_for_the_longest_time_goes_first(folder: Path, tmp_path: Path) -> None:
    thumbnails = Thumbnails(folder)
    pictures = [tmp_path / f"{number}.jpg" for number in range(5)]
    files: list[Path] = []
    for age, picture in enumerate(pictures):
        picture.write_bytes(PANDA.read_bytes())
        thumbnails.get(picture)
        (file,) = set(kept(folder)) - set(files)
        os.utime(file, (age, age))
        files.append(file)
    size = files[0].stat().st_size
    small = Thumbnails(folder, most_bytes=3 * size)
    small.get(pictures[0])  # read, so it counts as used now
    pictures[1].touch()  # changed, so another one is made
    small.get(pictures[1])
    left = kept(folder)
    assert sum(file.stat().st_size for file in left) <= 3 * size
    assert files[0] in left
    assert files[1] not in left
    assert files[2] not in left


def test_a_broken_picture_is_reported_and_nothing_is_kept(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "坏.jpg"
    broken.write_bytes(PANDA.read_bytes()[:3000])
    with pytest.raises(PictureError) as caught:
        Thumbnails(folder).get(broken)
    assert caught.value.code == ErrorCode.TRUNCATED
    assert kept(folder) == []
